package io.mailblast.monitoring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// Whether the memory that outlives garbage collections grows without end: the sign of a leak.
///
/// Its [RobustTrend] counts only where chance gives it once in a thousand times, and only where it comes to more than
/// caches do that fill up. Used by one thread.
final class HeapTrend {

    /// Of fewer collections that freed old objects there is no trend to speak of.
    private static final int LEAST_POINTS = 12;

    /// Enough for a trend; more would make pairs by the ten thousand.
    private static final int MOST_POINTS = 200;

    /// Of the normal distribution, one-sided, p = 0.001.
    private static final double SIGNIFICANT = 3.09;

    private static final double LEAST_GROWTH_BYTES = 32e6;

    private record Point(long atNs, double bytes) {}

    private final DoubleSupplier liveBytes;
    private final long windowNs;
    private final LongSupplier nanoTime;
    private final long startNs;
    private final Deque<Point> points = new ArrayDeque<>();

    /// @param liveBytes what was in use after the last collection that freed old objects; 0 before the first
    HeapTrend(DoubleSupplier liveBytes, Duration window, LongSupplier nanoTime) {
        this.liveBytes = liveBytes;
        this.windowNs = window.toNanos();
        this.nanoTime = nanoTime;
        this.startNs = nanoTime.getAsLong();
    }

    /// Growth over the window, of what there was at its middle: 0.05 is 5%. 0 where there is no trend, as where
    /// hardly anything had to be collected: what keeps more and more fills a heap. Not a number while the process
    /// has not run for one window and a half.
    double growth() {
        long now = nanoTime.getAsLong();
        take(now);
        if (now - startNs < windowNs + windowNs / 2) {
            return Double.NaN;
        }
        if (points.size() < LEAST_POINTS) {
            return 0;
        }
        double[] bytes = points.stream().mapToDouble(Point::bytes).toArray();
        RobustTrend trend =
                RobustTrend.of(points.stream().mapToDouble(Point::atNs).toArray(), bytes);
        double growth = trend.slope() * windowNs;
        return trend.rises(SIGNIFICANT) && growth >= LEAST_GROWTH_BYTES ? growth / RobustTrend.median(bytes) : 0;
    }

    private void take(long now) {
        double bytes = liveBytes.getAsDouble();
        boolean changed = points.isEmpty() || points.getLast().bytes() != bytes;
        // One in so much time at most, so that the points kept span the window.
        boolean due = points.isEmpty() || now - points.getLast().atNs() >= windowNs / MOST_POINTS;
        if (bytes > 0 && changed && due) {
            points.add(new Point(now, bytes));
        }
        while (!points.isEmpty() && now - points.getFirst().atNs() > windowNs) {
            points.removeFirst();
        }
    }
}
