package io.mailblast.validation.verdict;

import io.mailblast.validation.plan.Phase;

/// When a phase was.
///
/// @param fromSecond since the run's begin, inclusive
/// @param toSecond exclusive
public record Span(String name, Phase.Kind kind, int fromSecond, int toSecond) {

    public boolean isMeasured() {
        return kind == Phase.Kind.MEASURED;
    }

    public int seconds() {
        return toSecond - fromSecond;
    }
}
