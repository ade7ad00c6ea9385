package io.mailblast.validation.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A load plan.
///
/// @param name as it is asked for
/// @param kind such as `Load`, for the report
/// @param mix requests per minute at full load
/// @param arrivals how requests of one kind follow each other
public record Plan(
        String name,
        String kind,
        String summary,
        Setup setup,
        Map<Endpoint, Double> mix,
        ArrivalKind arrivals,
        List<Phase> phases,
        List<Kpi> kpis) {

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
    public record Setup(int mails, int audience, double providerRate, double bounces) {}

    /// How long all phases take as they are written.
    public Duration duration() {
        return phases.stream().map(Phase::duration).reduce(Duration.ZERO, Duration::plus);
    }

    public Duration scaled(double timeScale) {
        return phases.stream().map(phase -> phase.scaled(timeScale)).reduce(Duration.ZERO, Duration::plus);
    }

    /// Whether links of sent mails are needed.
    public boolean tracks() {
        return mix.keySet().stream().anyMatch(each -> each.group() == Endpoint.Group.TRACKING);
    }
}
