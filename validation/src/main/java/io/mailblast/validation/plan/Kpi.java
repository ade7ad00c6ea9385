package io.mailblast.validation.plan;

import java.util.Set;

/// A number that a run must come to.
///
/// @param id of its own within the plan
/// @param name as people call it
/// @param source where the number comes from, such as `strategy 2.1`
/// @param samples fewer are not measured
/// @param required not measured is not passed
/// @param onFailure what becomes of the run when it fails on the way
/// @param scaling whether the target is a duration that shrinks with the run
/// @param during names of the phases that count; empty for all that are no warm-up
public record Kpi(
        String id,
        String name,
        String source,
        Measure measure,
        Target target,
        int samples,
        Need required,
        OnFailure onFailure,
        Scaling scaling,
        Set<String> tags,
        Set<String> during) {

    /// What every campaign and every measurement takes, however short the run is.
    private static final double LEAST_SECONDS = 15;

    /// Whether the run can pass without it.
    public enum Need {
        REQUIRED,
        OPTIONAL
    }

    /// What becomes of a run in which it fails.
    public enum OnFailure {
        GO_ON,
        ABORT
    }

    /// What a shorter run makes of the target.
    public enum Scaling {
        FIXED,
        WITH_TIME
    }

    /// The target in a run of another length.
    public Target target(double timeScale) {
        return scaling == Scaling.FIXED
                ? target
                : new Target(target.comparison(), Math.max(LEAST_SECONDS, target.value() * timeScale));
    }

    public boolean isRequired() {
        return required == Need.REQUIRED;
    }

    /// The target as people read it.
    public String targetText(double timeScale) {
        return target(timeScale).text(measure.unit());
    }
}
