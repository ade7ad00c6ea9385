package io.mailblast.validation.report;

import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Series;
import io.mailblast.validation.plan.Unit;
import io.mailblast.validation.report.Plot.Dot;
import io.mailblast.validation.report.Plot.Line;
import io.mailblast.validation.report.Plot.Scale;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Span;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/// The pictures of a run.
final class Plots {

    private static final int MOST_DOTS = 240;

    /// Percentiles of a second's few requests would all be the slowest one.
    private static final int FEW_S = 5;

    private static final int FEW_DOTS = 12;
    private static final Set<Endpoint> TRACKING =
            EnumSet.of(Endpoint.TRACK_OPEN, Endpoint.TRACK_CLICK, Endpoint.TRACK_UNSEEN);
    private static final Set<Endpoint> IMPORTS = EnumSet.of(Endpoint.CONTACTS_IMPORT);
    private static final DoubleFunction<String> MS = Unit.MILLISECONDS::format;

    private final Evidence evidence;
    private final int endS;
    private final int stepS;
    private final List<Plot.Band> bands;

    Plots(RunResult result) {
        this.evidence = result.evidence();
        this.endS = Math.max(
                1, evidence.spans().stream().mapToInt(Span::toSecond).max().orElse(1));
        this.stepS = Math.max(1, (endS + MOST_DOTS - 1) / MOST_DOTS);
        this.bands = evidence.spans().stream()
                .map(span -> new Plot.Band(span.name(), span.fromSecond(), span.toSecond()))
                .toList();
    }

    String all() {
        return latency("Tracking: latency over time", TRACKING)
                + latency("API: latency over time", api())
                + latency("Imports: time of each", IMPORTS)
                + distribution()
                + plot(
                        "Requests answered",
                        Scale.LINEAR,
                        value -> Unit.COUNT.format(value) + "/s",
                        perSecond("tracking", TRACKING, Tally::good),
                        perSecond("API", api(), Tally::good))
                + plot(
                        "Errors",
                        Scale.LINEAR,
                        value -> Unit.COUNT.format(value) + "/s",
                        errors("tracking", TRACKING),
                        errors("API", api()))
                + series("The queue", Series.QUEUE_DEPTH, Series.QUEUE_BACKLOG)
                + series("Mails sent", Series.MAILS)
                + series("CPU", Series.HOST_CPU, Series.API_CPU, Series.WORKER_CPU)
                + series("Memory", Series.API_MEMORY, Series.API_HEAP, Series.API_LIVE_HEAP, Series.WORKER_MEMORY)
                + series("Database connections in use", Series.DB_POOL)
                + series("Events and rows that became data", Series.EVENTS, Series.ROWS);
    }

    private static Set<Endpoint> api() {
        Set<Endpoint> api = EnumSet.complementOf(EnumSet.copyOf(TRACKING));
        api.removeAll(EnumSet.of(Endpoint.CONTACTS_IMPORT, Endpoint.TRACK_MALFORMED));
        return api;
    }

    private String latency(String title, Set<Endpoint> of) {
        List<Dot> p50 = new ArrayList<>();
        List<Dot> p95 = new ArrayList<>();
        List<Dot> p99 = new ArrayList<>();
        List<Dot> slowest = new ArrayList<>();
        int step = Math.max(stepS, Math.min(FEW_S, endS / FEW_DOTS));
        for (int at = 0; at < endS; at += Math.max(1, step)) {
            Tally tally = evidence.tally(of, at, at + Math.max(1, step));
            if (tally.latencyUs().getTotalCount() > 0) {
                double middle = Math.min(endS, at + Math.max(1, step) / 2.0);
                p50.add(new Dot(middle, tally.latencyMs(50)));
                p95.add(new Dot(middle, tally.latencyMs(95)));
                p99.add(new Dot(middle, tally.latencyMs(99)));
                slowest.add(new Dot(middle, tally.latencyMs(100)));
            }
        }
        return plot(
                title,
                Scale.LOG,
                MS,
                new Line("p50", p50),
                new Line("p95", p95),
                new Line("p99", p99),
                new Line("slowest", slowest));
    }

    private Line perSecond(String name, Set<Endpoint> of, ToDoubleFunction<Tally> value) {
        List<Dot> dots = new ArrayList<>();
        boolean any = false;
        for (int at = 0; at < endS; at += stepS) {
            double count = value.applyAsDouble(evidence.tally(of, at, at + stepS));
            any |= count > 0;
            dots.add(new Dot(at + stepS / 2.0, count / Math.min(stepS, endS - at)));
        }
        return new Line(name, any ? dots : List.of());
    }

    private Line errors(String name, Set<Endpoint> of) {
        return perSecond(name, of, Tally::errors);
    }

    private String series(String title, Series... all) {
        List<Line> lines = new ArrayList<>();
        Unit unit = all[0].unit();
        for (Series each : all) {
            List<Timeline.Point> points = evidence.timeline().of(each, 0, endS + 1.0);
            int thin = Math.max(1, points.size() / MOST_DOTS);
            List<Dot> dots = new ArrayList<>();
            boolean any = false;
            for (int i = 0; i < points.size(); i += thin) {
                // Of neighbours the highest: what matters must not fall between two dots.
                double most = points.subList(i, Math.min(points.size(), i + thin)).stream()
                        .mapToDouble(Timeline.Point::value)
                        .max()
                        .orElse(0);
                any |= most > 0;
                dots.add(new Dot(points.get(i).second(), most));
            }
            if (any) {
                lines.add(new Line(each.spelling(), dots));
            }
        }
        return plot(title, Scale.LINEAR, unit::format, lines.toArray(new Line[0]));
    }

    /// Latency by the share of requests that were faster: each step to the right is ten times as rare.
    private String distribution() {
        return new Distribution(List.of(
                        new Distribution.Curve("tracking", measured(TRACKING)),
                        new Distribution.Curve("API", measured(api()))))
                .svg();
    }

    private Tally measured(Set<Endpoint> of) {
        return evidence.tally(
                of, evidence.spans().stream().filter(Span::isMeasured).toList());
    }

    private String plot(String title, Scale scale, DoubleFunction<String> label, Line... lines) {
        return new Plot(title, scale, label, endS, bands, List.of(lines)).svg();
    }
}
