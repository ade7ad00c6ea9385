package io.mailblast.report;

import io.mailblast.alerting.PastIncidents.PastIncident;
import io.mailblast.http.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A report for programs, and its schema. Values are in base units: seconds, shares, bytes, counts.
record ReportJson(
        String period,
        String installation,
        Instant from,
        Instant to,
        List<String> summary,
        List<Target> targets,
        List<Trend> trends,
        List<Resource> capacity,
        Incidents incidents) {

    record Target(
            String name,
            String title,
            String unit,
            String target,
            @Nullable Double mean,
            @Nullable Double worst,
            @Nullable Double metShare,
            String verdict) {}

    record Trend(
            String name,
            String title,
            String unit,
            @Nullable Double mean,
            @Nullable Double highest,
            @Nullable Double before,
            @Nullable Double change,
            List<Point> points) {}

    record Point(Instant at, double mean, double most) {}

    record Resource(
            String name,
            String title,
            String unit,
            String outlook,
            String reached,
            @Nullable Double now,
            @Nullable Double limit,
            @Nullable Double growsPerDay,
            @Nullable Instant reachedAt,
            double daysOfHistory) {}

    record Incidents(
            long critical,
            long warnings,
            long open,
            @Nullable Double acknowledgedAfterSeconds,
            @Nullable Double recoveredAfterSeconds,
            List<OneIncident> list) {}

    record OneIncident(
            long id,
            String name,
            String severity,
            String summary,
            Instant firedAt,
            @Nullable Instant acknowledgedAt,
            @Nullable String acknowledgedBy,
            @Nullable Instant resolvedAt) {}

    /// Of a chart nobody can tell more apart.
    private static final int MOST_POINTS = 500;

    private static final Schema TIME = Schema.formatted("date-time", 40);
    private static final Schema NAME = Schema.line(1, 100);
    private static final Schema UNIT = Schema.choice("seconds", "ratio", "bytes", "count", "per_second", "per_minute");
    private static final Schema VALUE = Schema.orNull(Schema.number());

    static final Schema.Shape SCHEMA = Schema.shape("Report")
            .field("period", Schema.choice("daily", "weekly", "monthly"))
            .field("installation", Schema.line(1, 300))
            .field("from", TIME)
            .field("to", TIME)
            .field("summary", Schema.items(Schema.text(1, 10_000), 10))
            .field("targets", Schema.items(targetsSchema(), 100))
            .field("trends", Schema.items(trendsSchema(), 100))
            .field("capacity", Schema.items(capacitySchema(), 100))
            .field("incidents", incidentsSchema());

    private static Schema targetsSchema() {
        return Schema.shape("ReportTarget")
                .field("name", NAME)
                .field("title", NAME)
                .field("unit", UNIT)
                .field("target", Schema.line(1, 40))
                .field("mean", VALUE)
                .field("worst", VALUE)
                .field("met_share", VALUE)
                .field("verdict", Schema.choice("met", "missed", "not_measured"));
    }

    private static Schema trendsSchema() {
        return Schema.shape("ReportTrend")
                .field("name", NAME)
                .field("title", NAME)
                .field("unit", UNIT)
                .field("mean", VALUE)
                .field("highest", VALUE)
                .field("before", VALUE)
                .field("change", VALUE)
                .field(
                        "points",
                        Schema.items(
                                Schema.shape("ReportPoint")
                                        .field("at", TIME)
                                        .field("mean", Schema.number())
                                        .field("most", Schema.number()),
                                MOST_POINTS));
    }

    private static Schema capacitySchema() {
        return Schema.shape("ReportResource")
                .field("name", NAME)
                .field("title", NAME)
                .field("unit", UNIT)
                .field("outlook", Schema.choice("reached", "rises", "steady", "unknown"))
                .field("reached", Schema.line(1, 100))
                .field("now", VALUE)
                .field("limit", VALUE)
                .field("grows_per_day", VALUE)
                .field("reached_at", Schema.orNull(TIME))
                .field("days_of_history", Schema.number());
    }

    private static Schema incidentsSchema() {
        return Schema.shape("ReportIncidents")
                .field("critical", Schema.whole(0, Integer.MAX_VALUE))
                .field("warnings", Schema.whole(0, Integer.MAX_VALUE))
                .field("open", Schema.whole(0, Integer.MAX_VALUE))
                .field("acknowledged_after_seconds", VALUE)
                .field("recovered_after_seconds", VALUE)
                .field(
                        "list",
                        Schema.items(
                                Schema.shape("ReportIncident")
                                        .field("id", Schema.id())
                                        .field("name", NAME)
                                        .field("severity", Schema.choice("warning", "critical"))
                                        .field("summary", Schema.text(1, 500))
                                        .field("fired_at", TIME)
                                        .field("acknowledged_at", Schema.orNull(TIME))
                                        .field("acknowledged_by", Schema.orNull(Schema.line(1, 254)))
                                        .field("resolved_at", Schema.orNull(TIME)),
                                100_000));
    }

    static ReportJson of(Report report) {
        return new ReportJson(
                report.period().spelling(),
                report.installation(),
                report.from(),
                report.to(),
                ReportWords.summary(report),
                report.targets().stream().map(ReportJson::target).toList(),
                report.trends().stream().map(ReportJson::trend).toList(),
                report.capacity().stream().map(ReportJson::resource).toList(),
                incidents(report.incidents()));
    }

    private static Target target(Report.TargetRow row) {
        return new Target(
                row.measure().spelling(),
                row.measure().title(),
                lower(row.measure().unit()),
                row.measure().target().orElseThrow().text(row.measure().unit()),
                row.actual(),
                row.worst(),
                row.metShare(),
                lower(row.verdict()));
    }

    private static Trend trend(Report.Trend trend) {
        return new Trend(
                trend.measure().spelling(),
                trend.measure().title(),
                lower(trend.measure().unit()),
                trend.mean(),
                trend.highest(),
                trend.before(),
                trend.change(),
                trend.line().atMost(MOST_POINTS).points().stream()
                        .map(each -> new Point(each.at(), each.mean(), each.most()))
                        .toList());
    }

    private static Resource resource(Report.Resource resource) {
        return new Resource(
                resource.measure().spelling(),
                resource.measure().title(),
                lower(resource.measure().unit()),
                lower(resource.outlook()),
                ReportWords.when(resource),
                resource.now(),
                resource.limit(),
                resource.perDay(),
                resource.reachedAt(),
                resource.days());
    }

    private static Incidents incidents(Report.Incidents incidents) {
        return new Incidents(
                incidents.critical(),
                incidents.warnings(),
                incidents.open(),
                incidents.toAcknowledge(),
                incidents.toRecover(),
                incidents.list().stream().map(ReportJson::incident).toList());
    }

    private static OneIncident incident(PastIncident incident) {
        return new OneIncident(
                incident.id(),
                incident.name(),
                incident.severity().spelling(),
                incident.summary(),
                incident.firedAt(),
                incident.acknowledgedAt(),
                incident.acknowledgedBy(),
                incident.resolvedAt());
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
