package io.mailblast.history;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what was kept, for charts and reports.
public final class PastSeries {

    /// Points of a chart that nobody can tell apart any more.
    static final int MOST_POINTS = 1_500;

    private final Database database;
    private final InstantSource clock;
    private final double timeScale;

    public PastSeries(Database database, InstantSource clock, double timeScale) {
        this.database = database;
        this.clock = clock;
        this.timeScale = timeScale;
    }

    /// One series of one process, oldest first. What was not measured is missing, not zero.
    ///
    /// @param name such as `queue_backlog`
    /// @param node the process, such as `api@host:8080`
    public record Series(String name, String node, List<Point> points) {}

    /// What a series was from `at` on, for one step: in base units.
    public record Point(Instant at, double mean, double least, double most) {}

    /// @param step of its points
    public record Answer(Resolution resolution, Duration step, List<Series> series) {}

    /// All names that were ever kept.
    public List<String> names() {
        return database.read(
                handle -> HistoryRows.series(handle).keySet().stream().sorted().toList());
    }

    /// The finest resolution that reaches back as far, and gives no more points than a chart can show.
    public Resolution resolution(Instant from, Instant to) {
        for (Resolution each : Resolution.values()) {
            boolean reaches = !from.isBefore(clock.instant().minus(each.kept(timeScale)));
            boolean fits = Duration.between(from, to).dividedBy(each.step(timeScale)) <= MOST_POINTS;
            if (reaches && fits) {
                return each;
            }
        }
        return Resolution.HOUR;
    }

    /// @param names unknown ones have no points
    /// @param from not after `to`, which is not included
    public Answer read(List<String> names, Resolution resolution, Instant from, Instant to) {
        return database.read(handle -> {
            Map<String, Integer> wanted = new HashMap<>(HistoryRows.series(handle));
            wanted.keySet().retainAll(names);
            // In a transaction, so that rows come in portions: all of a month at once would be 100 MB.
            Map<String, List<HistoryRows.Point>> points =
                    handle.inTransaction(portions -> HistoryRows.read(portions, resolution, wanted, from, to));
            List<Series> series = new ArrayList<>();
            names.forEach(name -> series.addAll(byNode(name, points.getOrDefault(name, List.of()))));
            return new Answer(resolution, resolution.step(timeScale), series);
        });
    }

    /// Whether anything was measured before then, and for a minute at least.
    public boolean isAnythingBefore(Instant at) {
        return database.read(handle -> HistoryRows.isAnythingBefore(handle, at));
    }

    /// The highest of all processes' newest values, of the last half minute; empty where there is none.
    public Optional<Double> latest(String name) {
        Instant since = clock.instant().minus(Resolution.FINE.step(timeScale).multipliedBy(3));
        return database.read(
                handle -> Optional.ofNullable(HistoryRows.series(handle).get(name))
                        .flatMap(id -> HistoryRows.latest(handle, id, since)));
    }

    private static List<Series> byNode(String name, List<HistoryRows.Point> points) {
        List<Series> series = new ArrayList<>();
        for (HistoryRows.Point each : points) {
            if (series.isEmpty() || !series.getLast().node().equals(each.node())) {
                series.add(new Series(name, each.node(), new ArrayList<>()));
            }
            series.getLast().points().add(new Point(each.at(), each.mean(), each.least(), each.most()));
        }
        return series;
    }
}
