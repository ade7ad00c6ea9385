package io.mailblast.validation.verdict;

import io.mailblast.validation.observe.Timeline.Point;
import io.mailblast.validation.verdict.Judged.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/// What samples allow to say.
public final class Statistics {

    /// Of the normal distribution, for 95%.
    private static final double Z = 1.959964;

    /// Slopes between all pairs: more points would take long and tell no more.
    private static final int MOST_POINTS = 240;

    private Statistics() {}

    /// Between which samples a percentile lies: the ranks that the binomial distribution leaves in doubt.
    static Interval ofPercentile(Histogram sorted, double percentile) {
        double n = sorted.getTotalCount();
        double share = percentile / 100;
        double spread = Z * Math.sqrt(n * share * (1 - share));
        double low = Math.max(1, Math.floor(n * share - spread));
        double high = Math.min(n, Math.ceil(n * share + spread) + 1);
        return new Interval(sorted.getValueAtPercentile(100 * low / n), sorted.getValueAtPercentile(100 * high / n));
    }

    /// Wilson's interval of a share.
    static Interval ofShare(long some, long all) {
        double n = all;
        double p = some / n;
        double middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double spread = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        return new Interval(Math.max(0, middle - spread), Math.min(1, middle + spread));
    }

    /// A line through points, of which some may be far off.
    ///
    /// @param slope per second: Theil and Sen's, the median of the slopes between all pairs
    /// @param begin its value at the first point's time
    /// @param certainty that there is a trend at all, 0 to 1, by Mann and Kendall's test
    record Trend(double slope, double begin, double certainty) {}

    static Trend trend(List<Point> all) {
        List<Point> points = thinned(all);
        int n = points.size();
        double[] slopes = new double[n * (n - 1) / 2];
        int at = 0;
        long sign = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double rise = points.get(j).value() - points.get(i).value();
                slopes[at++] = rise / (points.get(j).second() - points.get(i).second());
                sign += (long) Math.signum(rise);
            }
        }
        double slope = median(slopes);
        double first = points.getFirst().second();
        double[] begins = points.stream()
                .mapToDouble(point -> point.value() - slope * (point.second() - first))
                .toArray();
        double variance = n * (n - 1.0) * (2.0 * n + 5) / 18;
        double z = sign == 0 ? 0 : (Math.abs(sign) - 1) / Math.sqrt(variance);
        return new Trend(slope, median(begins), 1 - 2 * (1 - normal(z)));
    }

    /// Means of neighbours, so many that what is left can be compared in pairs.
    private static List<Point> thinned(List<Point> all) {
        if (all.size() <= MOST_POINTS) {
            return all;
        }
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < MOST_POINTS; i++) {
            List<Point> some = all.subList(i * all.size() / MOST_POINTS, (i + 1) * all.size() / MOST_POINTS);
            points.add(new Point(
                    some.stream().mapToDouble(Point::second).average().orElse(0),
                    some.stream().mapToDouble(Point::value).average().orElse(0)));
        }
        return points;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// The normal distribution, by Abramowitz and Stegun 26.2.17; off by less than 1e-7.
    public static double normal(double z) {
        double t = 1 / (1 + 0.2316419 * Math.abs(z));
        double tail = Math.exp(-z * z / 2)
                / Math.sqrt(2 * Math.PI)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z >= 0 ? 1 - tail : tail;
    }
}
