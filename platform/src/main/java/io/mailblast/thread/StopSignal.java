package io.mailblast.thread;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells a thread that pauses between its turns that it is to end.
public final class StopSignal {

    private final CountDownLatch given = new CountDownLatch(1);

    /// From now on no pause lasts. Can be given twice.
    public void give() {
        given.countDown();
    }

    public boolean isGiven() {
        return given.getCount() == 0;
    }

    /// Pauses, at most so long.
    ///
    /// @return whether the thread is to end, which an interrupted one is too
    public boolean isGivenWithin(long millis) {
        try {
            return given.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
