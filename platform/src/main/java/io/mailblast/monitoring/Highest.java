package io.mailblast.monitoring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/// The highest of the values of late. Used by one thread, or under one lock.
final class Highest {

    private record Value(long atNs, double value) {}

    private final long windowNs;
    private final LongSupplier nanoTime;

    /// Newest last, higher ones only before lower ones.
    private final Deque<Value> values = new ArrayDeque<>();

    /// @param window how long a value is remembered
    Highest(Duration window, LongSupplier nanoTime) {
        this.windowNs = window.toNanos();
        this.nanoTime = nanoTime;
    }

    void add(double value) {
        while (!values.isEmpty() && values.getLast().value() <= value) {
            values.removeLast();
        }
        values.add(new Value(nanoTime.getAsLong(), value));
    }

    /// 0 where there was none.
    double value() {
        long now = nanoTime.getAsLong();
        while (!values.isEmpty() && now - values.getFirst().atNs() > windowNs) {
            values.removeFirst();
        }
        return values.isEmpty() ? 0 : values.getFirst().value();
    }
}
