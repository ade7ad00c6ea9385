package io.mailblast.validation.verdict;

import io.mailblast.validation.plan.Phase;

/// When a phase was.
///
/// @param fromSecond since the run's begin, inclusive
/// @param toSecond exclusive
public record Span(Phase phase, int fromSecond, int toSecond) {

    public String name() {
        return phase.name();
    }

    public boolean isMeasured() {
        return phase.isMeasured();
    }

    public int seconds() {
        return toSecond - fromSecond;
    }
}
