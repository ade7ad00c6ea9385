package io.mailblast.validation.drill;

import io.mailblast.validation.plan.Drill;
import io.mailblast.validation.report.Page;
import io.mailblast.validation.report.ReportFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// All drills of a series on one page: times to detect and to recover in a table, then every check.
final class DrillReport {

    private DrillReport() {}

    /// @return the page for people
    static Path write(ReportFolder folder, DrillResult result) {
        return folder.write(ReportFolder.named("drills", Instant.now()), to -> {
            Path _ = Files.writeString(to.resolve("report.md"), markdown(result));
            Path _ = Files.writeString(
                    to.resolve("result.json"), result.json(true).toPrettyString() + "\n");
            Path _ = Files.writeString(to.resolve("report.html"), html(result));
        });
    }

    static String markdown(DrillResult result) {
        StringBuilder text = new StringBuilder("# Failure drills\n\n");
        text.append(result.verdict()).append(".\n\n").append(scale(result));
        text.append("| drill | asked for in | verdict | fault lasted | detected after | recovered after |\n");
        text.append("| --- | --- | --- | --- | --- | --- |\n");
        for (DrillOutcome each : result.outcomes().keySet()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.1f s | %s | %s |%n",
                    each.name(),
                    each.plan().drill().map(Drill::source).orElse(""),
                    each.verdict().replace('_', ' '),
                    each.lastedSeconds(),
                    detected(each),
                    time(each.recoverySeconds())));
        }
        for (DrillOutcome each : result.outcomes().keySet()) {
            text.append("\n## ").append(each.name()).append("\n\n");
            text.append(each.plan().summary()).append("\n\n");
            if (!each.wasMade()) {
                text.append("Left out: ").append(each.leftOut()).append("\n");
            }
            each.checks()
                    .forEach(check -> text.append(check.good() ? "- [x] " : "- [ ] ")
                            .append(check.name())
                            .append(": ")
                            .append(check.detail())
                            .append('\n'));
        }
        return text.toString();
    }

    private static String scale(DrillResult result) {
        return result.timeScale() < 1
                ? "Made at a time scale of " + result.timeScale()
                        + ": what alerts wait for and how long faults last is shortened, rates are not.\n\n"
                : "";
    }

    private static String detected(DrillOutcome outcome) {
        return outcome.plan().drill().map(Drill::expected).orElseThrow().isEmpty()
                ? "no alert is due"
                : time(outcome.detectionSeconds());
    }

    private static String time(OptionalDouble seconds) {
        return seconds.isPresent() ? String.format(Locale.ROOT, "%.1f s", seconds.getAsDouble()) : "–";
    }

    private static String html(DrillResult result) {
        StringBuilder body = new StringBuilder("<p class=\"summary\">")
                .append(Page.escape(result.verdict() + ". " + scale(result)))
                .append("</p><table><thead><tr><th>Drill</th><th>Asked for in</th><th>Verdict</th><th>Fault lasted</th>"
                        + "<th>Detected after</th><th>Recovered after</th></tr></thead><tbody>");
        for (DrillOutcome each : result.outcomes().keySet()) {
            body.append(String.format(
                    Locale.ROOT,
                    "<tr><td><a href=\"#%s\">%s</a></td><td>%s</td><td class=\"%s\">%s</td><td>%.1f s</td><td>%s</td><td>%s</td></tr>",
                    each.name(),
                    each.name(),
                    Page.escape(each.plan().drill().map(Drill::source).orElse("")),
                    each.verdict().equals("left_out") ? "not-measured" : each.verdict(),
                    each.verdict().replace('_', ' '),
                    each.lastedSeconds(),
                    detected(each),
                    time(each.recoverySeconds())));
        }
        body.append("</tbody></table>");
        for (Map.Entry<DrillOutcome, String> each : result.outcomes().entrySet()) {
            body.append(section(each.getKey(), each.getValue()));
        }
        return Page.of("Failure drills", body.toString());
    }

    private static String section(DrillOutcome outcome, String report) {
        StringBuilder text = new StringBuilder("<h2 id=\"")
                .append(outcome.name())
                .append("\">")
                .append(outcome.name())
                .append("</h2><p>")
                .append(Page.escape(outcome.plan().summary()))
                .append("</p>");
        if (!outcome.wasMade()) {
            return text.append("<p>Left out: ")
                    .append(Page.escape(outcome.leftOut()))
                    .append("</p>")
                    .toString();
        }
        text.append("<table><tbody>");
        outcome.checks()
                .forEach(check -> text.append("<tr><td class=\"")
                        .append(check.good() ? "pass" : "fail")
                        .append("\">")
                        .append(check.good() ? "pass" : "fail")
                        .append("</td><td>")
                        .append(Page.escape(check.name()))
                        .append("</td><td>")
                        .append(Page.escape(check.detail()))
                        .append("</td></tr>"));
        text.append("</tbody></table>");
        if (!report.isEmpty()) {
            text.append("<p>Its load: <a href=\"../")
                    .append(Page.escape(Path.of(report).resolveSibling("").getFileName() + "/report.html"))
                    .append("\">report</a></p>");
        }
        return text.toString();
    }
}
