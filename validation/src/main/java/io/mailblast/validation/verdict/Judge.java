package io.mailblast.validation.verdict;

import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.observe.Timeline.Point;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.Measure;
import io.mailblast.validation.verdict.Judged.Interval;
import io.mailblast.validation.verdict.Judged.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Holds evidence against KPIs.
public final class Judge {

    private static final double CERTAIN = 0.95;

    private Judge() {}

    public static Judged judge(Kpi kpi, Evidence evidence) {
        List<Span> spans = evidence.spansOf(kpi);
        if (spans.isEmpty()) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), 0, "the phase that it is about did not take place");
        }
        return switch (kpi.measure()) {
            case Measure.Latency(double percentile, Set<Endpoint> of) ->
                latency(kpi, percentile, evidence.tally(of, spans), evidence);
            case Measure.Errors(Set<Endpoint> of) ->
                errors(kpi, evidence.tally(of, spans), evidence.tally(of, spans).errors(), evidence);
            case Measure.Failures(Set<Endpoint> of) ->
                errors(kpi, evidence.tally(of, spans), evidence.tally(of, spans).failures(), evidence);
            case Measure.Rate(Set<Endpoint> of) -> rate(kpi, evidence.tally(of, spans), spans, evidence);
            case Measure.OfSeries measure -> series(kpi, measure, spans, evidence);
            case Measure.Growth measure -> growth(kpi, measure, spans, evidence);
            case Measure.Degradation(Set<Endpoint> of) -> degradation(kpi, of, spans, evidence);
            case Measure.Recovery(Set<Endpoint> of) -> recovery(kpi, of, spans, evidence);
            case Measure.Linearity measure -> Linearity.judge(kpi, measure, spans, evidence);
            case Measure.AtTheEnd measure ->
                evidence.facts()
                        .find(measure.fact())
                        .map(known -> verdict(kpi, known.value(), known.samples(), Optional.empty(), evidence, ""))
                        .orElseGet(() -> Judged.notMeasured(
                                kpi,
                                OptionalDouble.empty(),
                                0,
                                "it did not come to that, or the target does not tell"));
        };
    }

    private static Judged latency(Kpi kpi, double percentile, Tally tally, Evidence evidence) {
        long samples = tally.latencyUs().getTotalCount();
        if (samples == 0) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), 0, "there were no such requests");
        }
        double actual = tally.latencyMs(percentile);
        if (percentile >= 100) {
            return verdict(kpi, actual, samples, Optional.empty(), evidence, "");
        }
        Interval us = Statistics.ofPercentile(tally.latencyUs(), percentile);
        return verdict(kpi, actual, samples, Optional.of(new Interval(us.low() / 1e3, us.high() / 1e3)), evidence, "");
    }

    private static Judged errors(Kpi kpi, Tally tally, long errors, Evidence evidence) {
        if (tally.all() == 0) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), 0, "there were no such requests");
        }
        return verdict(
                kpi,
                (double) errors / tally.all(),
                tally.all(),
                Optional.of(Statistics.ofShare(errors, tally.all())),
                evidence,
                errors == 0 ? "" : errors + " errors");
    }

    private static Judged rate(Kpi kpi, Tally tally, List<Span> spans, Evidence evidence) {
        int seconds = spans.stream().mapToInt(Span::seconds).sum();
        if (seconds == 0) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), 0, "the phase had no time yet");
        }
        return verdict(kpi, tally.good() * 60.0 / seconds, tally.good(), Optional.empty(), evidence, "");
    }

    private static Judged series(Kpi kpi, Measure.OfSeries measure, List<Span> spans, Evidence evidence) {
        List<Point> points = points(measure.series(), spans, evidence);
        if (points.isEmpty()) {
            return Judged.notMeasured(
                    kpi,
                    OptionalDouble.empty(),
                    0,
                    "the target does not tell " + measure.series().spelling());
        }
        double actual = switch (measure.statistic()) {
            case HIGHEST -> points.stream().mapToDouble(Point::value).max().orElseThrow();
            case LOWEST -> points.stream().mapToDouble(Point::value).min().orElseThrow();
            case MEAN -> points.stream().mapToDouble(Point::value).average().orElseThrow();
            case LAST -> points.getLast().value();
        };
        return verdict(kpi, actual, points.size(), Optional.empty(), evidence, "");
    }

    private static Judged growth(Kpi kpi, Measure.Growth measure, List<Span> spans, Evidence evidence) {
        List<Point> points = points(measure.series(), spans, evidence);
        if (points.size() < Math.max(kpi.samples(), 3)) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), points.size(), tooFew(points.size(), kpi.samples()));
        }
        Statistics.Trend trend = Statistics.trend(points);
        double seconds = points.getLast().second() - points.getFirst().second();
        double grown = trend.begin() <= 0 ? 0 : trend.slope() * seconds / trend.begin();
        boolean real = trend.certainty() >= CERTAIN && grown > 0;
        return verdict(kpi, real ? grown : 0, points.size(), Optional.empty(), evidence, trendWords(trend));
    }

    private static String trendWords(Statistics.Trend trend) {
        if (trend.certainty() < CERTAIN) {
            return String.format(
                    Locale.ROOT, "no trend: the certainty of one is %.0f%%", Math.max(0, trend.certainty()) * 100);
        }
        return trend.slope() > 0
                ? String.format(Locale.ROOT, "a trend upwards, %.1f%% certain", trend.certainty() * 100)
                : "no trend upwards";
    }

    private static Judged degradation(Kpi kpi, Set<Endpoint> of, List<Span> spans, Evidence evidence) {
        int from = spans.getFirst().fromSecond();
        int third = (spans.getLast().toSecond() - from) / 3;
        Tally first = evidence.tally(of, from, from + third);
        Tally last = evidence.tally(
                of, spans.getLast().toSecond() - third, spans.getLast().toSecond());
        long fewest = Math.min(first.all(), last.all());
        if (fewest < kpi.samples()) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), fewest, tooFew(fewest, kpi.samples()));
        }
        // Only what chance does not explain: the intervals must not meet.
        double before = Statistics.ofPercentile(first.latencyUs(), 95).high();
        double after = Statistics.ofPercentile(last.latencyUs(), 95).low();
        double worse = after <= before ? 0 : last.latencyMs(95) / first.latencyMs(95) - 1;
        return verdict(
                kpi,
                worse,
                fewest,
                Optional.empty(),
                evidence,
                String.format(Locale.ROOT, "%.1f ms, then %.1f ms", first.latencyMs(95), last.latencyMs(95)));
    }

    private static Judged recovery(Kpi kpi, Set<Endpoint> of, List<Span> spans, Evidence evidence) {
        Span burst = spans.getLast();
        int index = evidence.spans().indexOf(burst);
        if (index < 1 || index + 1 >= evidence.spans().size()) {
            return Judged.notMeasured(kpi, OptionalDouble.empty(), 0, "there is no phase before it, or none after it");
        }
        Span before = evidence.spans().get(index - 1);
        Span after = evidence.spans().get(index + 1);
        Recovery recovery = Recovery.of(second -> evidence.tally(of, second, second + 1), before, after);
        String words =
                String.format(Locale.ROOT, "normal is a p95 of at most %.1f ms and no errors", recovery.normalMs());
        if (recovery.seconds().isEmpty()) {
            return new Judged(
                    kpi,
                    OptionalDouble.of(after.seconds()),
                    after.seconds(),
                    Optional.empty(),
                    Verdict.FAIL,
                    "it was not as before when the phase ended; " + words);
        }
        return verdict(kpi, recovery.seconds().getAsDouble(), after.seconds(), Optional.empty(), evidence, words);
    }

    private static List<Point> points(io.mailblast.validation.plan.Series series, List<Span> spans, Evidence evidence) {
        return spans.stream()
                .flatMap(span -> evidence.timeline().of(series, span.fromSecond(), span.toSecond()).stream())
                .toList();
    }

    static Judged verdict(
            Kpi kpi, double actual, long samples, Optional<Interval> interval, Evidence evidence, String words) {
        if (samples < kpi.samples()) {
            return new Judged(
                    kpi,
                    OptionalDouble.of(actual),
                    samples,
                    interval,
                    Verdict.NOT_MEASURED,
                    tooFew(samples, kpi.samples()));
        }
        boolean met = kpi.target(evidence.timeScale()).isMetBy(actual);
        return new Judged(kpi, OptionalDouble.of(actual), samples, interval, met ? Verdict.PASS : Verdict.FAIL, words);
    }

    private static String tooFew(long samples, long needed) {
        return String.format(Locale.ROOT, "%,d samples, %,d are needed", samples, needed);
    }
}
