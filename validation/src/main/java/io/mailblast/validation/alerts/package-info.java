/// The adversary of *every fault is detected by the right alert, and by no other*: causes real trouble in a running
/// MailBlast and compares what fired, and who was told, with what had to. In comes a scale of time; out go
/// precision and recall over all scenarios.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.alerts;
