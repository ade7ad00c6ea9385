package io.mailblast.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// How long what is ready to run waits for a processor, as each request does: tried out again and again by a virtual
/// thread that does nothing. The *shortest* of the waits of a while counts (as in CoDel, RFC 8289): a pause of the
/// collector or a burst makes some of them long, a load that is too much makes all of them.
final class ProcessorWait implements AutoCloseable {

    /// Less than half of what opens and clicks may take.
    static final Duration ENOUGH = Duration.ofMillis(20);

    private static final Duration WHILE = Duration.ofMillis(200);

    /// Each costs an idle machine a tenth of a millisecond or two, for a processor that has to wake up.
    private static final long BETWEEN_MS = 50;

    private final Consumer<Runnable> processors;
    private final Consumer<Boolean> told;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("http-processor-wait").unstarted(this::watch);
    private final AtomicBoolean isWaiting = new AtomicBoolean();
    private volatile long askedNs;
    private volatile long shortestNs = Long.MAX_VALUE;
    private volatile double seconds;

    /// @param told every 200 ms whether all waits were longer than [#ENOUGH]
    ProcessorWait(Consumer<Boolean> told) {
        this(Thread::startVirtualThread, told);
    }

    /// @param processors run what is given to them, sooner or later
    ProcessorWait(Consumer<Runnable> processors, Consumer<Boolean> told) {
        this.processors = processors;
        this.told = told;
    }

    void start() {
        thread.start();
    }

    /// The shortest wait of the last 200 ms.
    double seconds() {
        return seconds;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            long nextNs = System.nanoTime() + WHILE.toNanos();
            while (true) {
                if (isWaiting.compareAndSet(false, true)) {
                    askedNs = System.nanoTime();
                    processors.accept(this::ran);
                }
                Thread.sleep(BETWEEN_MS);
                long now = System.nanoTime();
                if (now - nextNs >= 0) {
                    tell(now);
                    nextNs = now + WHILE.toNanos();
                }
            }
        } catch (InterruptedException e) {
            // Closed: that is all an interrupt means here.
            Thread.currentThread().interrupt();
        }
    }

    private void ran() {
        shortestNs = Math.min(shortestNs, System.nanoTime() - askedNs);
        isWaiting.set(false);
    }

    private void tell(long now) {
        long shortest = shortestNs;
        shortestNs = Long.MAX_VALUE;
        // Whoever was asked before, and has not run since, has waited for that long already.
        long nanos = shortest == Long.MAX_VALUE ? now - askedNs : shortest;
        seconds = nanos / 1e9;
        told.accept(nanos > ENOUGH.toNanos());
    }
}
