package io.mailblast.validation.drill;

import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/// What a drill came to.
///
/// @param checks what had to hold, alerts and KPIs among it
/// @param raised alerts that fired, as often as they did or not
/// @param detectionSeconds from the fault to the last of the alerts that had to fire; empty where none had to, or one
///     did not
/// @param recoverySeconds from the end of the fault until requests were as before; empty where they never were
/// @param lastedSeconds how long the fault lasted
/// @param run the load meanwhile; empty where the drill could not be made here
/// @param leftOut why it could not be made here; empty where it could
record DrillOutcome(
        Plan plan,
        List<Check> checks,
        Set<String> raised,
        OptionalDouble detectionSeconds,
        OptionalDouble recoverySeconds,
        double lastedSeconds,
        Optional<RunResult> run,
        String leftOut) {

    static DrillOutcome leftOut(Plan plan, String why) {
        return new DrillOutcome(
                plan, List.of(), Set.of(), OptionalDouble.empty(), OptionalDouble.empty(), 0, Optional.empty(), why);
    }

    /// One that ended in the middle.
    static DrillOutcome broken(Plan plan, String why) {
        return new DrillOutcome(
                plan,
                List.of(new Check("The drill is made to its end", false, why)),
                Set.of(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                0,
                Optional.empty(),
                "");
    }

    /// A load with what it came to, as a check.
    static Check check(Judged judged, double timeScale) {
        String actual = judged.actual().isPresent()
                ? judged.kpi().measure().unit().format(judged.actual().getAsDouble())
                : "not measured";
        String during = judged.kpi().during().isEmpty()
                ? ""
                : ", " + String.join(" and ", new TreeSet<>(judged.kpi().during()));
        return new Check(
                judged.kpi().name(),
                !judged.isBad(),
                actual + ", target " + judged.kpi().targetText(timeScale) + during
                        + (judged.words().isEmpty() ? "" : "; " + judged.words()));
    }

    String name() {
        return plan.name();
    }

    /// Whether all held; one that could not be made proves nothing, and is no failure.
    boolean isGood() {
        return checks.stream().allMatch(Check::good);
    }

    boolean wasMade() {
        return leftOut.isEmpty();
    }

    /// As `--json` writes it.
    String verdict() {
        return !wasMade() ? "left_out" : isGood() ? "pass" : "fail";
    }
}
