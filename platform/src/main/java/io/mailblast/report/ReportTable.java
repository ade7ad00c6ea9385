package io.mailblast.report;

import io.mailblast.alerting.PastIncidents.PastIncident;
import java.util.List;
import java.util.Locale;

/// A table of a report, whatever the report is written in.
///
/// @param rows none where there is nothing to tell
record ReportTable(String title, List<String> columns, List<Row> rows) {

    /// @param state of the last cell, as a class of the page's style; empty for none
    record Row(List<String> cells, String state) {

        static Row of(String... cells) {
            return new Row(List.of(cells), "");
        }

        Row in(String state) {
            return new Row(cells, state);
        }
    }

    /// Which targets were met.
    static ReportTable targets(Report report) {
        return new ReportTable(
                "Targets",
                List.of("Target", "Wanted", "Mean", "Worst", "Met", "Verdict"),
                report.targets().stream()
                        .map(each -> Row.of(
                                        each.measure().title(),
                                        each.measure()
                                                .target()
                                                .orElseThrow()
                                                .text(each.measure().unit()),
                                        ReportWords.value(each.measure(), each.actual()),
                                        ReportWords.value(each.measure(), each.worst()),
                                        ReportWords.percent(each.metShare()),
                                        ReportWords.verdict(each.verdict()))
                                .in(each.verdict().name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /// Every measure, against the period before.
    static ReportTable trends(Report report) {
        return new ReportTable(
                "Trends",
                List.of("Measure", "Mean", "Highest", "Period before", "Change"),
                report.trends().stream()
                        .map(each -> Row.of(
                                each.measure().title(),
                                ReportWords.value(each.measure(), each.mean()),
                                ReportWords.value(each.measure(), each.highest()),
                                ReportWords.value(each.measure(), each.before()),
                                ReportWords.change(each.change())))
                        .toList());
    }

    /// What runs out when.
    static ReportTable capacity(Report report) {
        return new ReportTable(
                "Capacity",
                List.of("Resource", "At its peak", "Grows a day", "Limit", "Reached"),
                report.capacity().stream()
                        .map(each -> Row.of(
                                        each.measure().title(),
                                        ReportWords.value(each.measure(), each.now()),
                                        ReportWords.perDay(each),
                                        ReportWords.value(each.measure(), each.limit()),
                                        ReportWords.when(each))
                                .in(each.outlook() == Report.Outlook.REACHED ? "missed" : ""))
                        .toList());
    }

    /// What went wrong.
    static ReportTable incidents(Report report) {
        return new ReportTable(
                "Incidents",
                List.of("Alert", "Severity", "Fired", "Acknowledged after", "Over after", "What"),
                report.incidents().list().stream().map(ReportTable::incident).toList());
    }

    private static Row incident(PastIncident incident) {
        return Row.of(
                incident.name(),
                incident.severity().spelling(),
                ReportWords.time(incident.firedAt()),
                ReportWords.after(incident, incident.acknowledgedAt(), "nobody"),
                ReportWords.after(incident, incident.resolvedAt(), "still fires"),
                incident.summary());
    }
}
