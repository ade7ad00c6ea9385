/// The adversary of *a verdict that cannot fail is worthless*: runs a plan with a KPI of each kind against a MailBlast
/// that is well, and then again for each real trouble; exactly the rows that are about the trouble must turn red.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.sabotage;
