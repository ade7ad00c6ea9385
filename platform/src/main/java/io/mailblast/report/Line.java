package io.mailblast.report;

import io.mailblast.history.PastSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One measure over time, all processes together, oldest first. What was not measured is missing.
record Line(List<Point> points) {

    /// @param mean of the step that begins then
    /// @param most the highest within it
    record Point(Instant at, double mean, double most) {}

    Line {
        points = List.copyOf(points);
    }

    static Line of(Measure measure, List<PastSeries.Series> series) {
        SortedMap<Instant, Point> points = new TreeMap<>();
        for (PastSeries.Series each : series) {
            for (PastSeries.Point point : each.points()) {
                points.merge(
                        point.at(),
                        new Point(point.at(), point.mean(), point.most()),
                        (one, other) -> measure.nodes() == Measure.Nodes.TOGETHER
                                ? new Point(one.at(), one.mean() + other.mean(), one.most() + other.most())
                                : new Point(
                                        one.at(),
                                        Math.max(one.mean(), other.mean()),
                                        Math.max(one.most(), other.most())));
            }
        }
        return new Line(new ArrayList<>(points.values()));
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    /// Not a number where nothing was measured.
    double mean() {
        return points.stream().mapToDouble(Point::mean).average().orElse(Double.NaN);
    }

    /// Not a number where nothing was measured.
    double most() {
        return points.stream().mapToDouble(Point::most).max().orElse(Double.NaN);
    }

    /// The same with no more points: of those that lie together the mean of their means, and the highest.
    Line atMost(int most) {
        if (points.size() <= most) {
            return this;
        }
        int each = Math.ceilDiv(points.size(), most);
        List<Point> fewer = new ArrayList<>();
        for (int from = 0; from < points.size(); from += each) {
            Line part = new Line(points.subList(from, Math.min(from + each, points.size())));
            fewer.add(new Point(part.points().getFirst().at(), part.mean(), part.most()));
        }
        return new Line(fewer);
    }

    /// From then on.
    Line from(Instant at) {
        return new Line(points.stream().filter(each -> !each.at().isBefore(at)).toList());
    }

    /// Before then.
    Line until(Instant at) {
        return new Line(points.stream().filter(each -> each.at().isBefore(at)).toList());
    }
}
