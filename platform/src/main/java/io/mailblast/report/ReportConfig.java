package io.mailblast.report;

import io.mailblast.alerting.Digests;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Keys `reports.*` of the configuration: which reports go to whom by themselves.
///
/// @param sendTo receivers of `alerting.*` that reports are sent to: `email`, `slack`, `webhook`; none for no reports
/// @param send which of them: `daily`, `weekly` (on Mondays), `monthly` (on the first)
/// @param at when, a time of day in UTC such as `06:00`
public record ReportConfig(List<String> sendTo, List<String> send, String at) {

    public static final ReportConfig DEFAULTS =
            new ReportConfig(List.of(), List.of("daily", "weekly", "monthly"), "06:00");

    public ReportConfig {
        sendTo = List.copyOf(sendTo);
        send = List.copyOf(send);
        for (String each : sendTo) {
            if (!Digests.RECEIVERS.contains(each)) {
                throw new IllegalArgumentException("reports.send_to: " + each + ", allowed: "
                        + String.join(", ", new TreeSet<>(Digests.RECEIVERS)));
            }
        }
        for (String each : send) {
            if (Period.of(each).isEmpty()) {
                throw new IllegalArgumentException("reports.send: " + each + ", allowed: "
                        + Arrays.stream(Period.values()).map(Period::spelling).collect(Collectors.joining(", ")));
            }
        }
        time(at);
    }

    LocalTime time() {
        return time(at);
    }

    private static LocalTime time(String at) {
        try {
            return LocalTime.parse(at);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("reports.at: " + at + ", allowed: a time of day such as 06:00", e);
        }
    }

    List<Period> periods() {
        return send.stream().flatMap(each -> Period.of(each).stream()).toList();
    }
}
