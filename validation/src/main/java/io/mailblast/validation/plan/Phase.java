package io.mailblast.validation.plan;

import java.time.Duration;
import java.util.Optional;

/// A part of a run.
///
/// @param duration how long it lasts; with a job, the longest that the job may take
/// @param from share of the plan's rates at its begin, 1 is all of them
/// @param to share at its end; between them it is a straight line
/// @param bursts on top of it
/// @param users that ask one after the other instead, as fast as each likes
/// @param job that it waits for
public record Phase(
        String name,
        Kind kind,
        Duration duration,
        double from,
        double to,
        Optional<Bursts> bursts,
        Optional<Users> users,
        Optional<Job> job) {

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
    public record Users(int count, Duration think) {}

    /// Work that takes as long as it takes.
    public sealed interface Job {

        /// Campaigns told to send at once.
        record Send(int campaigns, int recipients) implements Job {}

        /// Imports one after the other, of the strategy's mix of rows.
        record Imports(int rows, int times) implements Job {}
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
