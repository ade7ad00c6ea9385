package io.mailblast.alerting;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Time that only goes forward, and by as much as passed: it begins at the wall clock and goes on by a monotonic one,
/// so that a clock that is set does not fire what has not lasted, and does not keep from firing what has. A clock that
/// was set is followed by [#follow], whose caller then moves what he remembers by as much. Used by one thread.
final class Timeline {

    /// Less is slewing, and what passes between two readings.
    private static final Duration SET = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final long startNs;
    private Instant start;

    Timeline(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.start = clock.instant();
        this.startNs = nanoTime.getAsLong();
    }

    Instant now() {
        return start.plus(Duration.ofNanos(nanoTime.getAsLong() - startNs));
    }

    /// By how much the clock was set, forward or back, since this was last asked; zero where it was not. From
    /// now on time is that of the clock again.
    Duration follow() {
        Duration by = Duration.between(now(), clock.instant());
        if (by.abs().compareTo(SET) < 0) {
            return Duration.ZERO;
        }
        start = start.plus(by);
        return by;
    }
}
