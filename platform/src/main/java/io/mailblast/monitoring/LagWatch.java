package io.mailblast.monitoring;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/// How old the oldest of what is written and not yet read is, of something that has an end and a place up to
/// which it is read: from where the end was at each question. Used by one thread.
public final class LagWatch {

    private record End(long atNs, long position) {}

    private final LongSupplier end;
    private final LongSupplier read;
    private final LongSupplier nanoTime;
    private final Deque<End> ends = new ArrayDeque<>();

    /// @param end and `read` are positions that only grow
    public LagWatch(LongSupplier end, LongSupplier read, LongSupplier nanoTime) {
        this.end = end;
        this.read = read;
        this.nanoTime = nanoTime;
    }

    /// At least so many seconds; 0 where all is read.
    public double seconds() {
        long now = nanoTime.getAsLong();
        ends.add(new End(now, end.getAsLong()));
        long upTo = read.getAsLong();
        while (!ends.isEmpty() && ends.getFirst().position() <= upTo) {
            ends.removeFirst();
        }
        return ends.isEmpty() ? 0 : (now - ends.getFirst().atNs()) / 1e9;
    }
}
