package io.mailblast.monitoring;

import io.mailblast.db.Database;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpMetrics.Concern;
import io.mailblast.monitoring.InstallationFigures.Snapshot;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Where each signal of an API's process comes from.
public final class InstallationSignals {

    /// Below so many mails a rate of bounces is chance.
    private static final int LEAST_MAILS = 100;

    private static final int LEAST_MAILS_FOR_COMPLAINTS = 1_000;
    private static final int LEAST_ATTEMPTS = 20;

    private final Signals signals;
    private final MeterRegistry registry;
    private final double timeScale;

    /// @param timeScale shortens windows
    public InstallationSignals(Signals signals, MeterRegistry registry, double timeScale) {
        this.signals = signals;
        this.registry = registry;
        this.timeScale = timeScale;
    }

    public InstallationSignals requests(HttpMetrics http) {
        Window errors = window(http::errors, http::requests, Duration.ofMinutes(1));
        Window suspicious = window(() -> sum("mailblast.security.suspicious"), () -> 0, Duration.ofMinutes(1));
        Window unrecorded = window(() -> sum("mailblast.tracking.unrecorded"), () -> 0, Duration.ofMinutes(5));
        signals.add(Signal.API_P95, () -> seconds(http.latencies(Concern.API).p95()))
                .add(
                        Signal.TRACKING_P95,
                        () -> seconds(http.latencies(Concern.TRACKING).p95()))
                .add(
                        Signal.TRACKING_P99,
                        () -> seconds(http.latencies(Concern.TRACKING).p99()))
                .add(
                        Signal.ANALYTICS_P95,
                        () -> seconds(http.latencies(Concern.ANALYTICS).p95()))
                .add(Signal.ERROR_RATE, () -> errors.ratio(1))
                .add(Signal.MALFORMED_REQUESTS, suspicious::perSecond)
                .add(Signal.EVENTS_UNRECORDED, unrecorded::growth);
        return this;
    }

    public InstallationSignals sending(InstallationFigures figures) {
        Window bounces =
                window(of(figures, Snapshot::bounced), of(figures, now -> now.delivered() + now.bounced()), hour());
        Window complaints = window(of(figures, Snapshot::complained), of(figures, Snapshot::delivered), hour());
        Window throttles = window(
                of(figures, now -> now.trouble().throttles()),
                of(figures, now -> now.trouble().throttles() + now.trouble().opened()),
                Duration.ofMinutes(5));
        Stall stall = new Stall(System::nanoTime);
        signals.add(Signal.QUEUE_BACKLOG, known(figures, Snapshot::backlog))
                .add(
                        Signal.QUEUE_STALLED,
                        known(
                                figures,
                                now -> stall.seconds(
                                        now.trouble().opened(), now.trouble().couldGo())))
                .add(Signal.WORKER_THROUGHPUT, known(figures, now -> now.backlog() > 0 ? now.throughput() : Double.NaN))
                .add(Signal.WORKER_CPU, known(figures, now -> none(now.workers(), now.workerCpuPercent() / 100)))
                .add(Signal.WORKER_MEMORY, known(figures, now -> none(now.workers(), now.workerMemoryMb() * (1 << 20))))
                .add(Signal.BOUNCE_RATE, () -> bounces.ratio(LEAST_MAILS))
                .add(Signal.COMPLAINT_RATE, () -> complaints.ratio(LEAST_MAILS_FOR_COMPLAINTS))
                .add(Signal.PROVIDER_THROTTLED, () -> throttles.ratio(Math.max(4, LEAST_ATTEMPTS * timeScale)))
                .add(
                        Signal.PROVIDER_REFUSES,
                        known(figures, now -> now.trouble().refused() ? 1 : 0))
                .add(Signal.IN_DOUBT, known(figures, now -> now.trouble().inDoubt()))
                .add(Signal.SENDING_HELD, known(figures, now -> now.trouble().held() ? 1 : 0))
                .add(Signal.DATABASE_DOWN, () -> figures.databaseUp() ? 0 : 1);
        return this;
    }

    /// @param seen how long an end of a process that nobody ordered is seen, so that no evaluation misses it
    public InstallationSignals workers(SupervisorFile supervisor, InstallationFigures figures, Duration seen) {
        signals.add(
                        Signal.WORKERS_MISSING,
                        () -> supervisor.exitsWithin(seen)
                                + (figures.isKnown()
                                        ? figures.current().trouble().silentWorkers()
                                        : 0))
                .add(Signal.API_EXITS, () -> supervisor.apiExitsWithin(seen))
                .add(Signal.WORKER_RESTARTS, supervisor::restartsLastHour);
        return this;
    }

    public InstallationSignals database(Database database, SlowStatements slow, InstallationFigures figures) {
        signals.add(Signal.DB_POOL, () -> (double) database.inUse() / database.capacity())
                .add(Signal.SLOW_QUERY, whileUp(figures, slow::seconds));
        return this;
    }

    public InstallationSignals host(Host host) {
        GcPauses pauses = new GcPauses(scaled(Duration.ofMinutes(1)));
        signals.add(Signal.GC_PAUSE, pauses::longestSeconds);
        signals.add(Signal.CPU, host::cpu)
                .add(Signal.MEMORY, host::memory)
                .add(Signal.DISK_IOPS, host::iops)
                .add(Signal.DISK_USED, host::diskUsed);
        return this;
    }

    /// What only history knows.
    ///
    /// @param uptime of the last 30 days, 0 to 1
    /// @param latest the highest newest value of a series, of all processes
    public InstallationSignals past(
            DoubleSupplier uptime, Function<String, Optional<Double>> latest, InstallationFigures figures) {
        signals.add(Signal.UPTIME, whileUp(figures, uptime))
                .add(
                        Signal.MEMORY_GROWTH,
                        whileUp(
                                figures,
                                () -> latest.apply(ProcessReadings.MEMORY_GROWTH)
                                        .orElse(Double.NaN)));
        return this;
    }

    /// A database that is away is waited for once in a sample, not by each of its questions.
    private static DoubleSupplier whileUp(InstallationFigures figures, DoubleSupplier source) {
        return () -> figures.databaseUp() ? source.getAsDouble() : Double.NaN;
    }

    private Window window(DoubleSupplier part, DoubleSupplier whole, Duration length) {
        return new Window(part, whole, scaled(length), System::nanoTime);
    }

    private Duration scaled(Duration length) {
        return Duration.ofMillis(Math.round(length.toMillis() * timeScale));
    }

    private static Duration hour() {
        return Duration.ofHours(1);
    }

    private double sum(String counters) {
        return registry.find(counters).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static DoubleSupplier of(InstallationFigures figures, ToDoubleFunction<Snapshot> value) {
        return () -> value.applyAsDouble(figures.current());
    }

    /// Nothing is known of the installation while its database is away, or busy with something else.
    private static DoubleSupplier known(InstallationFigures figures, ToDoubleFunction<Snapshot> value) {
        return () -> figures.isKnown() ? value.applyAsDouble(figures.current()) : Double.NaN;
    }

    private static double none(int workers, double value) {
        return workers == 0 ? Double.NaN : value;
    }

    /// A percentile of nothing is 0, and no value.
    private static double seconds(double milliseconds) {
        return milliseconds <= 0 ? Double.NaN : milliseconds / 1_000;
    }
}
