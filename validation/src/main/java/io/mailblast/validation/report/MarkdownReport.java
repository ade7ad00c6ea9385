package io.mailblast.validation.report;

import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Saturation;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;

/// The result as a page that people put into their own: what was run, how it ended, the numbers,
/// what is to be done.
final class MarkdownReport {

    private MarkdownReport() {}

    static String of(RunResult result) {
        Tally all = Rows.all(result);
        List<Rows.Requests> requests = Rows.requests(result);
        StringBuilder text = new StringBuilder();
        text.append("# Results of the plan ").append(result.plan().name()).append("\n\n");
        text.append("**Date:** ")
                .append(result.startedAt().atOffset(ZoneOffset.UTC).toLocalDate())
                .append("  \n**Kind:** ")
                .append(result.plan().kind())
                .append("  \n**Duration:** ")
                .append(Rows.time(Rows.took(result)))
                .append(Rows.shortened(result))
                .append("  \n**Run by:** mailblast ")
                .append(result.plan().drill().isPresent() ? "drill" : "validate")
                .append(", seed ")
                .append(result.seed())
                .append("\n\n## Configuration\n\n- Load: ")
                .append(result.plan().summary())
                .append("\n- Phases: ")
                .append(result.evidence().spans().stream()
                        .map(span -> span.name() + " (" + span.seconds() + " s)")
                        .collect(Collectors.joining(", ")))
                .append("\n- Requests: ")
                .append(requests.stream().map(row -> row.endpoint().route()).collect(Collectors.joining(", ")))
                .append("\n\n## Summary\n\n- **Status:** ")
                .append(status(result))
                .append("\n- **Requests:** ")
                .append(Rows.count(all.all()))
                .append("\n- **Answered as they should be:** ")
                .append(Rows.percent(all.all() == 0 ? 0 : (double) all.good() / all.all()))
                .append("\n- **Errors:** ")
                .append(Rows.percent(all.errorRate()))
                .append("\n\n## Targets\n\n| metric | target | actual | 95% interval | samples | status |\n")
                .append("| --- | --- | --- | --- | --- | --- |\n");
        for (Judged judged : result.kpis()) {
            row(
                    text,
                    judged.kpi().name(),
                    judged.kpi().targetText(result.timeScale()),
                    Rows.actual(judged),
                    Rows.interval(judged),
                    Rows.count(judged.samples()),
                    mark(judged) + Rows.verdict(judged) + (judged.words().isEmpty() ? "" : "; " + judged.words()));
        }
        text.append("\n## Requests\n\n| request | a minute | p50 | p95 | p99 | slowest | errors |\n")
                .append("| --- | --- | --- | --- | --- | --- | --- |\n");
        for (Rows.Requests each : requests) {
            row(
                    text,
                    each.endpoint().route(),
                    Rows.count(Math.round(each.perMinute())),
                    Rows.ms(each.tally().latencyMs(50)),
                    Rows.ms(each.tally().latencyMs(95)),
                    Rows.ms(each.tally().latencyMs(99)),
                    Rows.ms(each.tally().latencyMs(100)),
                    Rows.count(each.tally().errors()));
        }
        result.saturation().ifPresent(found -> saturation(text, found));
        text.append("\n## What must agree\n\n| what | in numbers | |\n| --- | --- | --- |\n");
        result.integrity().forEach(each -> row(text, each.name(), each.words(), each.agrees() ? "✅" : "❌"));
        list(text, "Issues", Rows.issues(result), "None.");
        list(text, "Recommendations", Rows.recommendations(result), "None.");
        list(text, "Notes", Rows.notes(result), "None.");
        return text.toString();
    }

    private static void saturation(StringBuilder text, Saturation found) {
        list(text, "How much it is capable of", SaturationWords.of(found), "");
        text.append("\n| users | answered | by the law | p50 | p95 |\n| --- | --- | --- | --- | --- |\n");
        for (Saturation.Step step : found.steps()) {
            row(
                    text,
                    Integer.toString(step.users()),
                    Rows.perSecond(step.perSecond()),
                    Rows.perSecond(found.law().perSecond(step.users())),
                    Rows.ms(step.p50Ms()),
                    Rows.ms(step.p95Ms()));
        }
    }

    static String status(RunResult result) {
        return switch (result.verdict()) {
            case PASS -> "✅ PASS";
            case FAIL -> "❌ FAIL";
            case VOID -> "⚪ VOID (the generator was what was slow)";
        };
    }

    private static String mark(Judged judged) {
        return switch (judged.verdict()) {
            case PASS -> "✅ ";
            case FAIL -> "❌ ";
            case NOT_MEASURED -> judged.isBad() ? "❌ " : "➖ ";
        };
    }

    private static void list(StringBuilder text, String title, List<String> items, String otherwise) {
        text.append("\n## ").append(title).append("\n\n");
        (items.isEmpty() ? List.of(otherwise) : items)
                .forEach(item -> text.append("- ").append(item).append('\n'));
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ");
        for (int i = 0; i < cells.length; i++) {
            text.append(i == 0 ? "" : " | ").append(cells[i].replace("|", "\\|").replace("\n", " "));
        }
        text.append(" |\n");
    }
}
