package io.mailblast.sending;

import io.mailblast.thread.Changes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// This worker's part of the account's rate: one message each 1/rate seconds, with a burst of a tenth of a second, over
/// all its lanes. Times are `System.nanoTime`; one lock guards all fields.
final class Pace {

    private static final long BURST_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double SLOWEST = 0.1;

    private final Changes changes = new Changes();
    private double perSecond = SLOWEST;
    private long nextNs = System.nanoTime();
    private long pausedUntilNs = System.nanoTime();

    /// @param perSecond at least 0.1
    synchronized void rate(double perSecond) {
        this.perSecond = Math.max(SLOWEST, perSecond);
        changes.tell();
    }

    synchronized double rate() {
        return perSecond;
    }

    /// Nobody goes for a while: the provider asked for a pause.
    synchronized void pause(Duration pause) {
        pausedUntilNs = Math.max(pausedUntilNs, System.nanoTime() + pause.toNanos());
    }

    /// Waits for a message's turn, by the rate that holds when it comes.
    void await() throws InterruptedException {
        while (true) {
            CountDownLatch next = changes.next();
            long waitNs;
            synchronized (this) {
                waitNs = Math.max(nextNs, pausedUntilNs) - System.nanoTime();
                if (waitNs <= 0) {
                    use();
                    return;
                }
            }
            Changes.await(next, waitNs);
        }
    }

    /// Goes ahead of all that wait, which then wait a little longer: for single mails that a person waits for.
    synchronized void ahead() {
        use();
    }

    private void use() {
        long earliest = System.nanoTime() - BURST_NS;
        nextNs = Math.max(nextNs, earliest) + (long) (1e9 / perSecond);
    }
}
