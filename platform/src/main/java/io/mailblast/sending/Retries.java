package io.mailblast.sending;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/// When a deferred message is tried again: exponential backoff with full jitter, so that those that were
/// deferred together do not come back together (Brooker, "Exponential Backoff And Jitter", AWS Architecture
/// Blog).
final class Retries {

    private final SendingConfig config;

    Retries(SendingConfig config) {
        this.config = config;
    }

    /// @param attempt that was deferred, from 1
    /// @param atLeast what the provider asked for
    Duration pause(int attempt, Duration atLeast) {
        long cap = config.retryLongest().toMillis();
        long backoff = Math.min(cap, config.retryFirst().toMillis() << Math.min(attempt - 1, 30));
        return atLeast.plusMillis(ThreadLocalRandom.current().nextLong(Math.max(1, backoff)));
    }

    boolean isTooLate(Instant firstBegunAt, Instant nextAttempt) {
        return nextAttempt.isAfter(firstBegunAt.plus(config.retryFor()));
    }
}
