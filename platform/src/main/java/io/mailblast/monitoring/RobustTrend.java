package io.mailblast.monitoring;

import java.util.Arrays;

/// The straight line through points that a few odd ones do not move.
///
/// The slope is the median of those between all pairs of points (Theil 1950, Sen 1968). Whether there is a trend at all
/// is what Mann and Kendall's test says, which looks at which values are larger and not at how much.
///
/// @param slope of the values, for one unit of their times
/// @param intercept the line's value at time 0
/// @param score of Mann and Kendall's test, of the standard normal distribution: above 0 where values rise
public record RobustTrend(double slope, double intercept, double score) {

    /// @param at times, ascending
    /// @param values as many, at least 2
    public static RobustTrend of(double[] at, double[] values) {
        double[] slopes = new double[values.length * (values.length - 1) / 2];
        long rising = 0;
        int next = 0;
        for (int later = 1; later < values.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                slopes[next++] = (values[later] - values[earlier]) / (at[later] - at[earlier]);
                rising += Double.compare(values[later], values[earlier]);
            }
        }
        double slope = median(slopes);
        double[] rests = new double[values.length];
        Arrays.setAll(rests, i -> values[i] - slope * at[i]);
        return new RobustTrend(slope, median(rests), score(rising, values.length));
    }

    private static double score(long rising, double n) {
        double deviation = Math.sqrt(n * (n - 1) * (2 * n + 5) / 18);
        return (rising - Long.signum(rising)) / deviation;
    }

    /// Whether values rise, as far as chance does not do that.
    ///
    /// @param score that chance reaches as seldom as is wanted: 1.64 in 5% of all cases, 3.09 in 0.1%
    public boolean rises(double score) {
        return this.score > score;
    }

    /// The line's value at a time.
    public double value(double at) {
        return intercept + slope * at;
    }

    /// @param values at least one
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
