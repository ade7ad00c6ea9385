package io.mailblast.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A report as one self-contained HTML page that loads nothing: for a browser with plots, for a mail without,
/// since mail programs do not show them.
final class ReportPage {

    private static final String STYLE = "report.css";

    private ReportPage() {}

    /// What the page is for.
    enum For {
        BROWSER,
        MAIL
    }

    static String of(Report report, For purpose) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                """);
        page.append("<title>")
                .append(escape(ReportWords.title(report)))
                .append("</title>\n<style>\n")
                .append(style())
                .append("</style></head><body>\n<h1>")
                .append(escape(ReportWords.title(report)))
                .append("</h1><p class=\"soft\">")
                .append(escape(ReportWords.span(report)))
                .append("</p><ul>");
        ReportWords.summary(report)
                .forEach(each -> page.append("<li>").append(escape(each)).append("</li>"));
        page.append("</ul>");
        table(page, ReportTable.targets(report));
        table(page, ReportTable.trends(report));
        if (purpose == For.BROWSER) {
            plots(page, report);
        }
        table(page, ReportTable.capacity(report));
        page.append("<p class=\"soft\">By the highest hour of each day. The limit is where its worst alert fires.</p>");
        table(page, ReportTable.incidents(report));
        return page.append("</body></html>\n").toString();
    }

    private static void plots(StringBuilder page, Report report) {
        page.append("<div class=\"plots\">");
        report.trends().stream()
                .filter(each -> !each.line().isEmpty())
                .forEach(each -> page.append(TrendPlot.svg(each, report.from(), report.to())));
        page.append("</div>");
    }

    private static void table(StringBuilder page, ReportTable table) {
        page.append("<h2>").append(table.title()).append("</h2>");
        if (table.rows().isEmpty()) {
            page.append("<p>None.</p>");
            return;
        }
        page.append("<div class=\"wide\"><table><thead><tr>");
        table.columns().forEach(each -> page.append("<th>").append(each).append("</th>"));
        page.append("</tr></thead><tbody>");
        table.rows().forEach(each -> row(page, each));
        page.append("</tbody></table></div>");
    }

    private static void row(StringBuilder page, ReportTable.Row row) {
        page.append("<tr>");
        for (int i = 0; i < row.cells().size(); i++) {
            boolean isLast = i == row.cells().size() - 1;
            page.append(isLast && !row.state().isEmpty() ? "<td class=\"" + row.state() + "\">" : "<td>")
                    .append(escape(row.cells().get(i)))
                    .append("</td>");
        }
        page.append("</tr>");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String style() {
        try (InputStream in = ReportPage.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IllegalStateException(STYLE + " is not in the program's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(STYLE + " cannot be read from the program's jar", e);
        }
    }
}
