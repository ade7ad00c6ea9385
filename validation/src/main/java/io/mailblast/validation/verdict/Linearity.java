package io.mailblast.validation.verdict;

import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.Measure;
import io.mailblast.validation.plan.Resource;
import io.mailblast.validation.verdict.Facts.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Whether more of a resource does as much more.
final class Linearity {

    /// One phase of the resource.
    ///
    /// @param did per minute
    private record Step(Resource resource, double did) {}

    private Linearity() {}

    static Judged judge(Kpi kpi, Measure.Linearity measure, List<Span> spans, Evidence evidence) {
        List<Step> steps = new ArrayList<>();
        for (Span span : spans) {
            span.phase()
                    .resource()
                    .ifPresent(resource ->
                            did(measure, span, evidence).ifPresent(did -> steps.add(new Step(resource, did))));
        }
        if (steps.size() < kpi.samples()) {
            return Judged.notMeasured(
                    kpi, OptionalDouble.empty(), steps.size(), "fewer phases of the resource took place than it takes");
        }
        Step first = steps.getFirst();
        double worst = steps.stream()
                .skip(1)
                .mapToDouble(step -> step.did / first.did / (step.resource.amount() / first.resource.amount()))
                .min()
                .orElse(1);
        return Judge.verdict(kpi, worst, steps.size(), Optional.empty(), evidence, words(steps));
    }

    private static Optional<Double> did(Measure.Linearity measure, Span span, Evidence evidence) {
        if (measure.fact().isPresent()) {
            return evidence.facts().find(span.name(), measure.fact().get()).map(Known::value);
        }
        long good = evidence.tally(measure.of(), List.of(span)).good();
        return good == 0 ? Optional.empty() : Optional.of(good * 60.0 / Math.max(1, span.seconds()));
    }

    private static String words(List<Step> steps) {
        return String.join(
                ", ",
                steps.stream()
                        .map(step -> String.format(Locale.ROOT, "%s: %,.0f/min", step.resource, step.did))
                        .toList());
    }
}
