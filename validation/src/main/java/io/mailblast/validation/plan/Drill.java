package io.mailblast.validation.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is done to an installation between its steady state and its recovery, and what must come of it.
///
/// @param source where it was asked for, such as `strategy 6.2`
/// @param fault by the name of what brings it about
/// @param lasts how long at least; longer where the fault itself or what must come of it takes longer
/// @param expected alerts that must fire, and be over afterwards
/// @param allowed alerts that may fire beside them, because they are true as well
/// @param detected how long an alert may take beyond what it waits for by its definition, in real time
/// @param recovered how long it may take from the end until all is as before, in real time
/// @param sabotage what is done to the platform so that the drill must fail
public record Drill(
        String source,
        String fault,
        Duration lasts,
        Set<String> expected,
        Set<String> allowed,
        Duration detected,
        Duration recovered,
        Sabotage sabotage) {

    /// Names of a drill's phases.
    public static final String WARM_UP = "warm-up";

    /// What is before the fault.
    public static final String STEADY = "steady";

    /// As long as the fault lasts.
    public static final String FAULT = "fault";

    /// Until all is as before.
    public static final String RECOVERY = "recovery";

    private static final Duration WARM = Duration.ofSeconds(5);

    /// Of an installation that was just started: until then its compilers are in the way.
    private static final Duration WARM_COLD = Duration.ofSeconds(25);
    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(2);
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /// What makes the platform fail a drill.
    ///
    /// @param what it is, in words
    /// @param settings keys of the configuration, with values that nobody would choose
    /// @param disabled alerts that are left out
    /// @param database what is done to its database
    /// @param red what must fail, by the name of a check or KPI
    public record Sabotage(
            String what,
            Map<String, String> settings,
            Set<String> disabled,
            Optional<Statements> database,
            Set<String> red) {}

    /// SQL that breaks something in a database, and SQL that mends it again.
    public record Statements(String broken, String mended) {}

    /// How long the fault lasts at least.
    public Duration lasts(double timeScale) {
        Duration scaled = Duration.ofNanos((long) (lasts.toNanos() * timeScale));
        return scaled.compareTo(SHORTEST) < 0 ? SHORTEST : scaled;
    }

    /// The phases of every drill.
    static List<Phase> phases() {
        return List.of(
                phase(WARM_UP, Phase.Kind.WARM_UP, WARM, Optional.empty()),
                phase(STEADY, Phase.Kind.MEASURED, BEFORE, Optional.empty()),
                phase(FAULT, Phase.Kind.MEASURED, LONGEST, Optional.of(new Phase.Job.Wait())),
                phase(RECOVERY, Phase.Kind.MEASURED, LONGEST, Optional.of(new Phase.Job.Wait())));
    }

    /// The same drill for an installation that was just started.
    public static Plan cold(Plan plan) {
        List<Phase> phases = plan.phases().stream()
                .map(each -> each.name().equals(WARM_UP)
                        ? phase(WARM_UP, Phase.Kind.WARM_UP, WARM_COLD, Optional.empty())
                        : each)
                .toList();
        return new Plan(
                plan.name(),
                plan.kind(),
                plan.summary(),
                plan.setup(),
                plan.mix(),
                plan.arrivals(),
                phases,
                plan.kpis(),
                plan.drill());
    }

    private static Phase phase(String name, Phase.Kind kind, Duration length, Optional<Phase.Job> job) {
        return new Phase(name, kind, length, Load.ALL, Optional.empty(), Optional.empty(), job, Optional.empty());
    }
}
