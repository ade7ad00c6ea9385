package io.mailblast.validation.verdict;

import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Kpi;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// What was seen of a run so far.
///
/// @param spans of the phases that have begun, in their order
public record Evidence(double timeScale, List<Span> spans, Recording recording, Timeline timeline, Facts facts) {

    /// The phases that count for a KPI.
    public List<Span> spansOf(Kpi kpi) {
        return spans.stream()
                .filter(span -> kpi.during().isEmpty()
                        ? span.isMeasured()
                        : kpi.during().contains(span.name()))
                .toList();
    }

    public Tally tally(Set<Endpoint> of, List<Span> during) {
        Tally tally = Tally.empty();
        for (Span span : during) {
            recording.addTo(tally, names(of), span.fromSecond(), span.toSecond());
        }
        return tally;
    }

    public Tally tally(Set<Endpoint> of, int fromSecond, int toSecond) {
        return recording.tally(names(of), fromSecond, toSecond);
    }

    private static Collection<String> names(Set<Endpoint> of) {
        return of.stream().map(Endpoint::spelling).toList();
    }
}
