package io.mailblast.validation.report;

import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import java.time.Duration;
import java.util.Locale;

/// The verdicts as JUnit's XML, which every CI shows: each KPI is a test, not measured is skipped
/// or, where required, failed.
final class JUnitReport {

    private JUnitReport() {}

    static String of(RunResult result) {
        long bad = result.kpis().stream().filter(Judged::isBad).count();
        long skipped = result.kpis().stream()
                .filter(kpi -> kpi.verdict() == Judged.Verdict.NOT_MEASURED && !kpi.isBad())
                .count();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        int voids = result.self().doubts().isEmpty() ? 0 : 1;
        xml.append(String.format(
                Locale.ROOT,
                "<testsuite name=\"mailblast validate %s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\""
                        + " time=\"%d\" timestamp=\"%s\">%n",
                escape(result.plan().name()),
                result.kpis().size() + voids,
                bad,
                voids,
                skipped,
                Duration.between(result.startedAt(), result.endedAt()).toSeconds(),
                result.startedAt()));
        if (voids > 0) {
            xml.append("  <testcase classname=\"generator\" name=\"not the bottleneck\"><error message=\"")
                    .append(escape(String.join(" ", result.self().doubts())))
                    .append("\"/></testcase>\n");
        }
        result.kpis().forEach(kpi -> xml.append(test(result, kpi)));
        return xml.append("</testsuite>\n").toString();
    }

    private static String test(RunResult result, Judged judged) {
        String head = "  <testcase classname=\"" + escape(result.plan().name()) + "\" name=\""
                + escape(judged.kpi().id()) + "\"";
        String message = escape(Rows.actual(judged) + ", target " + judged.kpi().targetText(result.timeScale())
                + (judged.words().isEmpty() ? "" : "; " + judged.words()));
        if (judged.isBad()) {
            return head + "><failure message=\"" + message + "\"/></testcase>\n";
        }
        return judged.verdict() == Judged.Verdict.NOT_MEASURED
                ? head + "><skipped message=\"" + message + "\"/></testcase>\n"
                : head + "/>\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
