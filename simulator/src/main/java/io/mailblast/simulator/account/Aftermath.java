package io.mailblast.simulator.account;

import io.mailblast.simulator.record.Mail;

/// Who takes over when a mail was accepted.
public interface Aftermath {

    /// Whether more mails can be taken over without unbounded memory.
    boolean hasRoom();

    /// Takes an accepted mail over; returns at once.
    void accepted(Mail mail);
}
