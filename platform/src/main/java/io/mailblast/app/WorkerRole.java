package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.SesDelivery;
import io.mailblast.delivery.SmtpDelivery;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpConfig;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpServer;
import io.mailblast.monitoring.HealthRoutes;
import io.mailblast.monitoring.InstallationFigures;
import io.mailblast.monitoring.Logging;
import io.mailblast.monitoring.Meters;
import io.mailblast.monitoring.MetricsRoutes;
import io.mailblast.sending.Worker;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A sending worker in a process of its own, with its own metrics and health on a port of its own.
final class WorkerRole implements AutoCloseable {

    private final Closing parts;
    private final Map<String, Object> ready;

    private WorkerRole(Closing parts, Map<String, Object> ready) {
        this.parts = parts;
        this.ready = ready;
    }

    static WorkerRole start(Configuration config) throws IOException {
        Closing parts = new Closing();
        try {
            return start(config, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static WorkerRole start(Configuration config, Closing parts) throws IOException {
        Logging.start(config.monitoring().logFormat());
        InstantSource clock = InstantSource.system();
        Home.prepare(config.home());
        Database database =
                parts.add(Connection.join(config, "mailblast-worker")).database();
        Meters meters = parts.add(new Meters(Version.current(), "worker"));
        meters.pool(database);
        Keys keys = Keys.open(config);

        AtomicReference<@Nullable Worker> worker = new AtomicReference<>();
        HttpServer server = parts.add(metricsServer(config, database, meters, clock, worker));
        Delivery delivery = parts.add(open(config));
        worker.set(parts.add(Worker.start(
                database,
                config.sending(),
                delivery,
                keys.press(config.publicUrl().toString()),
                meters.registry(),
                clock,
                Version.current(),
                server.port())));
        return new WorkerRole(parts, Map.of("metrics", "http://127.0.0.1:" + server.port() + "/metrics"));
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

    private static Delivery open(Configuration config) {
        return switch (config.delivery().provider()) {
            case SES -> SesDelivery.open(config.ses());
            case SMTP -> SmtpDelivery.open(config.smtp());
        };
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
                        config.timeScale()));
        HttpConfig own = config.http().onPort(config.monitoring().workerPort());
        return HttpServer.start(own, token -> null, http, features);
    }
}
