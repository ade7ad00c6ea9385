package io.mailblast.validation.run;

import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.Measure;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Span;
import java.util.List;
import java.util.Set;

/// For how long a phase must go on until every required KPI that it is the last one for has its samples.
record Missing(Plan plan, Evidence evidence) {

    double seconds(Phase phase) {
        return plan.kpis().stream()
                .filter(Kpi::isRequired)
                .filter(kpi -> isLastFor(phase, kpi))
                .mapToDouble(kpi -> seconds(phase, kpi))
                .max()
                .orElse(0);
    }

    private boolean isLastFor(Phase phase, Kpi kpi) {
        List<Phase> all = plan.phases().stream()
                .filter(each -> each.job().isEmpty())
                .filter(each -> kpi.during().isEmpty()
                        ? each.isMeasured()
                        : kpi.during().contains(each.name()))
                .toList();
        return !all.isEmpty() && all.getLast().equals(phase);
    }

    private double seconds(Phase phase, Kpi kpi) {
        List<Span> spans = evidence.spansOf(kpi);
        return switch (kpi.measure()) {
            case Measure.Latency(double _, Set<Endpoint> of) -> requests(phase, kpi, of, spans);
            case Measure.Errors(Set<Endpoint> of) -> requests(phase, kpi, of, spans);
            case Measure.Recovery _ -> 0;
            case Measure.OfSeries _ ->
                kpi.samples() + 2 - spans.stream().mapToInt(Span::seconds).sum();
            default -> 0;
        };
    }

    private double requests(Phase phase, Kpi kpi, Set<Endpoint> of, List<Span> spans) {
        double perSecond = of.stream()
                        .mapToDouble(endpoint -> plan.mix().getOrDefault(endpoint, 0.0))
                        .sum()
                / 60
                * phase.load().to();
        long missing = kpi.samples() - evidence.tally(of, spans).all();
        return perSecond <= 0 || missing <= 0 ? 0 : missing / perSecond;
    }
}
