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

    /// Not now: try again no earlier than `after`. Throttling, a connection that was never made.
    record Deferred(String reason, Duration after) implements Outcome {}

    /// Never: the provider refused this message.
    record Refused(String reason) implements Outcome {}

    /// The request left, no answer came that says what became of it. It may have been delivered, so it is never
    /// repeated
    /// by itself.
    record InDoubt(String reason) implements Outcome {}
}
