package io.mailblast.report;

import io.mailblast.alerting.PastIncidents.PastIncident;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One report. Values are in base units (seconds, shares, bytes, counts); what was not measured is null.
///
/// @param installation host and port of its console
/// @param from up to `to`, which is when it was made
/// @param trends every measure, against the period before
/// @param targets every measure that has one
/// @param capacity what can run out, the first one first
record Report(
        Period period,
        String installation,
        Instant from,
        Instant to,
        List<Trend> trends,
        List<TargetRow> targets,
        List<Resource> capacity,
        Incidents incidents) {

    Report {
        trends = List.copyOf(trends);
        targets = List.copyOf(targets);
        capacity = List.copyOf(capacity);
    }

    /// @param before the mean of the period before
    record Trend(
            Measure measure,
            @Nullable Double mean,
            @Nullable Double highest,
            @Nullable Double before,
            Line line) {

        /// Against the period before: 0.1 is a tenth more. Null where either is not known, or it was zero.
        @Nullable
        Double change() {
            return mean == null || before == null || before == 0 ? null : mean / before - 1;
        }
    }

    enum Verdict {
        MET,
        MISSED,
        NOT_MEASURED
    }

    /// @param actual the mean; of uptime the last value
    /// @param worst of all steps
    /// @param metShare of the steps that were measured, how many met it
    record TargetRow(
            Measure measure,
            Verdict verdict,
            @Nullable Double actual,
            @Nullable Double worst,
            @Nullable Double metShare) {}

    enum Outlook {
        /// It is at its limit.
        REACHED,
        /// It rises, and will be.
        RISES,
        /// It does not rise, as far as can be told.
        STEADY,
        /// It was not measured for long enough.
        UNKNOWN
    }

    /// @param now where the line through what was measured is; null where it was not measured
    /// @param limit at which it raises its worst alert; null where no alert is about it
    /// @param perDay by how much it grows in a day
    /// @param reachedAt when it will be at its limit; null where it does not rise, or not within two years
    /// @param days of history that this was seen in
    record Resource(
            Measure measure,
            Outlook outlook,
            @Nullable Double now,
            @Nullable Double limit,
            @Nullable Double perDay,
            @Nullable Instant reachedAt,
            double days) {}

    /// @param toAcknowledge the median, in seconds, of those that were
    /// @param toRecover the median, in seconds, of those that were resolved
    record Incidents(
            List<PastIncident> list,
            long critical,
            long warnings,
            long open,
            @Nullable Double toAcknowledge,
            @Nullable Double toRecover) {

        Incidents {
            list = List.copyOf(list);
        }
    }
}
