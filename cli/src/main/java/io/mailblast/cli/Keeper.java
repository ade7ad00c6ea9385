package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps one part running: when its process ends without being told to, it is started again, after a pause that
/// grows while it keeps ending and is short again once it has stayed.
final class Keeper implements AutoCloseable {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final Duration STAYED = Duration.ofMinutes(1);
    private static final Duration WATCH_ENDS = Duration.ofSeconds(10);

    private final String name;
    private final Kept kept;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Child child;
    private volatile @Nullable Thread watch;

    /// What is kept running.
    interface Kept {

        /// Starts a process.
        Child start();

        /// Waits for its end, and brings it about where it must go.
        ///
        /// @param stopping whether it was told to end: it is left alone then
        /// @return what to say of it
        String awaitEnd(Child child, BooleanSupplier stopping);
    }

    /// Starts the first process.
    Keeper(String name, Kept kept) {
        this.name = name;
        this.kept = kept;
        this.child = kept.start();
    }

    /// @throws CannotRunException when the first process does not come to that
    JsonNode awaitReady(Duration patience) {
        return child.awaitReady(patience);
    }

    void watch() {
        watch = Thread.ofPlatform().daemon().name(name + "-watch").start(this::run);
    }

    /// Ends the process and its watch: nothing of them is written afterwards.
    @Override
    public void close() {
        Child last;
        synchronized (this) {
            stopping.countDown();
            last = child;
        }
        last.close();
        awaitEndOfWatch();
    }

    private void awaitEndOfWatch() {
        Thread watching = watch;
        try {
            if (watching != null && !watching.join(WATCH_ENDS)) {
                System.err.println("The watch over the " + name + " does not end.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = SHORTEST_PAUSE;
        while (true) {
            long begun = System.nanoTime();
            String end = kept.awaitEnd(child, this::isStopping);
            if (isStopping()) {
                return;
            }
            pause = System.nanoTime() - begun > STAYED.toNanos() ? SHORTEST_PAUSE : pause;
            System.err.println("The " + name + " " + end + "; it is started again in " + pause.toMillis() + " ms.");
            while (!startAfter(pause)) {
                pause = longer(pause);
            }
            if (isStopping()) {
                return;
            }
            pause = longer(pause);
        }
    }

    /// @return whether it was started, or need not be any more
    private boolean startAfter(Duration pause) {
        try {
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            synchronized (this) {
                if (!isStopping()) {
                    child = kept.start();
                }
            }
            return true;
        } catch (CannotRunException e) {
            System.err.println(e.getMessage());
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }
}
