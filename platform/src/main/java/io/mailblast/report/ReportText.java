package io.mailblast.report;

import java.util.List;

/// A report as Markdown, which also reads well as it is.
final class ReportText {

    private ReportText() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder("# ")
                .append(ReportWords.title(report))
                .append("\n\n")
                .append(ReportWords.span(report))
                .append("\n\n");
        ReportWords.summary(report)
                .forEach(each -> text.append("- ").append(each).append('\n'));
        table(text, ReportTable.targets(report));
        table(text, ReportTable.trends(report));
        table(text, ReportTable.capacity(report));
        table(text, ReportTable.incidents(report));
        return text.toString();
    }

    private static void table(StringBuilder text, ReportTable table) {
        text.append("\n## ").append(table.title()).append("\n\n");
        if (table.rows().isEmpty()) {
            text.append("None.\n");
            return;
        }
        row(text, table.columns());
        text.append("|").append(" --- |".repeat(table.columns().size())).append('\n');
        table.rows().forEach(each -> row(text, each.cells()));
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append('|');
        for (String each : cells) {
            text.append(' ')
                    .append(each.replace("|", "\\|").replaceAll("\\R", " "))
                    .append(" |");
        }
        text.append('\n');
    }
}
