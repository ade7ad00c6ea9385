package io.mailblast.monitoring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// Whether the memory that outlives garbage collections grows without end: the sign of a leak.
///
/// The slope is the median of those between all pairs of points (Theil 1950, Sen 1968), which a few odd collections do
/// not move; it counts only where Mann and Kendall's test finds a trend that chance gives once in a thousand times, and
/// only where it comes to more than caches do that fill up. Used by one thread.
final class HeapTrend {

    /// Below so many collections that freed old objects there is no trend to speak of.
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

    /// Growth over the window, of what there was at its middle: 0.05 is 5%. 0 where there is no trend; not a number
    /// while the process has not run for one window and a half, or hardly anything was collected.
    double growth() {
        long now = nanoTime.getAsLong();
        take(now);
        if (now - startNs < windowNs + windowNs / 2 || points.size() < LEAST_POINTS) {
            return Double.NaN;
        }
        Point[] taken = points.toArray(Point[]::new);
        double growth = slope(taken) * windowNs;
        return isTrend(taken) && growth >= LEAST_GROWTH_BYTES ? growth / median(values(taken)) : 0;
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

    /// In bytes a nanosecond.
    private static double slope(Point[] points) {
        double[] slopes = new double[points.length * (points.length - 1) / 2];
        int next = 0;
        for (int later = 1; later < points.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                slopes[next++] = (points[later].bytes() - points[earlier].bytes())
                        / (points[later].atNs() - points[earlier].atNs());
            }
        }
        return median(slopes);
    }

    private static boolean isTrend(Point[] points) {
        long rising = 0;
        for (int later = 1; later < points.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                rising += Double.compare(points[later].bytes(), points[earlier].bytes());
            }
        }
        double n = points.length;
        double deviation = Math.sqrt(n * (n - 1) * (2 * n + 5) / 18);
        return (rising - 1) / deviation > SIGNIFICANT;
    }

    private static double[] values(Point[] points) {
        return Arrays.stream(points).mapToDouble(Point::bytes).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
