package io.mailblast.validation.checklist;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One piece of evidence: what one run of something came to.
///
/// @param name of the plan, drill, proof, benchmark or class of tests
/// @param at when it began
/// @param timeScale 1 where nothing was shortened
/// @param outcome of the whole of it
/// @param rows by their identifiers: KPIs of a plan, checks of a drill, figures of a benchmark
/// @param page where more of it stands
record Finding(
        Source source, String name, Instant at, double timeScale, Outcome outcome, Map<String, Row> rows, Path page) {

    enum Outcome {
        PASS,
        FAIL,
        /// Nothing follows from it: not measured, or left out.
        NOTHING
    }

    /// @param value of a benchmark's figure; not a number for what has a verdict of its own
    /// @param detail what was measured, in words
    record Row(Outcome outcome, double value, String detail) {}

    Finding {
        rows = Map.copyOf(rows);
    }

    Optional<Row> row(String id) {
        return Optional.ofNullable(rows.get(id));
    }
}
