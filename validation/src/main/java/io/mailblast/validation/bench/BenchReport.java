package io.mailblast.validation.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A result for people: each figure with its ceilings below it, then all that is needed to judge them.
final class BenchReport {

    private static final int WIDTH = 100;

    private BenchReport() {}

    static String text(BenchResult result) {
        StringBuilder out = new StringBuilder();
        out.append("bench ").append(result.benchmark()).append("\n\n");
        for (Figure figure : result.figures()) {
            out.append(String.format(
                    Locale.ROOT,
                    "  %-34s %14s %-12s %s%n",
                    figure.name(),
                    number(figure.value()),
                    figure.unit(),
                    spread(figure.spread())));
            for (Figure.Ceiling ceiling : figure.ceilings()) {
                out.append(String.format(
                        Locale.ROOT,
                        "    of %-31s %14s %-12s %s; ratio %s%n",
                        ceiling.name(),
                        number(ceiling.spread().value()),
                        figure.unit(),
                        spread(ceiling.spread()),
                        number(ceiling.ratio(figure))));
            }
            figure.atMost()
                    .ifPresent(limit -> out.append(String.format(
                            Locale.ROOT,
                            "    %-34s %14s %-12s %s%n",
                            "at most",
                            number(limit),
                            figure.unit(),
                            figure.isWithinItsLimit() ? "kept" : "EXCEEDED")));
            if (!figure.note().isEmpty()) {
                out.append(wrapped(figure.note(), "      "));
            }
        }
        out.append('\n');
        section(out, "Machine", List.of(result.machine().toString()));
        section(out, "Versions", List.of(listed(result.versions())));
        section(out, "Configuration", List.of(listed(result.configuration())));
        section(out, "Not measured", result.notMeasured());
        section(out, "Notes", result.notes());
        section(out, "FAILED: the figures count for nothing", result.failures());
        return out.toString();
    }

    /// Three digits that count, or all before the point.
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "?";
        }
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%,.1f" : size >= 1 ? "%,.2f" : "%,.3f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String spread(Spread spread) {
        return spread.count() == 1
                ? "(once)"
                : "(" + number(spread.min()) + " to " + number(spread.max()) + " in " + spread.count() + ")";
    }

    private static String listed(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + " " + pair.getValue())
                .collect(Collectors.joining(", "));
    }

    private static void section(StringBuilder out, String title, List<String> sentences) {
        if (sentences.stream().allMatch(String::isEmpty)) {
            return;
        }
        out.append(title).append('\n');
        for (String sentence : sentences) {
            out.append(wrapped(sentence, "  "));
        }
    }

    private static String wrapped(String text, String indent) {
        StringBuilder out = new StringBuilder();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > indent.length()) {
                out.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(indent).append("  ");
            }
            line.append(word).append(' ');
        }
        return out.append(line.toString().stripTrailing()).append('\n').toString();
    }
}
