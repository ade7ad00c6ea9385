package io.mailblast.validation.alerts;

import io.mailblast.validation.fault.Injector;
import io.mailblast.validation.fault.Watched;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Some trouble, and which alerts must come of it.
///
/// @param name in words, as it is asked for: `worker-killed`
/// @param what is done
/// @param expected must fire, be told to whom their definitions say, and resolve after the end; none for a quiet
///     scenario
/// @param allowed may fire beside them, because they are true as well
/// @param cause brings it about
/// @param quiet how long nothing must happen, where nothing is expected
/// @param obstacle why it cannot be brought about here; empty where it can
/// @param patience how long the alerts may take beyond what they wait for
record Scenario(
        String name,
        String what,
        Set<String> expected,
        Set<String> allowed,
        Injector cause,
        Duration quiet,
        Function<Watched, Optional<String>> obstacle,
        Patience patience) {

    /// @param real as clocks have it
    /// @param scaled shortened by the scale of time
    record Patience(Duration real, Duration scaled) {

        static final Patience USUAL = new Patience(Duration.ofSeconds(60), Duration.ofMinutes(20));

        Duration at(double timeScale) {
            return real.plusMillis(Math.round(scaled.toMillis() * timeScale));
        }
    }

    static Scenario of(String name, String what, Set<String> expected, Set<String> allowed, Injector cause) {
        return new Scenario(name, what, expected, allowed, cause, Duration.ZERO, _ -> Optional.empty(), Patience.USUAL);
    }

    static Scenario quiet(String name, String what, Injector cause, Duration time) {
        return new Scenario(name, what, Set.of(), Set.of(), cause, time, _ -> Optional.empty(), Patience.USUAL);
    }

    Scenario unless(Function<Watched, Optional<String>> why) {
        return new Scenario(name, what, expected, allowed, cause, quiet, why, patience);
    }

    Scenario within(Duration real, Duration scaled) {
        return new Scenario(name, what, expected, allowed, cause, quiet, obstacle, new Patience(real, scaled));
    }
}
