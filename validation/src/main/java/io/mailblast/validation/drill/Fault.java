package io.mailblast.validation.drill;

import io.mailblast.validation.fault.Injector;
import io.mailblast.validation.fault.Reached;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.CannotRunException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a drill does to an installation.
///
/// @param name as drills say it
/// @param what it is, in words
/// @param obstacle why it cannot be done here; empty where it can
/// @param environment what the installation's processes must have been started with
/// @param begin for an installation of our own, whose processes we have
/// @param beginAnywhere for one that is only reached over HTTP; empty where that is not enough
/// @param needsProvider whether it is done to, or by way of, the simulator that mails go to
record Fault(
        String name,
        String what,
        Function<Watched, Optional<String>> obstacle,
        Function<Watched, Map<String, String>> environment,
        Begin<Watched> begin,
        Optional<Begin<Reached>> beginAnywhere,
        boolean needsProvider) {

    /// Brings it about.
    interface Begin<T> {

        Injection begin(T subject) throws InterruptedException;
    }

    static Fault of(String name, String what, Begin<Watched> begin) {
        return new Fault(name, what, _ -> Optional.empty(), _ -> Map.of(), begin, Optional.empty(), true);
    }

    /// One that needs no more of an installation than its API, and perhaps the simulator behind it.
    static Fault anywhere(String name, String what, Begin<Reached> begin) {
        return new Fault(name, what, _ -> Optional.empty(), _ -> Map.of(), begin::begin, Optional.of(begin), false);
    }

    /// By way of the simulator behind it.
    Fault withProvider() {
        return new Fault(name, what, obstacle, environment, begin, beginAnywhere, true);
    }

    /// Brings it about.
    Injection begin(Reached subject) throws InterruptedException {
        return subject instanceof Watched watched
                ? begin.begin(watched)
                : beginAnywhere
                        .orElseThrow(() -> new CannotRunException(name + " needs an installation of its own."))
                        .begin(subject);
    }

    /// One that goes on until it is ended, and is seen by requests and alerts alone.
    static Fault plain(String name, String what, Injector injector) {
        return of(name, what, watched -> injector.begin(watched)::end);
    }

    Fault unless(Function<Watched, Optional<String>> why) {
        return new Fault(name, what, why, environment, begin, beginAnywhere, needsProvider);
    }

    Fault startedWith(Function<Watched, Map<String, String>> variables) {
        return new Fault(name, what, obstacle, variables, begin, beginAnywhere, needsProvider);
    }
}
