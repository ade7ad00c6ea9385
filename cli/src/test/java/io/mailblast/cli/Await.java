package io.mailblast.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what other processes do, up to a deadline.
final class Await {

    static final Duration DEADLINE = Duration.ofSeconds(30);

    private Await() {}

    /// @return the first value that fits
    /// @throws AssertionError with the last value seen
    static <T> T until(String what, Supplier<T> look, Predicate<T> fits) {
        return until(what, DEADLINE, look, fits);
    }

    /// For what may take longer than the usual deadline.
    static <T> T until(String what, Duration patience, Supplier<T> look, Predicate<T> fits) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            T seen = look.get();
            if (fits.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not after " + patience.toSeconds() + " s: " + what + "; last seen: " + seen);
            }
            pause();
        }
    }

    static void until(String what, Supplier<Boolean> holds) {
        until(what, holds, held -> held);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(25);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
