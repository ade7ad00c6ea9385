/// Bounces by mail: from a mailbox or over SMTP come mails, whose each is is told by a signature of ours, and out go
/// events into the log, through which they count and suppress like any provider's. Each mail counts once; what is not
/// understood or not signed is kept and counted, and acts on nobody.
@org.jspecify.annotations.NullMarked
package io.mailblast.bounce;
