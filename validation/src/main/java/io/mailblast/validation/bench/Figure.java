package io.mailblast.validation.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// What a benchmark measured, and what the same machine could do at most in the same run.
///
/// @param name as the contract lists it
/// @param unit such as `mails/s`, `ms`, `MB`
/// @param ceilings the principal one first; empty where there is none
/// @param atMost what it may not exceed; empty where nothing is promised
/// @param note what has to be known to read it; empty where nothing has
record Figure(String name, String unit, Spread spread, List<Ceiling> ceilings, OptionalDouble atMost, String note) {

    Figure {
        ceilings = List.copyOf(ceilings);
    }

    static Figure of(String name, String unit, Spread spread) {
        return new Figure(name, unit, spread, List.of(), OptionalDouble.empty(), "");
    }

    Figure under(String ceiling, Spread measured) {
        List<Ceiling> more = new ArrayList<>(ceilings);
        more.add(new Ceiling(ceiling, measured));
        return new Figure(name, unit, spread, more, atMost, note);
    }

    Figure noting(String words) {
        return new Figure(name, unit, spread, ceilings, atMost, words);
    }

    /// Promised on two cores, whatever else they do: a figure above it makes the benchmark end badly.
    Figure atMost(double limit) {
        return new Figure(name, unit, spread, ceilings, OptionalDouble.of(limit), note);
    }

    boolean isWithinItsLimit() {
        return atMost.isEmpty() || value() <= atMost.getAsDouble();
    }

    double value() {
        return spread.value();
    }

    /// What bounds a figure, in the figure's unit.
    record Ceiling(String name, Spread spread) {

        /// The figure in parts of its ceiling: of a rate at most about 1, of a duration at least about 1. 0 where the
        /// ceiling itself came to nothing.
        double ratio(Figure figure) {
            return spread.value() == 0 ? 0 : figure.value() / spread.value();
        }
    }
}
