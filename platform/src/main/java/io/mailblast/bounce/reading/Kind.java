package io.mailblast.bounce.reading;

import java.util.Locale;

/// What a mail, or its word on one recipient, comes to. Ordered from the mildest: a mail about several recipients is no
/// harder than the mildest of its words.
public enum Kind {
    /// Not understood.
    UNKNOWN,
    /// A machine answered for a person: out of office, ticket opened.
    AUTO_REPLY,
    /// A report of success.
    DELIVERED,
    /// The server still tries (RFC 3464 §2.3.3 `delayed`): nothing is decided.
    DELAYED,
    /// Failed for now, or for a reason that says nothing of the address.
    SOFT,
    /// The mailbox is full.
    FULL,
    /// The receiver did not want this mail, its sender, or its way: not the address is at fault.
    BLOCKED,
    /// The address is useless for good.
    HARD,
    /// The recipient, or his provider for him, complained (RFC 5965).
    COMPLAINT;

    private final String spelling = name().toLowerCase(Locale.ROOT);

    /// As JSON, the database and metrics have it.
    public String spelling() {
        return spelling;
    }
}
