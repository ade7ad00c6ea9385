package io.mailblast.simulator.smtp;

/// Whether mailboxes that do not exist are refused while the sender is still connected.
public enum MailboxPolicy {
    /// Every recipient is taken; what bounces does so later, over SNS.
    ACCEPT_ALL,
    /// `bounce@` is refused with 550, `suppressionlist@` with 550, `defer@` put off with 451.
    REFUSE_AT_RCPT
}
