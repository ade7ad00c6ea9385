package io.mailblast.history;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

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
            Map<String, Integer> known = HistoryRows.series(handle);
            List<Series> series = new ArrayList<>();
            for (String name : names) {
                Optional.ofNullable(known.get(name))
                        .ifPresent(id -> series.addAll(read(handle, name, id, resolution, from, to)));
            }
            return new Answer(resolution, resolution.step(timeScale), series);
        });
    }

    /// The highest of all processes' newest values, of the last half minute; empty where there is none.
    public Optional<Double> latest(String name) {
        Instant since = clock.instant().minus(Resolution.FINE.step(timeScale).multipliedBy(3));
        return database.read(
                handle -> Optional.ofNullable(HistoryRows.series(handle).get(name))
                        .flatMap(id -> HistoryRows.latest(handle, id, since)));
    }

    private static List<Series> read(
            Handle handle, String name, int id, Resolution resolution, Instant from, Instant to) {
        List<Series> series = new ArrayList<>();
        for (HistoryRows.Point each : HistoryRows.read(handle, resolution, id, from, to)) {
            if (series.isEmpty() || !series.getLast().node().equals(each.node())) {
                series.add(new Series(name, each.node(), new ArrayList<>()));
            }
            series.getLast().points().add(new Point(each.at(), each.mean(), each.least(), each.most()));
        }
        return series;
    }
}
