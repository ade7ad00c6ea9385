package io.mailblast.monitoring;

import com.sun.management.OperatingSystemMXBean;
import io.mailblast.db.Database;
import io.mailblast.db.PoolWaits;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What every process measures of itself, and what the figures of the whole installation, which each API process
/// tells of, are called for Prometheus: `mailblast_installation_…`, so that nobody adds them up over nodes.
public final class Meters implements AutoCloseable {

    private static final Duration LEAK_WINDOW = Duration.ofHours(4);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final HeapTrend trend;

    /// A registry with the JVM, the process and the build in it.
    ///
    /// @param version of this MailBlast
    /// @param role such as `api` or `worker`
    /// @param timeScale shortens windows
    public Meters(String version, String role, double timeScale) {
        // Prometheus counts time in seconds; ours is below.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        // Its name is that of a histogram's part; `mailblast_host_cpu_ratio` has one for each core.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        collections.bindTo(registry);
        VirtualThreads.bind(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        ProcessMemory.bind(registry);
        FunctionCounter.builder("process.cpu", Meters.class, _ -> cpuSeconds())
                .description("CPU time of this process")
                .baseUnit("seconds")
                .register(registry);
        this.trend = new HeapTrend(
                this::liveBytes, Duration.ofMillis(Math.round(LEAK_WINDOW.toMillis() * timeScale)), System::nanoTime);
        Gauge.builder("mailblast.build.info", () -> 1)
                .description("What runs here; always 1")
                .tag("version", version)
                .tag("role", role)
                .tag("java", System.getProperty("java.version"))
                .register(registry);
    }

    /// How much the memory that outlives collections grew in the last 4 hours, where it is a trend: 0.05 is 5%. Not a
    /// number while that cannot be known. Asked by one thread.
    public double memoryGrowth() {
        return trend.growth();
    }

    private double liveBytes() {
        Gauge live = registry.find("jvm.gc.live.data.size").gauge();
        return live == null ? 0 : live.value();
    }

    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /// `mailblast_database_connections{state=…}`: the pool of this process.
    public Meters pool(Database database) {
        pool("in_use", database, Database::inUse);
        pool("waiting", database, Database::waiting);
        pool("capacity", database, Database::capacity);
        FunctionTimer.builder(
                        "mailblast.database.wait",
                        database.waits(),
                        PoolWaits::count,
                        PoolWaits::totalNanos,
                        TimeUnit.NANOSECONDS)
                .description("How long whoever wanted a connection waited for it")
                .register(registry);
        FunctionCounter.builder("mailblast.database.wait.timeouts", database.waits(), PoolWaits::timeouts)
                .description("Those that waited for a connection and got none")
                .register(registry);
        return this;
    }

    /// What the database says of the installation.
    public Meters figures(InstallationFigures figures) {
        Gauge.builder("mailblast.database.up", figures, it -> it.databaseUp() ? 1 : 0)
                .description("Whether the database answered when it was last asked")
                .register(registry);
        gauge("mailblast.installation.queue.backlog", "Mails that are overdue", figures, now -> now.backlog());
        gauge("mailblast.installation.queue.depth", "Mails that wait, overdue or not", figures, now -> now.depth());
        gauge(
                "mailblast.installation.queue.oldest.seconds",
                "How long ago the oldest of the mails that wait was queued",
                figures,
                now -> now.oldestSeconds());
        gauge("mailblast.installation.workers", "Workers that are alive", figures, now -> now.workers());
        gauge(
                "mailblast.installation.workers.mails.per.minute",
                "Mails per minute of all live workers",
                figures,
                now -> now.throughput());
        gauge(
                "mailblast.installation.workers.cpu.percent",
                "CPU of the busiest live worker",
                figures,
                now -> now.workerCpuPercent());
        gauge(
                "mailblast.installation.workers.memory.bytes",
                "Memory of the largest live worker",
                figures,
                now -> now.workerMemoryMb() * (1 << 20));
        counter("mailblast.installation.emails.sent", "Mails that a provider accepted", figures, now -> now.sent());
        counter(
                "mailblast.installation.emails.delivered",
                "Mails that were delivered",
                figures,
                now -> now.delivered());
        counter("mailblast.installation.emails.bounced", "Mails that bounced", figures, now -> now.bounced());
        counter("mailblast.installation.opens.tracked", "Opens, human and machine", figures, now -> now.opened());
        counter("mailblast.installation.clicks.tracked", "Clicks, human and machine", figures, now -> now.clicked());
        return this;
    }

    /// How often a supervised worker had to be started again.
    public Meters supervisor(SupervisorFile supervisor) {
        FunctionCounter.builder("mailblast.worker.restarts", supervisor, SupervisorFile::restarts)
                .description("Workers that ended without being told to, and were started again")
                .register(registry);
        Gauge.builder("mailblast.worker.restarts.last.hour", supervisor, SupervisorFile::restartsLastHour)
                .description("The same, of the last hour")
                .register(registry);
        Gauge.builder(
                        "mailblast.worker.crash.loop",
                        supervisor,
                        it -> it.crashLoop().isPresent() ? 1 : 0)
                .description("Whether workers keep dying")
                .register(registry);
        return this;
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void pool(String state, Database database, ToDoubleFunction<Database> value) {
        Gauge.builder("mailblast.database.connections", database, value)
                .description("The pool of this process: in use, capacity, and threads that wait")
                .tag("state", state)
                .register(registry);
    }

    private void gauge(
            String name,
            String description,
            InstallationFigures figures,
            ToDoubleFunction<InstallationFigures.Snapshot> value) {
        Gauge.builder(name, figures, it -> value.applyAsDouble(it.current()))
                .description(description)
                .register(registry);
    }

    private void counter(
            String name,
            String description,
            InstallationFigures figures,
            ToDoubleFunction<InstallationFigures.Snapshot> value) {
        FunctionCounter.builder(name, figures, it -> value.applyAsDouble(it.current()))
                .description(description)
                .register((MeterRegistry) registry);
    }
}
