package io.mailblast.validation.validate;

import io.mailblast.validation.report.SaturationWords;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import java.util.Locale;

/// A run's end, as it is printed.
final class Ending {

    private static final int NAME = 46;

    private Ending() {}

    static String text(RunResult result, String report) {
        StringBuilder text = new StringBuilder();
        for (Judged judged : result.kpis()) {
            String actual = judged.actual().isPresent()
                    ? judged.kpi().measure().unit().format(judged.actual().getAsDouble())
                    : "–";
            text.append(String.format(
                    Locale.ROOT,
                    "  %-12s %-" + NAME + "s %12s  target %s%s%n",
                    word(judged),
                    judged.kpi().name(),
                    actual,
                    judged.kpi().targetText(result.timeScale()),
                    judged.words().isEmpty() ? "" : "; " + judged.words()));
        }
        text.append('\n');
        result.integrity()
                .forEach(each -> text.append(each.agrees() ? "  agrees       " : "  DIFFERS      ")
                        .append(each.name())
                        .append(": ")
                        .append(each.words())
                        .append('\n'));
        result.saturation().ifPresent(found -> {
            text.append('\n');
            SaturationWords.of(found)
                    .forEach(each -> text.append("  ").append(each).append('\n'));
        });
        result.self().doubts().forEach(doubt -> text.append("\n").append(doubt));
        if (!result.ending().isEmpty()) {
            text.append("\nIt ended before its time: ").append(result.ending()).append('.');
        }
        text.append("\nReport: ").append(report).append("\n\n");
        return text.append(verdict(result)).toString();
    }

    private static String word(Judged judged) {
        return switch (judged.verdict()) {
            case PASS -> "pass";
            case FAIL -> "FAIL";
            case NOT_MEASURED -> judged.isBad() ? "NOT MEASURED" : "not measured";
        };
    }

    static String verdict(RunResult result) {
        String name = "Plan " + result.plan().name() + ": ";
        long bad = result.kpis().stream().filter(Judged::isBad).count();
        return name
                + switch (result.verdict()) {
                    case PASS -> "pass" + (result.timeScale() < 1 ? ", shown in less time" : "");
                    case FAIL -> "fail, " + bad + (bad == 1 ? " target" : " targets") + " not met";
                    case VOID -> "void: the generator was what was slow, so nothing follows from it";
                };
    }
}
