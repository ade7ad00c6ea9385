package io.mailblast.validation.bench;

import java.util.ArrayList;
import java.util.List;

/// What a benchmark measured, and what the same machine could do at most in the same run.
///
/// @param name as the contract lists it
/// @param unit such as `mails/s`, `ms`, `MB`
/// @param ceilings the principal one first; empty where there is none
/// @param note what has to be known to read it; empty where nothing has
record Figure(String name, String unit, Spread spread, List<Ceiling> ceilings, String note) {

    Figure {
        ceilings = List.copyOf(ceilings);
    }

    static Figure of(String name, String unit, Spread spread) {
        return new Figure(name, unit, spread, List.of(), "");
    }

    Figure under(String ceiling, Spread measured) {
        List<Ceiling> more = new ArrayList<>(ceilings);
        more.add(new Ceiling(ceiling, measured));
        return new Figure(name, unit, spread, more, note);
    }

    Figure noting(String words) {
        return new Figure(name, unit, spread, ceilings, words);
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
