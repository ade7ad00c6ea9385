package io.mailblast.alerting;

import io.mailblast.monitoring.Signal;
import java.util.List;
import java.util.Optional;

/// What the Grafana dashboards show, row by row. Figures of the installation are the same on each of its nodes, so the
/// highest is taken; what a node measures of itself is shown by node.
final class GrafanaPanels {

    /// @param uid by which links find it
    record Dashboard(String uid, String title, List<Row> rows) {}

    record Row(String title, List<Panel> panels) {}

    /// @param unit as Grafana spells it
    /// @param signal whose alerts' limits are drawn
    record Panel(String title, String unit, Optional<Signal> signal, List<Query> queries) {}

    /// @param legend a template over labels
    record Query(String promql, String legend) {}

    static final Dashboard INSTALLATION = new Dashboard(
            "mailblast-installation",
            "MailBlast installation",
            List.of(
                    new Row(
                            "Now",
                            List.of(
                                    panel(
                                            "Alerts firing",
                                            "short",
                                            query(
                                                    "sum by (severity) (ALERTS{alertstate=\"firing\",alertname!=\"Watchdog\"})",
                                                    "{{severity}}")),
                                    signal("Uptime of 30 days", "percentunit", Signal.UPTIME),
                                    panel("Workers", "short", query("max(mailblast_installation_workers)", "alive")),
                                    panel(
                                            "Nodes",
                                            "short",
                                            query("count by (role) (mailblast_build_info)", "{{role}}")))),
                    new Row(
                            "Sending",
                            List.of(
                                    panel(
                                            "Mails a minute",
                                            "short",
                                            query(
                                                    "max(mailblast_installation_workers_mails_per_minute)",
                                                    "all workers")),
                                    panel(
                                            "Queue",
                                            "short",
                                            query("max(mailblast_installation_queue_depth)", "waiting"),
                                            query("max(mailblast_installation_queue_backlog)", "overdue")),
                                    panel(
                                            "Outcomes a second",
                                            "short",
                                            query("max(rate(mailblast_installation_emails_sent_total[5m]))", "sent"),
                                            query(
                                                    "max(rate(mailblast_installation_emails_delivered_total[5m]))",
                                                    "delivered"),
                                            query(
                                                    "max(rate(mailblast_installation_emails_bounced_total[5m]))",
                                                    "bounced")),
                                    signal("Queue backlog", "short", Signal.QUEUE_BACKLOG),
                                    signal("Bounce rate", "percentunit", Signal.BOUNCE_RATE),
                                    signal("Complaint rate", "percentunit", Signal.COMPLAINT_RATE),
                                    signal("In doubt", "short", Signal.IN_DOUBT),
                                    signal("Put off by the provider", "percentunit", Signal.PROVIDER_THROTTLED),
                                    signal("Refused by the provider", "short", Signal.PROVIDER_REFUSES))),
                    new Row(
                            "Requests",
                            List.of(
                                    signal("API, 95th percentile", "s", Signal.API_P95),
                                    signal("Tracking, 99th percentile", "s", Signal.TRACKING_P99),
                                    signal("Analytics, 95th percentile", "s", Signal.ANALYTICS_P95),
                                    signal("Errors", "percentunit", Signal.ERROR_RATE),
                                    panel(
                                            "Opens and clicks a second",
                                            "short",
                                            query("sum(rate(mailblast_tracking_opens_total[5m]))", "opens"),
                                            query("sum(rate(mailblast_tracking_clicks_total[5m]))", "clicks")),
                                    signal("Malformed or forged a second", "short", Signal.MALFORMED_REQUESTS),
                                    signal("Ingest lag", "s", Signal.INGEST_LAG),
                                    panel(
                                            "Requests a second by route",
                                            "short",
                                            query(
                                                    "sum by (route) (rate(mailblast_http_requests_seconds_count[5m]))",
                                                    "{{route}}")))),
                    new Row(
                            "Database",
                            List.of(
                                    signal("Slowest statement", "s", Signal.SLOW_QUERY),
                                    signal("Fullest pool", "percentunit", Signal.DB_POOL),
                                    panel(
                                            "Size",
                                            "bytes",
                                            query("max(mailblast_postgres_size_bytes)", "database"),
                                            query(
                                                    "topk(5, max by (table) (mailblast_postgres_table_size_bytes))",
                                                    "{{table}}")),
                                    panel(
                                            "Dead rows",
                                            "short",
                                            query(
                                                    "topk(5, max by (table) (mailblast_postgres_table_dead_rows))",
                                                    "{{table}}")),
                                    panel(
                                            "Locks that are waited for",
                                            "short",
                                            query("max(mailblast_postgres_locks_waiting)", "waiting")),
                                    panel(
                                            "Transactions a second",
                                            "short",
                                            query("max(rate(mailblast_postgres_commits_total[5m]))", "committed"),
                                            query("max(rate(mailblast_postgres_rollbacks_total[5m]))", "rolled back"),
                                            query("max(rate(mailblast_postgres_deadlocks_total[5m]))", "deadlocks")),
                                    panel(
                                            "Replication lag",
                                            "s",
                                            query(
                                                    "max(mailblast_postgres_replication_lag_seconds)",
                                                    "slowest replica"))))));

    static final Dashboard PROCESSES = new Dashboard(
            "mailblast-processes",
            "MailBlast processes",
            List.of(
                    new Row(
                            "Machine",
                            List.of(
                                    panel(
                                            "Cores",
                                            "percentunit",
                                            query("mailblast_host_cpu_ratio", "{{instance}} core {{core}}")),
                                    signal("Memory", "percentunit", Signal.MEMORY),
                                    signal("Disk operations a second", "short", Signal.DISK_IOPS),
                                    panel(
                                            "Disk latency",
                                            "s",
                                            query("mailblast_host_disk_latency_seconds", "{{instance}}")),
                                    signal("Disk in use", "percentunit", Signal.DISK_USED))),
                    new Row(
                            "Processes",
                            List.of(
                                    panel(
                                            "Processes",
                                            "short",
                                            query("mailblast_processes", "{{instance}} {{process}}")),
                                    panel(
                                            "Cores in use",
                                            "short",
                                            query("mailblast_processes_cpu_cores", "{{instance}} {{process}}")),
                                    panel(
                                            "Memory",
                                            "bytes",
                                            query("mailblast_processes_resident_bytes", "{{instance}} {{process}}")),
                                    signal("Workers started again", "short", Signal.WORKER_RESTARTS),
                                    panel("Uptime", "s", query("process_uptime_seconds", "{{instance}}")),
                                    panel("Open files", "short", query("process_files_open_files", "{{instance}}")))),
                    new Row(
                            "JVM",
                            List.of(
                                    panel(
                                            "Heap that outlives collections",
                                            "bytes",
                                            query("jvm_gc_live_data_size_bytes", "{{instance}}")),
                                    panel(
                                            "Heap in use",
                                            "bytes",
                                            query("mailblast_jvm_heap_used_bytes", "{{instance}}")),
                                    signal("Longest pause", "s", Signal.GC_PAUSE),
                                    panel(
                                            "Time in pauses",
                                            "percentunit",
                                            query(
                                                    "sum by (instance) (rate(jvm_gc_pause_seconds_sum[5m]))",
                                                    "{{instance}}")),
                                    panel(
                                            "Allocated a second",
                                            "bytes",
                                            query("rate(jvm_gc_memory_allocated_bytes_total[5m])", "{{instance}}")),
                                    panel("Threads", "short", query("jvm_threads_live_threads", "{{instance}}")),
                                    panel(
                                            "Virtual threads that wait for a carrier",
                                            "short",
                                            query("jvm_threads_virtual_queued", "{{instance}}")))),
                    new Row(
                            "Requests",
                            List.of(
                                    panel(
                                            "95th percentile by route",
                                            "s",
                                            query(
                                                    "histogram_quantile(0.95, sum by (le, route) (rate(mailblast_http_requests_seconds_bucket[5m])))",
                                                    "{{route}}")),
                                    panel(
                                            "Errors a second",
                                            "short",
                                            query(
                                                    "sum by (instance, route) (rate(mailblast_http_requests_seconds_count{status=\"5xx\"}[5m]))",
                                                    "{{instance}} {{route}}")),
                                    panel(
                                            "Connections of the pool",
                                            "short",
                                            query("mailblast_database_connections", "{{instance}} {{state}}")))),
                    new Row(
                            "Event log",
                            List.of(
                                    panel(
                                            "Flush, mean",
                                            "s",
                                            query(
                                                    "rate(mailblast_event_log_flush_seconds_sum[5m]) / rate(mailblast_event_log_flush_seconds_count[5m])",
                                                    "{{instance}}")),
                                    panel(
                                            "Events a flush",
                                            "short",
                                            query(
                                                    "rate(mailblast_event_log_batch_sum[5m]) / rate(mailblast_event_log_batch_count[5m])",
                                                    "{{instance}}")),
                                    panel("Size", "bytes", query("mailblast_event_log_size_bytes", "{{instance}}")),
                                    panel(
                                            "Not ingested yet",
                                            "bytes",
                                            query("mailblast_events_lag_bytes", "{{instance}}"))))));

    private GrafanaPanels() {}

    private static Panel panel(String title, String unit, Query... queries) {
        return new Panel(title, unit, Optional.empty(), List.of(queries));
    }

    private static Panel signal(String title, String unit, Signal signal) {
        String aggregate = "max(" + signal.metric() + ")";
        return new Panel(title, unit, Optional.of(signal), List.of(query(aggregate, "")));
    }

    private static Query query(String promql, String legend) {
        return new Query(promql, legend);
    }
}
