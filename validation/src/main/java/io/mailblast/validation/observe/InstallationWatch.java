package io.mailblast.validation.observe;

import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Series;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/// Looks at an installation once a second: its metrics become a [Timeline], and whether it is alive is counted.
public final class InstallationWatch implements AutoCloseable {

    private static final long EVERY_NS = 1_000_000_000L;

    /// Over which what is counted becomes a rate.
    private static final double WINDOW_S = 10;

    private static final double MB = 1 << 20;
    private static final String MISS = "result=\"miss\"";

    private final ApiClient api;
    private final Optional<ApiClient> worker;
    private final Optional<ProcessHandle> process;
    private final Timeline timeline;
    private final DoubleSupplier clock;
    private final Rate mails = new Rate();
    private final Rate rows = new Rate();
    private final Rate events = new Rate();
    private final Thread thread;
    private Optional<Prometheus> first = Optional.empty();
    private Optional<Prometheus> firstOfWorker = Optional.empty();
    private volatile Optional<Prometheus> last = Optional.empty();
    private double lastLiveBytes;
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong alive = new AtomicLong();
    private volatile boolean closed;

    /// What is counted, as a rate per minute over the last seconds.
    private static final class Rate {

        private final Deque<Timeline.Point> seen = new ArrayDeque<>();

        OptionalDouble perMinute(double second, double total) {
            seen.addLast(new Timeline.Point(second, total));
            while (seen.size() > 2 && second - seen.getFirst().second() > WINDOW_S) {
                seen.removeFirst();
            }
            Timeline.Point begin = seen.getFirst();
            return second - begin.second() < 1
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((total - begin.value()) / (second - begin.second()) * 60);
        }
    }

    /// Begins to look.
    ///
    /// @param worker at whose `/metrics` a worker's own are, where that is known
    /// @param process of the API, where it runs on this machine
    /// @param clock seconds since the run's begin
    public InstallationWatch(
            ApiClient api,
            Optional<ApiClient> worker,
            Optional<ProcessHandle> process,
            Timeline timeline,
            DoubleSupplier clock) {
        this.api = api;
        this.worker = worker;
        this.process = process;
        this.timeline = timeline;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("installation-watch").start(this::watch);
    }

    /// Share of looks that found it alive; empty before the first one.
    public OptionalDouble uptime() {
        // In this order: a look that ends meanwhile is one more of all, and never one more than all.
        long found = alive.get();
        long all = looks.get();
        return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) found / all);
    }

    public long looks() {
        return looks.get();
    }

    /// By how much a counter grew since the first look.
    public double grown(String counter) {
        Optional<Prometheus> from = first;
        return last.map(now -> now.sum(counter, "").orElse(0)
                        - from.map(then -> then.sum(counter, "").orElse(0)).orElse(0.0))
                .orElse(0.0);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        worker.ifPresent(ApiClient::close);
    }

    private void watch() {
        long nextNs = System.nanoTime();
        try {
            while (!closed) {
                look();
                nextNs = Math.max(nextNs + EVERY_NS, System.nanoTime());
                TimeUnit.NANOSECONDS.sleep(Math.max(0, nextNs - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            // Nobody wants to know any more.
        }
    }

    private void look() {
        try {
            Prometheus now = Prometheus.parse(api.text("/metrics"));
            if (closed) {
                return;
            }
            looks.incrementAndGet();
            alive.incrementAndGet();
            last = Optional.of(now);
            if (first.isEmpty()) {
                first = last;
            }
            take(now, clock.getAsDouble());
        } catch (CannotRunException e) {
            if (closed) {
                return;
            }
            looks.incrementAndGet();
        }
        worker.ifPresent(this::lookAtWorker);
    }

    private void lookAtWorker(ApiClient at) {
        try {
            Prometheus now = Prometheus.parse(at.text("/metrics"));
            if (firstOfWorker.isEmpty()) {
                firstOfWorker = Optional.of(now);
            }
            double second = clock.getAsDouble();
            ofWorker(Series.DEFERRED, second, now, "mailblast_provider_throttled_total", "");
            ofWorker(Series.RETRIES, second, now, "mailblast_delivery_seconds_count", "outcome=\"deferred\"");
        } catch (CannotRunException e) {
            // A worker that restarts is away for a moment; restarts are a series of their own.
        }
    }

    private void ofWorker(Series series, double second, Prometheus now, String counter, String label) {
        double before =
                firstOfWorker.flatMap(then -> boxed(then.sum(counter, label))).orElse(0.0);
        add(series, second, now.sum(counter, label), 1, before);
    }

    private void take(Prometheus now, double second) {
        add(Series.QUEUE_DEPTH, second, now.sum("mailblast_installation_queue_depth", ""), 1, 0);
        add(Series.QUEUE_BACKLOG, second, now.sum("mailblast_installation_queue_backlog", ""), 1, 0);
        add(Series.WORKER_CPU, second, now.sum("mailblast_installation_workers_cpu_percent", ""), 100, 0);
        add(Series.WORKER_MEMORY, second, now.sum("mailblast_installation_workers_memory_bytes", ""), MB, 0);
        add(Series.API_CPU, second, now.sum("process_cpu_usage", ""), 1, 0);
        add(Series.HOST_CPU, second, now.sum("system_cpu_usage", ""), 1, 0);
        add(Series.API_HEAP, second, now.sum("jvm_memory_used_bytes", "area=\"heap\""), MB, 0);
        now.sum("jvm_gc_live_data_size_bytes", "").ifPresent(bytes -> liveHeap(bytes, second));
        add(Series.THREADS, second, now.sum("jvm_threads_live_threads", ""), 1, 0);
        add(Series.FILE_HANDLES, second, now.sum("process_files_open_files", ""), 1, 0);
        add(Series.SLOWEST_QUERY, second, now.sum("mailblast_signal_slow_query_seconds", ""), 1, 0);
        add(Series.INGEST_LAG, second, now.sum("mailblast_signal_ingest_lag_seconds", ""), 1, 0);
        add(Series.GC_PAUSE, second, now.sum("mailblast_signal_gc_pause_seconds", ""), 1, 0);
        add(
                Series.RESTARTS,
                second,
                now.sum("mailblast_worker_restarts_total", ""),
                1,
                before("mailblast_worker_restarts_total", ""));
        add(
                Series.DEAD_EVENTS,
                second,
                now.sum("mailblast_events_dead_total", ""),
                1,
                before("mailblast_events_dead_total", ""));
        rate(Series.MAILS, mails, second, now.sum("mailblast_installation_emails_sent_total", ""));
        rate(Series.ROWS, rows, second, now.sum("mailblast_import_rows_total", ""));
        rate(Series.EVENTS, events, second, now.sum("mailblast_events_ingested_total", ""));
        pool(now, second);
        cache(Series.ANALYTICS_CACHE, now, second, "mailblast_analytics_cache_requests_total", "");
        cache(Series.TRACKING_CACHE, now, second, "cache_gets_total", "cache=\"user-agents\"");
        add(Series.LOCK_WAITS, second, now.sum("mailblast_postgres_locks_waiting", ""), 1, 0);
        String deadlocks = "mailblast_postgres_deadlocks_total";
        add(Series.DEADLOCKS, second, now.sum(deadlocks, ""), 1, before(deadlocks, ""));
        process.ifPresent(handle -> residentMb(handle).ifPresent(mb -> timeline.add(Series.API_MEMORY, second, mb)));
    }

    /// One value for each collection of what is old, and nothing before the first: the same value again says nothing
    /// more,
    /// and a trend is not more certain because somebody looked more often.
    private void liveHeap(double bytes, double second) {
        if (bytes > 0 && bytes != lastLiveBytes) {
            lastLiveBytes = bytes;
            timeline.add(Series.API_LIVE_HEAP, second, bytes / MB);
        }
    }

    private void pool(Prometheus now, double second) {
        OptionalDouble used = now.sum("mailblast_database_connections", "state=\"in_use\"");
        OptionalDouble capacity = now.sum("mailblast_database_connections", "state=\"capacity\"");
        if (used.isPresent() && capacity.orElse(0) > 0) {
            timeline.add(Series.DB_POOL, second, used.getAsDouble() / capacity.getAsDouble());
        }
    }

    /// @param labels of all requests to the cache
    private void cache(Series series, Prometheus now, double second, String counter, String labels) {
        double hits = hits(now, counter, labels)
                - first.map(then -> hits(then, counter, labels)).orElse(0.0);
        double all = now.sum(counter, labels).orElse(0) - before(counter, labels);
        if (all > 0) {
            timeline.add(series, second, hits / all);
        }
    }

    /// What is no miss; labels stand in the order of their names.
    private static double hits(Prometheus now, String counter, String labels) {
        double misses =
                now.sum(counter, labels.isEmpty() ? MISS : labels + "," + MISS).orElse(0);
        return now.sum(counter, labels).orElse(0) - misses;
    }

    private double before(String counter, String label) {
        return first.flatMap(then -> boxed(then.sum(counter, label))).orElse(0.0);
    }

    private void add(Series series, double second, OptionalDouble value, double unit, double before) {
        value.ifPresent(it -> timeline.add(series, second, (it - before) / unit));
    }

    private void rate(Series series, Rate rate, double second, OptionalDouble total) {
        total.ifPresent(
                it -> rate.perMinute(second, it).ifPresent(perMinute -> timeline.add(series, second, perMinute)));
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }

    /// `VmRSS` of proc_pid_status(5).
    private static OptionalDouble residentMb(ProcessHandle handle) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(handle.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return OptionalDouble.empty();
        }
    }
}
