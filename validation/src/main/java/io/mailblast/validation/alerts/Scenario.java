package io.mailblast.validation.alerts;

import java.time.Duration;
import java.util.Set;

/// Some trouble, and which alerts must come of it.
///
/// @param name in words, as it is asked for: `worker-killed`
/// @param what is done
/// @param expected must fire, be told to whom their definitions say, and resolve after the end; none for a quiet
///     scenario
/// @param allowed may fire beside them, because they are true as well
/// @param cause brings it about
/// @param quiet how long nothing must happen, where nothing is expected
record Scenario(String name, String what, Set<String> expected, Set<String> allowed, Cause cause, Duration quiet) {

    /// Brings trouble about.
    interface Cause {

        /// @return how it is ended; called once the alerts have fired
        Cure begin(Watched watched) throws InterruptedException;
    }

    /// Ends it.
    interface Cure {

        Cure NONE = () -> {};

        void end() throws InterruptedException;
    }

    static Scenario of(String name, String what, Set<String> expected, Set<String> allowed, Cause cause) {
        return new Scenario(name, what, expected, allowed, cause, Duration.ZERO);
    }

    static Scenario quiet(String name, String what, Cause cause, Duration time) {
        return new Scenario(name, what, Set.of(), Set.of(), cause, time);
    }
}
