package io.mailblast.alerting;

import java.time.Duration;
import java.util.Optional;

/// Somebody who is told of alerts. Each has a lane of its own: one that is down or slow delays no other.
interface Receiver {

    /// One of [Receivers#NAMES], or [Receivers#ALERTMANAGER].
    String name();

    /// Whether it does something with an acknowledgement, as PagerDuty does. To others it is no news.
    default boolean takesAcknowledgements() {
        return false;
    }

    /// How often it must be told again of all that fires, acknowledged or not, so as not to forget it; empty
    /// for as often as people are.
    default Optional<Duration> forgetsUnlessToldEvery() {
        return Optional.empty();
    }

    /// Tells once. Waits for the answer, at most some seconds; does not throw for what the other side does.
    Answer tell(Notice notice) throws InterruptedException;

    /// Tells of what is no alert. Waits as [#tell(Notice)] does.
    default Answer tell(Digest digest) throws InterruptedException {
        return new Answer.Never("it takes alerts only");
    }

    /// What telling came to.
    sealed interface Answer {

        /// It was taken.
        record Taken() implements Answer {}

        /// Not now: a 5xx, a 429, a 4yz of SMTP, garbage, nothing.
        ///
        /// @param after zero unless the receiver said how long to wait
        record Later(String reason, Duration after) implements Answer {}

        /// Telling the same again cannot help: a 4xx, a 5yz of SMTP.
        record Never(String reason) implements Answer {}
    }
}
