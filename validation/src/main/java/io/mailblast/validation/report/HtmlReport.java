package io.mailblast.validation.report;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Saturation;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The result as one page that needs nothing else: no script, nothing from elsewhere, light and dark.
final class HtmlReport {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT);

    private final RunResult result;
    private final StringBuilder html = new StringBuilder();

    private HtmlReport(RunResult result) {
        this.result = result;
    }

    static String of(RunResult result) {
        return new HtmlReport(result).page();
    }

    private String page() {
        head();
        list("What is wrong", Rows.issues(result));
        kpis();
        result.saturation().ifPresent(this::saturation);
        html.append("<h2>Over time</h2>\n<div class=\"plots\">\n")
                .append(new Plots(result).all())
                .append("</div>\n");
        requests();
        integrity();
        list("What to do", Rows.recommendations(result));
        list("About this run", Rows.notes(result));
        return Page.of(result.plan().name() + ": " + verdict(), html.toString());
    }

    private String verdict() {
        return result.verdict().name().toLowerCase(Locale.ROOT);
    }

    private void head() {
        Tally all = Rows.all(result);
        html.append("<h1>Plan ")
                .append(Page.escape(result.plan().name()))
                .append(" <span class=\"verdict ")
                .append(verdict())
                .append("\">")
                .append(verdict().toUpperCase(Locale.ROOT))
                .append("</span></h1>\n<p>")
                .append(Page.escape(result.plan().summary()))
                .append("</p>\n<p class=\"soft\">")
                .append(TIME.format(result.startedAt().atOffset(ZoneOffset.UTC)))
                .append(", ")
                .append(Rows.time(Rows.took(result)));
        html.append("<b>").append(Rows.shortened(result)).append("</b>");
        html.append("</p>\n<div class=\"facts\">");
        long pass = count(Judged.Verdict.PASS);
        long fail = count(Judged.Verdict.FAIL);
        fact("targets met", pass + " of " + result.kpis().size());
        fact("failed", Long.toString(fail));
        fact("not measured", Long.toString(result.kpis().size() - pass - fail));
        fact("requests", Rows.count(all.all()));
        fact("errors", Rows.count(all.errors()));
        html.append("</div>\n");
    }

    private long count(Judged.Verdict verdict) {
        return result.kpis().stream().filter(kpi -> kpi.verdict() == verdict).count();
    }

    private void fact(String name, String value) {
        html.append("<div><b>")
                .append(Page.escape(value))
                .append("</b><span class=\"soft\">")
                .append(name)
                .append("</span></div>");
    }

    private void kpis() {
        html.append("<h2>Targets</h2>\n<div class=\"wide\"><table><tr><th>What</th><th class=\"n\">Target</th>"
                + "<th class=\"n\">Actual</th><th class=\"n\">95% interval</th><th class=\"n\">Samples</th>"
                + "<th>Verdict</th><th>From</th></tr>\n");
        for (Judged judged : result.kpis()) {
            html.append("<tr><td>").append(Page.escape(judged.kpi().name())).append("</td>");
            number(judged.kpi().targetText(result.timeScale()));
            number(Rows.actual(judged));
            number(Rows.interval(judged));
            number(Rows.count(judged.samples()));
            html.append("<td><span class=\"")
                    .append(judged.isBad() ? "fail" : judged.verdict().spelling())
                    .append("\">")
                    .append(Rows.verdict(judged))
                    .append("</span>")
                    .append(
                            judged.words().isEmpty()
                                    ? ""
                                    : " <span class=\"words\">" + Page.escape(judged.words()) + "</span>")
                    .append("</td><td class=\"words\">")
                    .append(Page.escape(judged.kpi().source()))
                    .append("</td></tr>\n");
        }
        html.append("</table></div>\n");
    }

    private void saturation(Saturation found) {
        html.append("<h2>How much it is capable of</h2>\n<div class=\"plots\">\n")
                .append(new ThroughputPlot(found).svg())
                .append("</div>\n<ul>\n");
        SaturationWords.of(found)
                .forEach(each -> html.append("<li>").append(Page.escape(each)).append("</li>\n"));
        html.append("</ul>\n<div class=\"wide\"><table><tr><th class=\"n\">Users</th><th class=\"n\">Answered</th>"
                + "<th class=\"n\">By the law</th><th class=\"n\">p50</th><th class=\"n\">p95</th></tr>\n");
        for (Saturation.Step step : found.steps()) {
            html.append("<tr>");
            number(Integer.toString(step.users()));
            number(Rows.perSecond(step.perSecond()));
            number(Rows.perSecond(found.law().perSecond(step.users())));
            number(Rows.ms(step.p50Ms()));
            number(Rows.ms(step.p95Ms()));
            html.append("</tr>\n");
        }
        html.append("</table></div>\n");
    }

    private void requests() {
        html.append("<h2>Requests in the phases that count</h2>\n<div class=\"wide\"><table><tr><th>Request</th>"
                + "<th class=\"n\">A minute</th><th class=\"n\">p50</th><th class=\"n\">p95</th><th class=\"n\">p99</th>"
                + "<th class=\"n\">Slowest</th><th class=\"n\">Samples</th><th>Errors</th></tr>\n");
        for (Rows.Requests each : Rows.requests(result)) {
            html.append("<tr><td>").append(Page.escape(each.endpoint().route())).append("</td>");
            number(Rows.count(Math.round(each.perMinute())));
            number(Rows.ms(each.tally().latencyMs(50)));
            number(Rows.ms(each.tally().latencyMs(95)));
            number(Rows.ms(each.tally().latencyMs(99)));
            number(Rows.ms(each.tally().latencyMs(100)));
            number(Rows.count(each.tally().all()));
            html.append("<td>").append(errors(each.tally())).append("</td></tr>\n");
        }
        html.append("</table></div>\n");
    }

    private static String errors(Tally tally) {
        String errors = tally.outcomes().entrySet().stream()
                .filter(entry -> entry.getKey() != Outcome.GOOD)
                .sorted(Map.Entry.comparingByKey())
                .map(entry ->
                        Rows.count(entry.getValue()) + " " + entry.getKey().words())
                .collect(Collectors.joining(", "));
        return errors.isEmpty() ? "0" : "<span class=\"fail\">" + Page.escape(errors) + "</span>";
    }

    private void integrity() {
        html.append("<h2>What must agree</h2>\n<table><tr><th>What</th><th>In numbers</th><th></th></tr>\n");
        for (RunResult.Agreement each : result.integrity()) {
            html.append("<tr><td>")
                    .append(Page.escape(each.name()))
                    .append("</td><td>")
                    .append(Page.escape(each.words()))
                    .append(each.agrees() ? "</td><td class=\"pass\">agrees" : "</td><td class=\"fail\">differs")
                    .append("</td></tr>\n");
        }
        html.append("</table>\n");
    }

    private void list(String title, List<String> items) {
        if (items.isEmpty()) {
            return;
        }
        html.append("<h2>").append(title).append("</h2>\n<ul>\n");
        items.forEach(item -> html.append("<li>").append(Page.escape(item)).append("</li>\n"));
        html.append("</ul>\n");
    }

    private void number(String text) {
        html.append("<td class=\"n\">").append(Page.escape(text)).append("</td>");
    }
}
