package io.mailblast.report;

import io.mailblast.monitoring.Signal;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a report is about, each a series of history, with its target where it has one: those of the performance targets
/// that what happens in production can answer.
enum Measure {
    REQUESTS("Requests", "requests_per_second", Signal.Unit.PER_SECOND, Nodes.TOGETHER, null),
    API_P95("API, p95", Signal.API_P95, Target.below(0.150)),
    TRACKING_P95("Tracking, p95", Signal.TRACKING_P95, Target.below(0.050)),
    ANALYTICS_P95("Analytics, p95", Signal.ANALYTICS_P95, Target.below(0.500)),
    ERROR_RATE("Errors", Signal.ERROR_RATE, Target.below(0.001)),
    OPENS("Opens", "opens_per_second", Signal.Unit.PER_SECOND, Nodes.TOGETHER, null),
    CLICKS("Clicks", "clicks_per_second", Signal.Unit.PER_SECOND, Nodes.TOGETHER, null),
    MAILS("Mails sent", "mails_per_minute", Signal.Unit.PER_MINUTE, Nodes.HIGHEST, null),
    THROUGHPUT("Mails sent while there is a backlog", Signal.WORKER_THROUGHPUT, Target.atLeast(1_000)),
    BACKLOG("Overdue mails", Signal.QUEUE_BACKLOG, Target.below(1_000)),
    DB_POOL("Database connections in use", Signal.DB_POOL, Target.below(0.80)),
    WORKER_CPU("CPU of the busiest worker", Signal.WORKER_CPU, Target.below(0.70)),
    WORKER_MEMORY("Memory of the largest worker", Signal.WORKER_MEMORY, Target.below(2e9)),
    MEMORY_GROWTH("Growth of memory, where it is a trend", Signal.MEMORY_GROWTH, Target.atMost(0)),
    UPTIME("Uptime, of the last 30 days", Signal.UPTIME, Target.atLeast(0.999)),
    CPU("CPU of the machine", Signal.CPU, null),
    MEMORY("Memory in use of the machine", Signal.MEMORY, null),
    DISK_USED("Space in use of the disk", Signal.DISK_USED, null),
    DATABASE("Size of the database", "postgres_size_bytes", Signal.Unit.BYTES, Nodes.HIGHEST, null);

    private final String title;
    private final String series;
    private final Signal.Unit unit;
    private final Nodes nodes;
    private final Target.@Nullable Kind wanted;
    private final double limit;

    Measure(String title, String series, Signal.Unit unit, Nodes nodes, @Nullable Target target) {
        this.title = title;
        this.series = series;
        this.unit = unit;
        this.nodes = nodes;
        this.wanted = target == null ? null : target.kind();
        this.limit = target == null ? 0 : target.limit();
    }

    Measure(String title, Signal signal, @Nullable Target target) {
        this(title, signal.spelling(), signal.unit(), Nodes.HIGHEST, target);
    }

    /// How the values of several processes become one.
    enum Nodes {
        /// Each has its own part of it.
        TOGETHER,
        /// Each knows all of it, or the worst is what counts.
        HIGHEST
    }

    /// What is wanted of a value, in its base unit.
    record Target(Kind kind, double limit) {

        enum Kind {
            BELOW("< "),
            AT_MOST("≤ "),
            AT_LEAST("≥ ");

            private final String sign;

            Kind(String sign) {
                this.sign = sign;
            }
        }

        static Target below(double limit) {
            return new Target(Kind.BELOW, limit);
        }

        static Target atMost(double limit) {
            return new Target(Kind.AT_MOST, limit);
        }

        static Target atLeast(double limit) {
            return new Target(Kind.AT_LEAST, limit);
        }

        boolean isMet(double value) {
            return switch (kind) {
                case BELOW -> value < limit;
                case AT_MOST -> value <= limit;
                case AT_LEAST -> value >= limit;
            };
        }

        String text(Signal.Unit unit) {
            return kind.sign + unit.format(limit);
        }
    }

    String title() {
        return title;
    }

    String series() {
        return series;
    }

    Signal.Unit unit() {
        return unit;
    }

    Nodes nodes() {
        return nodes;
    }

    Optional<Target> target() {
        return Optional.ofNullable(wanted).map(kind -> new Target(kind, limit));
    }

    String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
