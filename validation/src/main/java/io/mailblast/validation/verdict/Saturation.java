package io.mailblast.validation.verdict;

import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.observe.Timeline.Point;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Series;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// How much an installation is capable of, by phases of more and more users who ask without a pause: throughput
/// against concurrency, the law that it follows, and what was used up where it was highest.
///
/// @param steps in the order of users
/// @param law fitted to them
/// @param kneeUsers from which on more of them only wait longer: where one user's throughput, times users, would
///     be the most that was measured
/// @param best the step with the most throughput
/// @param saturated what was used up in it, a sentence each
public record Saturation(List<Step> steps, Fit law, double kneeUsers, Step best, List<String> saturated) {

    private static final int FEWEST = 4;
    private static final double BUSY = 0.9;
    private static final double CROWDED = 0.8;
    private static final Set<Endpoint> REQUESTS = EnumSet.complementOf(EnumSet.of(Endpoint.CONTACTS_IMPORT));

    /// One phase.
    ///
    /// @param perSecond answered as expected
    public record Step(int users, double perSecond, double p50Ms, double p95Ms) {}

    /// The Universal Scalability Law, see [ScalabilityLaw].
    ///
    /// @param peakUsers beyond whom throughput falls; infinite where it never does
    public record Fit(double lambda, double sigma, double kappa, double r2, double peakUsers) {

        public double perSecond(double users) {
            return new ScalabilityLaw(lambda, sigma, kappa, r2).perSecond(users);
        }
    }

    /// @return empty where there are fewer than four phases of different users that were answered
    public static Optional<Saturation> of(Evidence evidence) {
        List<Step> steps = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        for (Span span : evidence.spans()) {
            if (span.isMeasured()
                    && span.phase().users().isPresent()
                    && span.phase().resource().isEmpty()) {
                Tally tally = evidence.tally(REQUESTS, List.of(span));
                int users = span.phase().users().get().count();
                if (tally.good() > 0 && span.seconds() > 0 && steps.stream().noneMatch(step -> step.users == users)) {
                    steps.add(new Step(
                            users, (double) tally.good() / span.seconds(), tally.latencyMs(50), tally.latencyMs(95)));
                    spans.add(span);
                }
            }
        }
        return steps.size() < FEWEST ? Optional.empty() : Optional.of(of(steps, spans, evidence));
    }

    private static Saturation of(List<Step> steps, List<Span> spans, Evidence evidence) {
        ScalabilityLaw law = ScalabilityLaw.fit(steps.stream()
                .map(step -> new ScalabilityLaw.Point(step.users, step.perSecond))
                .toList());
        int best = 0;
        for (int i = 1; i < steps.size(); i++) {
            best = steps.get(i).perSecond > steps.get(best).perSecond ? i : best;
        }
        return new Saturation(
                List.copyOf(steps),
                new Fit(law.lambda(), law.sigma(), law.kappa(), law.r2(), law.peakUsers()),
                Math.max(1, steps.get(best).perSecond / law.lambda()),
                steps.get(best),
                saturated(spans.get(best), evidence));
    }

    private static List<String> saturated(Span span, Evidence evidence) {
        List<String> found = new ArrayList<>();
        OptionalDouble host = mean(Series.HOST_CPU, span, evidence);
        if (host.orElse(0) >= BUSY) {
            found.add(String.format(
                    Locale.ROOT,
                    "The machine's processors were %.0f%% busy%s.",
                    host.getAsDouble() * 100,
                    mean(Series.API_CPU, span, evidence).stream()
                            .mapToObj(api -> String.format(
                                    Locale.ROOT,
                                    ", %.0f%% by the API's process; the rest are the database, workers and whoever else"
                                            + " runs there",
                                    api * 100))
                            .findFirst()
                            .orElse("")));
        }
        if (mean(Series.DB_POOL, span, evidence).orElse(0) >= CROWDED) {
            found.add(String.format(
                    Locale.ROOT,
                    "%.0f%% of the database connections were in use.",
                    mean(Series.DB_POOL, span, evidence).getAsDouble() * 100));
        }
        if (mean(Series.LOCK_WAITS, span, evidence).orElse(0) >= 1) {
            found.add("Database connections waited for locks.");
        }
        if (found.isEmpty()) {
            found.add(
                    "Nothing that is looked at was used up: neither processors, nor database connections, nor locks.");
        }
        return found;
    }

    private static OptionalDouble mean(Series series, Span span, Evidence evidence) {
        return evidence.timeline().of(series, span.fromSecond(), span.toSecond()).stream()
                .mapToDouble(Point::value)
                .average();
    }
}
