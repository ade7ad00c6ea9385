package io.mailblast.sending;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The provider's rate: one message each 1/rate seconds, with a burst of a tenth of a second, over all lanes of a
/// worker.
/// Times are `System.nanoTime`; one lock guards all fields.
final class Pace {

    private static final long BURST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private double intervalNs;
    private long nextNs = System.nanoTime();

    /// @param perSecond at least 0.1
    synchronized void rate(double perSecond) {
        intervalNs = 1e9 / Math.max(0.1, perSecond);
    }

    /// Nobody goes for a while: the provider asked for a pause.
    synchronized void pause(Duration pause) {
        nextNs = Math.max(nextNs, System.nanoTime() + pause.toNanos());
    }

    /// Waits for this message's turn.
    void await() throws InterruptedException {
        long wait = reserve() - System.nanoTime();
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    private synchronized long reserve() {
        long earliest = System.nanoTime() - BURST_NS;
        nextNs = Math.max(nextNs, earliest) + (long) intervalNs;
        return nextNs - (long) intervalNs;
    }
}
