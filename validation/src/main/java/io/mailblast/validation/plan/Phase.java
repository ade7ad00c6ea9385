package io.mailblast.validation.plan;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A part of a run.
///
/// @param duration how long it lasts; with a job, the longest that the job may take
/// @param bursts on top of the load
/// @param users that ask one after the other instead, as fast as each likes
/// @param job that it waits for
/// @param resource that the installation is given for it
public record Phase(
        String name,
        Kind kind,
        Duration duration,
        Load load,
        Optional<Bursts> bursts,
        Optional<Users> users,
        Optional<Job> job,
        Optional<Resource> resource) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration WARM = Duration.ofSeconds(20);

    /// Whether it counts.
    public enum Kind {
        WARM_UP,
        MEASURED
    }

    /// Once in every such time, at a moment that the seed decides, tracking comes at another share.
    public record Bursts(Duration every, Duration length, double load) {}

    /// A closed model: each user waits for an answer, thinks, and asks again.
    ///
    /// @param only of the plan's mix; empty for all of it
    public record Users(int count, Duration think, Set<Endpoint> only) {

        /// What they ask of a mix.
        public Map<Endpoint, Double> of(Map<Endpoint, Double> mix) {
            Map<Endpoint, Double> some = new EnumMap<>(Endpoint.class);
            mix.forEach((endpoint, rate) -> {
                if (only.isEmpty() || only.contains(endpoint)) {
                    some.put(endpoint, rate);
                }
            });
            return some;
        }
    }

    /// Work that takes as long as it takes.
    public sealed interface Job {

        /// Campaigns told to send at once.
        record Send(int campaigns, int recipients) implements Job {}

        /// Imports one after the other, of the strategy's mix of rows.
        record Imports(int rows, int times) implements Job {}

        /// Whoever watches the run says when it is over: what is done to the installation takes its own time.
        record Wait() implements Job {}
    }

    public boolean isMeasured() {
        return kind == Kind.MEASURED;
    }

    /// In a run of another length. A warm-up becomes no shorter than what a JIT compiler takes,
    /// which nothing shortens.
    public Duration scaled(double timeScale) {
        Duration least = isMeasured() ? SHORTEST : duration.compareTo(WARM) < 0 ? duration : WARM;
        Duration scaled = Duration.ofNanos((long) (duration.toNanos() * timeScale));
        return scaled.compareTo(least) < 0 ? least : scaled;
    }
}
