package io.mailblast.validation.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A load plan.
///
/// @param name as it is asked for
/// @param kind such as `Load`, for the report
/// @param mix requests per minute at full load
/// @param arrivals how requests of one kind follow each other
/// @param drill where something is done to the installation
public record Plan(
        String name,
        String kind,
        String summary,
        Setup setup,
        Map<Endpoint, Double> mix,
        ArrivalKind arrivals,
        List<Phase> phases,
        List<Kpi> kpis,
        Optional<Drill> drill) {

    /// How requests of one kind follow each other.
    public enum ArrivalKind {
        /// In equal distances.
        EVEN,

        /// As independent people come: a Poisson process, decided by the seed.
        RANDOM
    }

    /// What is there before the first request.
    ///
    /// @param mails really sent before, whose links are opened and clicked
    /// @param audience contacts of each campaign that the mix sends
    /// @param providerRate mails a minute that the simulated account may send
    /// @param bounces share of mails that bounce
    /// @param providerLatencyMs that the simulated provider takes for an answer
    /// @param settings keys of the configuration of an installation of the run's own, such as `ses.connections`
    public record Setup(
            int mails,
            int audience,
            double providerRate,
            double bounces,
            double providerLatencyMs,
            Map<String, String> settings) {}

    /// How long all phases take as they are written.
    public Duration duration() {
        return phases.stream().map(Phase::duration).reduce(Duration.ZERO, Duration::plus);
    }

    public Duration scaled(double timeScale) {
        return phases.stream().map(phase -> phase.scaled(timeScale)).reduce(Duration.ZERO, Duration::plus);
    }

    /// Whether phases are given more or less than others.
    public boolean addsResources() {
        return phases.stream().anyMatch(phase -> phase.resource().isPresent());
    }

    /// Whether more may be asked than an installation can answer.
    public boolean goesBeyondCapacity() {
        return phases.stream().anyMatch(phase -> phase.load().of() == Load.Of.CAPACITY);
    }

    /// Whether phases have a part of the processors.
    public boolean limitsCores() {
        return phases.stream()
                .flatMap(phase -> phase.resource().stream())
                .anyMatch(resource -> resource.kind() == Resource.Kind.CORES
                        || resource.share().isPresent());
    }

    /// Whether it takes an installation of the run's own, which can be set up as it says.
    public boolean needsOwn() {
        return addsResources() || drill.isPresent() || !setup.settings().isEmpty();
    }

    /// The plan without what comes after a phase, and without the KPIs that are about that alone.
    ///
    /// @throws PlanException when there is no such phase, or nothing is left to judge
    public Plan until(String phase) {
        List<String> names = phases.stream().map(Phase::name).toList();
        if (!names.contains(phase)) {
            throw new PlanException(
                    "The plan " + name + " has no phase '" + phase + "'; it has " + String.join(", ", names) + ".");
        }
        List<Phase> some = phases.subList(0, names.indexOf(phase) + 1);
        List<String> left = names.subList(0, some.size());
        List<Kpi> judged = kpis.stream()
                .filter(kpi -> kpi.during().isEmpty() || left.containsAll(kpi.during()))
                .toList();
        if (some.stream().noneMatch(Phase::isMeasured) || judged.isEmpty()) {
            throw new PlanException("The plan " + name + " judges nothing until the end of '" + phase + "'.");
        }
        return new Plan(name, kind, summary, setup, mix, arrivals, some, judged, drill);
    }

    /// Whether links of sent mails are needed.
    public boolean tracks() {
        return mix.keySet().stream().anyMatch(each -> each.group() == Endpoint.Group.TRACKING);
    }
}
