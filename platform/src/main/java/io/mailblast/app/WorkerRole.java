package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.DeliveryConfig;
import io.mailblast.history.History;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpConfig;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpServer;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.monitoring.HealthRoutes;
import io.mailblast.monitoring.Host;
import io.mailblast.monitoring.InstallationFigures;
import io.mailblast.monitoring.Logging;
import io.mailblast.monitoring.Meters;
import io.mailblast.monitoring.MetricsRoutes;
import io.mailblast.monitoring.ProcessReadings;
import io.mailblast.monitoring.Processes;
import io.mailblast.sending.ReturnPath;
import io.mailblast.sending.Supervision;
import io.mailblast.sending.Worker;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A sending worker in a process of its own, with its own metrics and health on a port of its own.
final class WorkerRole implements AutoCloseable {

    private static final String TOKEN = "MAILBLAST_WORKER_TOKEN";
    private static final String PREDECESSORS = "MAILBLAST_WORKER_PREDECESSORS";

    private final Closing parts;
    private final Map<String, Object> ready;

    private WorkerRole(Closing parts, Map<String, Object> ready) {
        this.parts = parts;
        this.ready = ready;
    }

    /// @param environment where a supervisor says what it knows
    static WorkerRole start(Configuration config, Map<String, String> environment) throws IOException {
        Supervision supervision = supervision(config, environment);
        Closing parts = new Closing();
        try {
            return start(config, supervision, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static WorkerRole start(Configuration config, Supervision supervision, Closing parts) throws IOException {
        Logging.start(config.monitoring().logFormat());
        InstantSource clock = InstantSource.system();
        Home.prepare(config.home());
        Database database =
                parts.add(Connection.join(config, "mailblast-worker")).database();
        Meters meters = parts.add(new Meters(Version.current(), "worker", config.timeScale()));
        meters.pool(database);
        Admission.check(config, database, clock);
        Keys keys = Keys.open(config);

        AtomicReference<@Nullable Worker> worker = new AtomicReference<>();
        HttpServer server = parts.add(metricsServer(config, database, meters, clock, worker));
        Delivery delivery = parts.add(OutgoingMail.open(config));
        // Before the worker, so that it is closed after: a supervisor hears of the stop too.
        ProgressLines lines = parts.add(new ProgressLines());
        Worker running = parts.add(Worker.start(
                database,
                InstallationWatch.open(database, config.home()),
                config.sending(),
                config.guard(),
                delivery,
                keys.press(config),
                returnPath(config, keys),
                meters.registry(),
                clock,
                Version.current(),
                server.port(),
                supervision));
        worker.set(running);
        parts.add(history(config, database, meters, clock)).start();
        if (!supervision.token().isEmpty()) {
            lines.tellOf(running);
        }
        return new WorkerRole(
                parts,
                Map.of(
                        "metrics",
                        "http://127.0.0.1:" + server.port() + "/metrics",
                        "stall_ms",
                        stallMs(config.timeScale())));
    }

    /// A worker has a machine, a JVM and a pool, too.
    private static History history(Configuration config, Database database, Meters meters, InstantSource clock) {
        Host host = new Host(config.home(), config.monitoring().cgroup()).register(meters.registry());
        Processes processes = new Processes(
                        Processes.Role.WORKER, config.home(), config.timeScale(), clock, System::nanoTime)
                .register(meters.registry());
        return new History(
                database,
                History.Role.WORKER,
                Observation.hostName() + "/" + ProcessHandle.current().pid(),
                ProcessReadings.of(meters, host, database).before(() -> {
                    host.sample();
                    processes.sample();
                }),
                config.timeScale(),
                clock);
    }

    /// How long a worker may stand still while work waits. Not below what a busy machine takes for a beat or two.
    private static long stallMs(double timeScale) {
        return Math.max(10_000, Math.round(20_000 * timeScale));
    }

    private static Supervision supervision(Configuration config, Map<String, String> environment) {
        try {
            return Supervision.of(
                    environment.getOrDefault(TOKEN, ""),
                    environment.getOrDefault(PREDECESSORS, ""),
                    config.home().resolve("workers"));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    TOKEN + " or " + PREDECESSORS + ", which a supervisor sets: " + e.getMessage());
        }
    }

    Closing parts() {
        return parts;
    }

    Map<String, Object> ready() {
        return ready;
    }

    @Override
    public void close() {
        parts.close();
    }

    /// SES has a return path of its own, and tells of bounces by its events.
    private static ReturnPath returnPath(Configuration config, Keys keys) {
        boolean smtp = config.delivery().provider() == DeliveryConfig.Provider.SMTP;
        return ReturnPath.of(keys.returnPath(), smtp ? config.bounce().address() : "");
    }

    private static HttpServer metricsServer(
            Configuration config,
            Database database,
            Meters meters,
            InstantSource clock,
            AtomicReference<@Nullable Worker> worker) {
        HttpMetrics http = new HttpMetrics(meters.registry());
        List<Feature> features = List.of(
                new MetricsRoutes(
                        config.monitoring(),
                        meters.registry(),
                        http,
                        new InstallationFigures(database, clock, config.timeScale()),
                        database,
                        () -> 0),
                new HealthRoutes(
                        List.of(HealthChecks.database(database), HealthChecks.provider(worker::get)),
                        Version.current(),
                        config.testInstallation(),
                        config.realProvider(),
                        config.timeScale()));
        HttpConfig own = config.http().onPort(config.monitoring().workerPort());
        return HttpServer.start(own, token -> null, http, features);
    }
}
