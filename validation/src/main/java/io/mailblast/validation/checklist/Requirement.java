package io.mailblast.validation.checklist;

import io.mailblast.validation.checklist.Finding.Outcome;
import io.mailblast.validation.checklist.Finding.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one thing must have come to: `plan load: uptime, errors`, `drill power-cut`, or
/// `bench measuring: measuring_share_percent < 2`.
///
/// @param rows the rows of it that count; empty for the whole of it
record Requirement(Source source, String name, List<Wanted> rows) {

    private static final Pattern FORM = Pattern.compile("([a-z]+) ([A-Za-z0-9-]+)(?:: (.+))?");
    private static final Pattern ROW = Pattern.compile("([A-Za-z0-9_.-]+)(?: < ([0-9.]+))?");

    /// @param below what a figure must be below; empty where the row has a verdict of its own
    record Wanted(String id, Optional<Double> below) {}

    Requirement {
        rows = List.copyOf(rows);
    }

    /// @throws IllegalArgumentException where it has none of the forms
    static Requirement parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not of the form: plan load: uptime, errors");
        }
        Source source = Source.of(form.group(1))
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + form.group(1) + "' makes no evidence; plan, drill, proof, bench and test do"));
        String rows = form.group(3);
        return new Requirement(
                source,
                form.group(2),
                rows == null
                        ? List.of()
                        : Arrays.stream(rows.split(","))
                                .map(String::strip)
                                .map(Requirement::wanted)
                                .toList());
    }

    private static Wanted wanted(String text) {
        Matcher row = ROW.matcher(text);
        if (!row.matches()) {
            throw new IllegalArgumentException("'" + text + "' is neither a row's name nor: name < number");
        }
        return new Wanted(row.group(1), Optional.ofNullable(row.group(2)).map(Double::valueOf));
    }

    /// @return whether a finding proves it, disproves it, or says nothing about it
    Outcome judge(Finding finding) {
        if (rows.isEmpty()) {
            return finding.outcome();
        }
        List<Outcome> outcomes = rows.stream().map(each -> judge(each, finding)).toList();
        return outcomes.contains(Outcome.FAIL)
                ? Outcome.FAIL
                : outcomes.contains(Outcome.NOTHING) ? Outcome.NOTHING : Outcome.PASS;
    }

    private static Outcome judge(Wanted wanted, Finding finding) {
        Optional<Row> row = finding.row(wanted.id());
        if (row.isEmpty()) {
            return Outcome.NOTHING;
        }
        double value = row.get().value();
        if (wanted.below().isEmpty()) {
            return row.get().outcome();
        }
        return Double.isNaN(value) ? Outcome.NOTHING : value < wanted.below().get() ? Outcome.PASS : Outcome.FAIL;
    }

    /// What a finding says about it, in words.
    String detail(Finding finding) {
        if (rows.isEmpty()) {
            return finding.outcome().name().toLowerCase(Locale.ROOT).replace("nothing", "nothing follows from it");
        }
        return String.join(
                ", ",
                rows.stream()
                        .map(each -> each.id() + " "
                                + finding.row(each.id()).map(Row::detail).orElse("not measured"))
                        .toList());
    }

    /// As the checklist writes it.
    @Override
    public String toString() {
        return source.spelling() + " " + name
                + (rows.isEmpty()
                        ? ""
                        : ": " + String.join(", ", rows.stream().map(Wanted::id).toList()));
    }
}
