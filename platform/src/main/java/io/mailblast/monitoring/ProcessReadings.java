package io.mailblast.monitoring;

import io.mailblast.db.Database;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpMetrics.Concern;
import io.mailblast.monitoring.InstallationFigures.Snapshot;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/// Which readings history keeps of every process, and which of an API's.
public final class ProcessReadings {

    /// The series that the signal of a leak looks for, of all processes.
    static final String MEMORY_GROWTH = "memory_growth_ratio";

    private ProcessReadings() {}

    /// Of the machine, the JVM and the pool of any role.
    public static Readings of(Meters meters, Host host, Database database) {
        Readings readings = new Readings(meters.registry())
                .value("host_cpu_ratio", host::cpu)
                .value("host_memory_ratio", host::memory)
                .value("host_disk_used_ratio", host::diskUsed)
                .value("host_disk_iops_per_second", host::iops)
                .value("host_disk_latency_seconds", host::diskLatencySeconds)
                .gauge("process_cpu_ratio", "process.cpu.usage")
                .gauge("process_resident_bytes", "process.resident.memory")
                .gauge("process_open_files", "process.files.open")
                .gauge("process_uptime_seconds", "process.uptime")
                .gauge("heap_used_bytes", "mailblast.jvm.heap.used")
                .gauge("heap_live_bytes", "jvm.gc.live.data.size")
                .gauge("threads", "jvm.threads.live")
                .value(MEMORY_GROWTH, meters::memoryGrowth)
                .rateOf("gc_pauses_per_second", "jvm.gc.pause")
                .rateOf("allocated_bytes_per_second", "jvm.gc.memory.allocated")
                .gauge("virtual_threads_queued", VirtualThreads.QUEUED)
                .value("db_pool_in_use", database::inUse)
                .value("db_pool_waiting", database::waiting)
                .rate("db_pool_wait_seconds_per_second", () -> database.waits().totalNanos() / 1e9);
        for (int core = 0; core < host.cores(); core++) {
            int each = core;
            readings.value("host_core_" + core + "_ratio", () -> host.core(each));
        }
        return readings;
    }

    /// Of an API, beside those of any role.
    public static Readings ofApi(
            Readings readings, HttpMetrics http, InstallationFigures figures, DatabaseFigures postgres) {
        for (Concern concern : Concern.values()) {
            String name = concern.name().toLowerCase(Locale.ROOT);
            readings.value(
                            name + "_p50_seconds",
                            () -> seconds(http.latencies(concern).p50()))
                    .value(
                            name + "_p95_seconds",
                            () -> seconds(http.latencies(concern).p95()))
                    .value(
                            name + "_p99_seconds",
                            () -> seconds(http.latencies(concern).p99()));
        }
        return readings.rate("requests_per_second", http::requests)
                .rate("errors_per_second", http::errors)
                .rateOf("opens_per_second", "mailblast.tracking.opens")
                .rateOf("clicks_per_second", "mailblast.tracking.clicks")
                .rateOf("events_ingested_per_second", "mailblast.events.ingested")
                .gauge("event_log_bytes", "mailblast.event.log.size")
                .gauge("event_lag_bytes", "mailblast.events.lag")
                .rate("mails_sent_per_second", known(figures, Snapshot::sent))
                .rate("mails_delivered_per_second", known(figures, Snapshot::delivered))
                .rate("mails_bounced_per_second", known(figures, Snapshot::bounced))
                .value("queue_depth", known(figures, Snapshot::depth))
                .value("queue_oldest_seconds", known(figures, Snapshot::oldestSeconds))
                .value("workers", known(figures, Snapshot::workers))
                .value("mails_per_minute", known(figures, Snapshot::throughput))
                .value("postgres_size_bytes", () -> postgres.current().sizeBytes())
                .value("postgres_connections", () -> postgres.current().connections())
                .value("postgres_locks_waiting", () -> postgres.current().waiting())
                .value("postgres_dead_rows", () -> postgres.current().deadRows())
                .value(
                        "postgres_replication_lag_seconds",
                        () -> postgres.current().replicaLagSeconds())
                .rate("postgres_deadlocks_per_second", () -> postgres.current().deadlocks())
                .rate("postgres_commits_per_second", () -> postgres.current().commits());
    }

    private static DoubleSupplier known(InstallationFigures figures, ToDoubleFunction<Snapshot> value) {
        return () -> figures.isKnown() ? value.applyAsDouble(figures.current()) : Double.NaN;
    }

    /// A percentile of nothing is 0, and no value.
    private static double seconds(double milliseconds) {
        return milliseconds <= 0 ? Double.NaN : milliseconds / 1_000;
    }
}
