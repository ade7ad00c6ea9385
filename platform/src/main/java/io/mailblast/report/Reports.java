package io.mailblast.report;

import io.mailblast.alerting.AlertRules;
import io.mailblast.alerting.PastIncidents;
import io.mailblast.alerting.PastIncidents.PastIncident;
import io.mailblast.alerting.Severity;
import io.mailblast.history.PastSeries;
import io.mailblast.history.Resolution;
import io.mailblast.monitoring.RobustTrend;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// Makes reports of what was kept.
public final class Reports {

    /// A target counts as met where it was at so many of the steps: one bad minute of a day is no verdict on the day.
    static final double MET_SHARE = 0.99;

    private final PastSeries past;
    private final PastIncidents incidents;
    private final Supplier<AlertRules> rules;
    private final String installation;
    private final double timeScale;
    private final InstantSource clock;

    /// @param installation host and port of its console
    /// @param timeScale shortens the periods, as it does history
    public Reports(
            PastSeries past,
            PastIncidents incidents,
            Supplier<AlertRules> rules,
            String installation,
            double timeScale,
            InstantSource clock) {
        this.past = past;
        this.incidents = incidents;
        this.rules = rules;
        this.installation = installation;
        this.timeScale = timeScale;
        this.clock = clock;
    }

    /// The report up to now, in every form.
    public MadeReport make(Period period) {
        return new MadeReport(of(period));
    }

    Report of(Period period) {
        Instant to = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Duration length = period.length(timeScale);
        Instant from = to.minus(length);
        Map<Measure, Line> lines = lines(period.resolution(), from.minus(length), to);
        List<PastIncident> fired = incidents.between(from, to);
        return new Report(
                period,
                installation,
                from,
                to,
                Arrays.stream(Measure.values())
                        .map(each -> trend(each, Objects.requireNonNull(lines.get(each)), from))
                        .toList(),
                Arrays.stream(Measure.values())
                        .filter(each -> each.target().isPresent())
                        .map(each -> target(
                                each, Objects.requireNonNull(lines.get(each)).from(from)))
                        .toList(),
                capacity(to),
                incidents(fired));
    }

    /// Whether there was anything to report of by then.
    boolean anythingBefore(Instant at) {
        return past.isAnythingBefore(at);
    }

    private Map<Measure, Line> lines(Resolution resolution, Instant from, Instant to) {
        List<Measure> measures = List.of(Measure.values());
        Map<String, List<PastSeries.Series>> series =
                past.read(measures.stream().map(Measure::series).toList(), resolution, from, to).series().stream()
                        .collect(Collectors.groupingBy(PastSeries.Series::name));
        Map<Measure, Line> lines = new EnumMap<>(Measure.class);
        for (Measure each : measures) {
            lines.put(each, Line.of(each, series.getOrDefault(each.series(), List.of())));
        }
        return lines;
    }

    private static Report.Trend trend(Measure measure, Line both, Instant from) {
        Line now = both.from(from);
        return new Report.Trend(
                measure,
                known(now.mean()),
                known(now.most()),
                known(both.until(from).mean()),
                now);
    }

    private static Report.TargetRow target(Measure measure, Line line) {
        Measure.Target target = measure.target().orElseThrow();
        if (line.isEmpty()) {
            return new Report.TargetRow(measure, Report.Verdict.NOT_MEASURED, null, null, null);
        }
        // It is of 30 days in itself: its last value says all.
        if (measure == Measure.UPTIME) {
            double last = line.points().getLast().mean();
            return new Report.TargetRow(
                    measure,
                    target.isMet(last) ? Report.Verdict.MET : Report.Verdict.MISSED,
                    last,
                    last,
                    target.isMet(last) ? 1.0 : 0.0);
        }
        double met = (double) line.points().stream()
                        .filter(each -> target.isMet(each.mean()))
                        .count()
                / line.points().size();
        DoubleStream steps = line.points().stream().mapToDouble(Line.Point::mean);
        return new Report.TargetRow(
                measure,
                met >= MET_SHARE ? Report.Verdict.MET : Report.Verdict.MISSED,
                line.mean(),
                known(
                        target.kind() == Measure.Target.Kind.AT_LEAST
                                ? steps.min().orElse(Double.NaN)
                                : line.most()),
                met);
    }

    private List<Report.Resource> capacity(Instant now) {
        Capacity capacity = new Capacity(timeScale);
        Map<Measure, Line> lines = lines(Resolution.HOUR, now.minus(capacity.reach()), now);
        List<Report.Resource> resources = new ArrayList<>();
        for (Measure each : Capacity.RESOURCES) {
            resources.add(capacity.resource(
                    each,
                    Objects.requireNonNull(lines.get(each)),
                    Capacity.limit(each, rules.get().rules()),
                    now));
        }
        resources.sort(Capacity.FIRST_TO_RUN_OUT);
        return resources;
    }

    private static Report.Incidents incidents(List<PastIncident> fired) {
        return new Report.Incidents(
                fired,
                fired.stream()
                        .filter(each -> each.severity() == Severity.CRITICAL)
                        .count(),
                fired.stream()
                        .filter(each -> each.severity() == Severity.WARNING)
                        .count(),
                fired.stream().filter(each -> each.resolvedAt() == null).count(),
                median(fired, PastIncident::acknowledgedAt),
                median(fired, PastIncident::resolvedAt));
    }

    private static @Nullable Double median(List<PastIncident> fired, Function<PastIncident, @Nullable Instant> end) {
        double[] seconds = fired.stream()
                .filter(each -> end.apply(each) != null)
                .mapToDouble(each ->
                        Duration.between(each.firedAt(), end.apply(each)).toMillis() / 1_000.0)
                .toArray();
        return seconds.length == 0 ? null : RobustTrend.median(seconds);
    }

    static @Nullable Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
