package io.mailblast.validation.observe;

import io.mailblast.validation.plan.Series;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Values of series over a run's time.
public final class Timeline {

    /// @param second since the run's begin
    public record Point(double second, double value) {}

    /// Guarded by `this`.
    private final Map<Series, List<Point>> points = new EnumMap<>(Series.class);

    public synchronized void add(Series series, double second, double value) {
        if (Double.isFinite(value)) {
            points.computeIfAbsent(series, _ -> new ArrayList<>()).add(new Point(second, value));
        }
    }

    /// @param from inclusive
    /// @param to exclusive
    public synchronized List<Point> of(Series series, double from, double to) {
        return points.getOrDefault(series, List.of()).stream()
                .filter(point -> point.second >= from && point.second < to)
                .toList();
    }

    public synchronized List<Point> of(Series series) {
        return List.copyOf(points.getOrDefault(series, List.of()));
    }

    /// Those of which anything is known.
    public synchronized List<Series> known() {
        return List.copyOf(points.keySet());
    }
}
