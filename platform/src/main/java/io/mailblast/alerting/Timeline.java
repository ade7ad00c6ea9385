package io.mailblast.alerting;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/// Time that only goes forward, and by as much as passed: it begins at the wall clock and goes on by a monotonic one,
/// so
/// that a clock that is set does not fire what has not lasted, and does not keep from firing what has.
final class Timeline {

    private final Instant start;
    private final long startNs;
    private final LongSupplier nanoTime;

    Timeline(Instant start, LongSupplier nanoTime) {
        this.start = start;
        this.nanoTime = nanoTime;
        this.startNs = nanoTime.getAsLong();
    }

    Instant now() {
        return start.plus(Duration.ofNanos(nanoTime.getAsLong() - startNs));
    }
}
