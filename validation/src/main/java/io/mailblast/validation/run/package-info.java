/// Runs a plan against a MailBlast: its own or a given one. In comes a [io.mailblast.validation.plan.Plan], out
/// comes a [io.mailblast.validation.run.RunResult] with everything that was seen, judged by nobody yet but for
/// integrity: what was asked for must be what is there.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.run;
