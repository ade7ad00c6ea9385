package io.mailblast.monitoring;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What alerts compare: one number each, that MailBlast works out itself and exports as the gauge
/// `mailblast_signal_<spelling>`, so that a rule is the same comparison wherever it is evaluated.
///
/// A signal that cannot be known has no value. That is not zero: nothing is compared with it, and nothing fires.
/// Windows named here are shortened by `time_scale`.
public enum Signal {
    API_P95(Unit.SECONDS, "95th percentile of all API requests of the last 5 minutes, tracking aside"),
    TRACKING_P95(Unit.SECONDS, "95th percentile of opens and clicks of the last 5 minutes"),
    TRACKING_P99(Unit.SECONDS, "99th percentile of opens and clicks of the last 5 minutes"),
    ANALYTICS_P95(Unit.SECONDS, "95th percentile of analytics requests of the last 5 minutes"),
    ERROR_RATE(Unit.RATIO, "Requests of the last minute that were answered with a 5xx, of all of them"),
    QUEUE_BACKLOG(Unit.COUNT, "Mails that are overdue"),
    QUEUE_STALLED(Unit.SECONDS, "For how long no mail was begun though some could be"),
    WORKER_THROUGHPUT(Unit.PER_MINUTE, "Mails per minute of all workers, while there is a backlog"),
    WORKERS_MISSING(
            Unit.COUNT,
            "Workers that ended without being told to, within the last two evaluations, or have been silent since, "
                    + "at most a day"),
    API_EXITS(Unit.COUNT, "API processes that ended without being told to, within the last two evaluations"),
    WORKER_RESTARTS(Unit.COUNT, "Workers that were started again in the last hour"),
    WORKER_CPU(Unit.RATIO, "CPU of the busiest worker, of the cores that it may use"),
    WORKER_MEMORY(Unit.BYTES, "Resident memory of the largest worker"),
    BOUNCE_RATE(Unit.RATIO, "Mails that bounced of those delivered or bounced, of the last hour, from 100 mails on"),
    COMPLAINT_RATE(Unit.RATIO, "Complaints of the last hour, of the mails delivered in it, from 1,000 mails on"),
    PROVIDER_THROTTLED(Unit.RATIO, "Attempts of the last 5 minutes that a provider put off because of their rate"),
    PROVIDER_REFUSES(
            Unit.COUNT,
            "1 while a provider takes no mails of an account: it is paused or suspended, or its credentials or settings "
                    + "are refused"),
    IN_DOUBT(Unit.COUNT, "Messages of which nobody knows whether they were sent"),
    SENDING_HELD(Unit.COUNT, "1 while all sending is held back until a person releases it"),
    DATABASE_DOWN(Unit.COUNT, "1 while PostgreSQL does not answer"),
    DB_POOL(Unit.RATIO, "Connections in use, of those that the fullest pool may have"),
    SLOW_QUERY(Unit.SECONDS, "The slowest statement of the last minute"),
    INGEST_LAG(Unit.SECONDS, "Age of the oldest event that is in the log and not in the database"),
    EVENTS_UNRECORDED(Unit.COUNT, "Opens and clicks of the last 5 minutes that could not be recorded"),
    MALFORMED_REQUESTS(Unit.PER_SECOND, "Malformed or forged requests a second, of the last minute"),
    CPU(Unit.RATIO, "CPU of the host, or of the cgroup that limits it"),
    MEMORY(Unit.RATIO, "Memory in use of the host, or of the cgroup that limits it"),
    DISK_IOPS(Unit.PER_SECOND, "Reads and writes a second of the busiest disk"),
    DISK_USED(Unit.RATIO, "Space in use where the home lies"),
    GC_PAUSE(Unit.SECONDS, "The longest pause of a garbage collection in the last minute"),
    MEMORY_GROWTH(
            Unit.RATIO,
            "Growth within 4 hours of the memory that outlives garbage collections, of the process that grows most, "
                    + "where it is a trend and 32 MB or more"),
    UPTIME(
            Unit.RATIO,
            "For which part of the last 30 days MailBlast was up, ordered stops aside; from the first hour on"),
    NOTIFICATIONS_FAILING(Unit.COUNT, "Receivers that did not take the last notification"),
    WATCHDOG(Unit.COUNT, "Always 1: that an alert on it is not heard of is the alarm");

    private final Unit unit;
    private final String description;

    Signal(Unit unit, String description) {
        this.unit = unit;
        this.description = description;
    }

    /// What a value counts; values are always in the base unit.
    public enum Unit {
        SECONDS("_seconds"),
        RATIO("_ratio"),
        BYTES("_bytes"),
        COUNT(""),
        PER_SECOND("_per_second"),
        PER_MINUTE("_per_minute");

        private final String suffix;

        Unit(String suffix) {
            this.suffix = suffix;
        }

        /// A value as people read it: `2.30 s`, `97.0%`, `4.1 GB`, `5,123`, `412/min`.
        public String format(double value) {
            return switch (this) {
                case SECONDS ->
                    value < 120
                            ? String.format(Locale.ROOT, "%.2f s", value)
                            : String.format(Locale.ROOT, "%,.0f min", value / 60);
                case RATIO -> String.format(Locale.ROOT, value < 0.1 ? "%.2f%%" : "%.1f%%", value * 100);
                case BYTES ->
                    value < 1e9
                            ? String.format(Locale.ROOT, "%.0f MB", value / 1e6)
                            : String.format(Locale.ROOT, "%.1f GB", value / 1e9);
                case COUNT -> String.format(Locale.ROOT, "%,.0f", value);
                case PER_SECOND -> String.format(Locale.ROOT, "%,.0f/s", value);
                case PER_MINUTE -> String.format(Locale.ROOT, "%,.0f/min", value);
            };
        }
    }

    public Unit unit() {
        return unit;
    }

    public String description() {
        return description;
    }

    /// As `alerts.yaml` and Prometheus write it, with its unit: `api_p95_seconds`.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT) + unit.suffix;
    }

    /// The gauge's name in Prometheus: `mailblast_signal_api_p95_seconds`.
    public String metric() {
        return "mailblast_signal_" + spelling();
    }

    public static Optional<Signal> of(String spelling) {
        return Arrays.stream(values())
                .filter(signal -> signal.spelling().equals(spelling))
                .findFirst();
    }
}
