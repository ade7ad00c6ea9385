package io.mailblast.delivery;

import java.time.Duration;

/// What one attempt to deliver one message came to. Every way a provider can answer, or fail to, is one of these;
/// nothing
/// else leaves [Delivery#send].
public sealed interface Outcome {

    /// The provider took responsibility (RFC 5321 §6.1).
    ///
    /// @param providerId what the provider calls the message
    record Accepted(String providerId) implements Outcome {}

    /// Not now: try again no earlier than `after`. Nothing of the message was delivered.
    ///
    /// @param throttled whether it is about the account and not about this message: all others had better wait too
    record Deferred(String reason, Duration after, boolean throttled) implements Outcome {

        public Deferred(String reason, Duration after) {
            this(reason, after, false);
        }
    }

    /// Never: the provider refused this message.
    record Refused(String reason) implements Outcome {}

    /// The request left, no answer came that says what became of it. It may have been delivered, so it is never
    /// repeated
    /// by itself.
    record InDoubt(String reason) implements Outcome {}

    /// A provider's words on one line of at most 500 characters.
    static String shortened(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 500 ? line : line.substring(0, 500) + "…";
    }
}
