package io.mailblast.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/// Latencies of the last minutes. To record one costs little, also where all cores do nothing else: it goes to one of
/// several recorders, by thread, and whoever asks adds them up. The time is kept in parts, of which the oldest go.
///
/// As exact as two digits are; from a microsecond to ten minutes.
final class RecentLatencies {

    private static final int PARTS = 5;

    /// Each takes some 50 KB.
    private static final int MOST_RECORDERS = 16;

    private static final int DIGITS = 2;
    private static final long HIGHEST_US = TimeUnit.MINUTES.toMicros(10);

    /// Several questions right after each other have one answer.
    private static final long FRESH_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Recorder[] recorders;
    private final int mask;
    private final long windowNs;
    private final LongSupplier nanoTime;

    /// Guarded by this, as is all that follows.
    private final Deque<Part> closed = new ArrayDeque<>();

    private final @Nullable Histogram[] intervals;
    private Histogram current = new Histogram(HIGHEST_US, DIGITS);
    private long currentSinceNs;
    private Histogram merged = new Histogram(HIGHEST_US, DIGITS);
    private long mergedAtNs;
    private long counted;

    private record Part(Histogram histogram, long endedAtNs) {}

    RecentLatencies(Duration window, LongSupplier nanoTime) {
        int count = Integer.highestOneBit(
                Math.min(MOST_RECORDERS, 2 * Runtime.getRuntime().availableProcessors()));
        this.recorders = new Recorder[count];
        for (int i = 0; i < count; i++) {
            recorders[i] = new Recorder(HIGHEST_US, DIGITS);
        }
        this.mask = count - 1;
        this.intervals = new Histogram[count];
        this.windowNs = window.toNanos();
        this.nanoTime = nanoTime;
        this.currentSinceNs = nanoTime.getAsLong();
        this.mergedAtNs = currentSinceNs - FRESH_NS;
    }

    void record(long nanos) {
        recorders[(int) Thread.currentThread().threadId() & mask].recordValue(
                Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 1, HIGHEST_US));
    }

    /// Those of the window, in microseconds; not to be changed.
    synchronized Histogram recent() {
        long now = nanoTime.getAsLong();
        if (now - mergedAtNs < FRESH_NS) {
            return merged;
        }
        collect();
        if (now - currentSinceNs >= windowNs / PARTS) {
            closed.addLast(new Part(current, now));
            current = new Histogram(HIGHEST_US, DIGITS);
            currentSinceNs = now;
        }
        while (!closed.isEmpty() && now - closed.getFirst().endedAtNs() >= windowNs) {
            closed.removeFirst();
        }
        Histogram sum = current.copy();
        closed.forEach(part -> sum.add(part.histogram()));
        merged = sum;
        mergedAtNs = now;
        return merged;
    }

    /// Since the start.
    synchronized long count() {
        collect();
        return counted;
    }

    private void collect() {
        for (int i = 0; i < recorders.length; i++) {
            // The one of the last time is empty again, and used again.
            Histogram interval = recorders[i].getIntervalHistogram(intervals[i]);
            intervals[i] = interval;
            counted += interval.getTotalCount();
            current.add(interval);
        }
    }
}
