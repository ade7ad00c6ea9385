package io.mailblast.report;

import io.mailblast.alerting.AlertRule;
import io.mailblast.monitoring.RobustTrend;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// When resources run out, by how their daily peaks grew: a capacity plan has room for the worst hour of a day, not for
/// its mean. Where there is less than two weeks of history, its hours are what there is.
final class Capacity {

    /// What can run out.
    static final List<Measure> RESOURCES = List.of(
            Measure.CPU, Measure.MEMORY, Measure.DISK_USED, Measure.DB_POOL, Measure.WORKER_CPU, Measure.WORKER_MEMORY);

    /// What is there, or comes first, first.
    static final Comparator<Report.Resource> FIRST_TO_RUN_OUT = Comparator.comparing(
                    Report.Resource::reachedAt, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Report.Resource::outlook)
            .thenComparing(Report.Resource::measure);

    private static final Duration REACH = Duration.ofDays(90);
    private static final Duration ENOUGH_FOR_DAYS = Duration.ofDays(14);
    private static final Duration HORIZON = Duration.ofDays(730);
    private static final Duration DAY = Duration.ofDays(1);

    /// Of fewer there is no trend to speak of.
    private static final int LEAST_POINTS = 12;

    /// One-sided, p = 0.01.
    private static final double SIGNIFICANT = 2.33;

    private final double timeScale;

    Capacity(double timeScale) {
        this.timeScale = timeScale;
    }

    /// How far back it looks.
    Duration reach() {
        return scaled(REACH);
    }

    /// At which value the worst alert about it fires; empty where none does.
    static OptionalDouble limit(Measure measure, List<AlertRule> rules) {
        return rules.stream()
                .filter(rule -> rule.signal().spelling().equals(measure.series())
                        && rule.comparison() == AlertRule.Comparison.ABOVE)
                .max(Comparator.comparing(AlertRule::severity)
                        .thenComparing(
                                Comparator.comparingDouble(AlertRule::threshold).reversed()))
                .map(rule -> OptionalDouble.of(rule.threshold()))
                .orElse(OptionalDouble.empty());
    }

    /// @param line by hours
    Report.Resource resource(Measure measure, Line line, OptionalDouble limit, Instant now) {
        Double threshold = limit.isPresent() ? limit.getAsDouble() : null;
        List<Line.Point> peaks = peaks(line);
        double days = days(line);
        if (peaks.size() < LEAST_POINTS) {
            Double last = peaks.isEmpty() ? null : peaks.getLast().mean();
            return new Report.Resource(measure, Report.Outlook.UNKNOWN, last, threshold, null, null, days);
        }
        RobustTrend trend = RobustTrend.of(
                peaks.stream().mapToDouble(each -> days(now, each.at())).toArray(),
                peaks.stream().mapToDouble(Line.Point::mean).toArray());
        double value = trend.value(0);
        boolean rises = trend.rises(SIGNIFICANT) && trend.slope() > 0;
        double perDay = rises ? trend.slope() : 0;
        if (threshold != null && value >= threshold) {
            return new Report.Resource(measure, Report.Outlook.REACHED, value, threshold, perDay, now, days);
        }
        if (!rises) {
            return new Report.Resource(measure, Report.Outlook.STEADY, value, threshold, 0.0, null, days);
        }
        Instant reachedAt = threshold == null ? null : reached((threshold - value) / trend.slope(), now);
        return new Report.Resource(measure, Report.Outlook.RISES, value, threshold, perDay, reachedAt, days);
    }

    private @Nullable Instant reached(double inDays, Instant now) {
        Duration left = Duration.ofMillis(Math.round(inDays * scaled(DAY).toMillis()));
        return left.compareTo(scaled(HORIZON)) > 0 ? null : now.plus(left);
    }

    /// The highest hour of each day; the hours themselves where there are not many days.
    private List<Line.Point> peaks(Line line) {
        if (line.isEmpty() || span(line).compareTo(scaled(ENOUGH_FOR_DAYS)) < 0) {
            return line.points();
        }
        SortedMap<Long, Line.Point> highest = new TreeMap<>();
        for (Line.Point each : line.points()) {
            highest.merge(
                    each.at().toEpochMilli() / scaled(DAY).toMillis(),
                    each,
                    (one, other) -> one.mean() >= other.mean() ? one : other);
        }
        return new ArrayList<>(highest.values());
    }

    private static Duration span(Line line) {
        return Duration.between(
                line.points().getFirst().at(), line.points().getLast().at());
    }

    private double days(Line line) {
        return line.isEmpty() ? 0 : (double) span(line).toMillis() / scaled(DAY).toMillis();
    }

    private double days(Instant from, Instant to) {
        return (double) Duration.between(from, to).toMillis() / scaled(DAY).toMillis();
    }

    private Duration scaled(Duration duration) {
        return Duration.ofMillis(Math.max(1, Math.round(duration.toMillis() * timeScale)));
    }
}
