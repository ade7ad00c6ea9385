package io.mailblast.thread;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// What threads wait for to hear that something has changed: an eventcount (Reed and Kanodia, "Synchronization with
/// eventcounts and sequencers", 1979). Whoever waits asks for [#next] *before* he looks, so that no change between
/// his look and his waiting is lost:
///
/// ```java
/// while (true) {
///     CountDownLatch next = changes.next();
///     synchronized (this) {
///         if (isThere()) { return take(); }
///     }
///     Changes.await(next, nanos);
/// }
/// ```
///
/// In place of `Object.wait`, with which the virtual threads of a process can all stop for good
/// (docs/decisions/020-no-object-wait.md).
public final class Changes {

    private final AtomicReference<CountDownLatch> next = new AtomicReference<>(new CountDownLatch(1));

    /// What the next [#tell] ends.
    public CountDownLatch next() {
        return next.get();
    }

    /// Wakes all who wait; after the change is made.
    public void tell() {
        next.getAndSet(new CountDownLatch(1)).countDown();
    }

    /// Waits for the change, at most so long.
    public static void await(CountDownLatch change, long nanos) throws InterruptedException {
        boolean _ = change.await(nanos, TimeUnit.NANOSECONDS);
    }
}
