package io.mailblast.report;

import io.mailblast.alerting.PastIncidents.PastIncident;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a report says, whatever it is written in.
final class ReportWords {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String NONE = "–";

    private ReportWords() {}

    static String title(Report report) {
        return "MailBlast " + report.period().spelling() + " report of " + report.installation();
    }

    static String span(Report report) {
        return MINUTE.format(report.from()) + " to " + MINUTE.format(report.to()) + " UTC";
    }

    /// The whole of it in a few sentences.
    static List<String> summary(Report report) {
        long measured = report.targets().stream()
                .filter(each -> each.verdict() != Report.Verdict.NOT_MEASURED)
                .count();
        List<String> missed = report.targets().stream()
                .filter(each -> each.verdict() == Report.Verdict.MISSED)
                .map(each -> each.measure().title())
                .toList();
        return List.of(
                measured == 0
                        ? "Nothing was measured."
                        : (measured - missed.size()) + " of " + measured + " targets that were measured were met"
                                + (missed.isEmpty() ? "." : "; missed: " + String.join("; ", missed) + "."),
                incidents(report.incidents()),
                outlook(report.capacity()));
    }

    private static String incidents(Report.Incidents incidents) {
        if (incidents.list().isEmpty()) {
            return "No alert fired.";
        }
        return incidents.critical() + " critical alerts and " + incidents.warnings() + " warnings fired"
                + (incidents.open() == 0 ? "" : ", " + incidents.open() + " of them still do")
                + (incidents.toAcknowledge() == null
                        ? "; nobody acknowledged one"
                        : "; acknowledged after " + seconds(incidents.toAcknowledge()))
                + (incidents.toRecover() == null
                        ? "."
                        : ", over after " + seconds(incidents.toRecover()) + " (medians).");
    }

    private static String outlook(List<Report.Resource> capacity) {
        if (capacity.stream().allMatch(each -> each.outlook() == Report.Outlook.UNKNOWN)) {
            return "There is not enough history to say what runs out.";
        }
        Report.Resource first = capacity.getFirst();
        return first.reachedAt() == null
                ? "Nothing runs out within two years, as far as can be told."
                : "First to run out: " + first.measure().title() + ", " + when(first) + ".";
    }

    /// When it is at its limit, or why that is not known.
    static String when(Report.Resource resource) {
        return switch (resource.outlook()) {
            case REACHED -> "now";
            case RISES ->
                resource.limit() == null
                        ? "no alert is about it"
                        : resource.reachedAt() == null
                                ? "not within two years"
                                : "about " + DAY.format(resource.reachedAt());
            case STEADY -> "does not grow";
            case UNKNOWN -> "not enough history";
        };
    }

    static String value(Measure measure, @Nullable Double value) {
        return value == null ? NONE : measure.unit().format(value);
    }

    static String percent(@Nullable Double share) {
        return share == null ? NONE : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    static String change(@Nullable Double change) {
        return change == null ? NONE : String.format(Locale.ROOT, "%+.0f%%", 100 * change);
    }

    static String perDay(Report.Resource resource) {
        return resource.perDay() == null || resource.perDay() == 0
                ? NONE
                : "+" + resource.measure().unit().format(resource.perDay());
    }

    static String verdict(Report.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String time(Instant at) {
        return MINUTE.format(at);
    }

    /// From its firing on.
    static String after(PastIncident incident, @Nullable Instant end, String none) {
        return end == null
                ? none
                : seconds(Duration.between(incident.firedAt(), end).toMillis() / 1_000.0);
    }

    static String seconds(double seconds) {
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.0f s", seconds);
        }
        return seconds < 7_200
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
    }
}
