package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.event.Refusals;
import io.mailblast.history.History;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpServer;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.monitoring.HealthCheck;
import io.mailblast.monitoring.HealthRoutes;
import io.mailblast.monitoring.Host;
import io.mailblast.monitoring.InstallationFigures;
import io.mailblast.monitoring.Logging;
import io.mailblast.monitoring.Meters;
import io.mailblast.monitoring.MetricsRoutes;
import io.mailblast.monitoring.NodeBeat;
import io.mailblast.monitoring.ProcessReadings;
import io.mailblast.tracking.TrackingRoutes;
import io.mailblast.tracking.UnsubscribeRoutes;
import io.mailblast.webhook.SesWebhookRoutes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/// Events alone: taken (opens, clicks, unsubscribes, the provider's events) or made rows of, with health
/// and metrics, and without the API. Reads top to bottom as it starts; stops the other way round.
final class EventRole implements AutoCloseable {

    /// What such a node does.
    enum Kind {
        /// Takes events. What lies in a log on its own disk it ingests as well: nobody else can.
        TRACKING,
        /// Makes rows of what Kafka holds.
        INGEST;

        String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Closing parts;
    private final Map<String, Object> ready;

    private EventRole(Closing parts, Map<String, Object> ready) {
        this.parts = parts;
        this.ready = ready;
    }

    /// @throws ConfigurationException when it would have nothing to do
    static EventRole start(Kind kind, Configuration config) throws IOException {
        if (kind == Kind.INGEST && !config.kafka().isOn()) {
            throw new ConfigurationException(
                    "kafka.servers: is empty. Without Kafka a node's events lie on its own disk,"
                            + " where it makes rows of them itself: the role ingest has nothing to do.");
        }
        Closing parts = new Closing();
        try {
            return start(kind, config, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static EventRole start(Kind kind, Configuration config, Closing parts) throws IOException {
        Logging.start(config.monitoring().logFormat());
        InstantSource clock = InstantSource.system();
        parts.add(Home.take(config.home()));
        Connection connection = parts.add(Connection.join(config, "mailblast-" + kind.spelling()));
        Database database = connection.database();
        Admission.check(config, database, clock);
        Meters meters = parts.add(new Meters(Version.current(), kind.spelling(), config.timeScale()));
        meters.pool(database);
        Host host = new Host(config.home(), config.monitoring().cgroup()).register(meters.registry());
        HttpMetrics http = new HttpMetrics(meters.registry(), config.timeScale());
        EventLogs logs = EventLogs.open(config, kind == Kind.INGEST, database, clock, meters.registry(), parts);

        List<Feature> features = new ArrayList<>();
        if (kind == Kind.TRACKING) {
            features.addAll(takers(config, database, logs, meters, clock, parts));
        }
        features.add(new MetricsRoutes(
                config.monitoring(),
                meters.registry(),
                http,
                new InstallationFigures(database, clock, config.timeScale()),
                database,
                () -> 0));
        AtomicBoolean leaving = new AtomicBoolean();
        features.add(
                health(kind, config, database, leaving::get).warning(new HealthCheck("event_log", logs.trouble())));
        HttpServer server = parts.add(HttpServer.start(config.http(), _ -> null, http, features));
        parts.add(() -> leaving.set(true));
        parts.add(NodeBeat.start(
                database,
                kind.spelling(),
                logs.sink().name(),
                Observation.hostName(),
                server.port(),
                Version.current(),
                clock));
        parts.add(history(kind, config, database, meters, host, server.port(), clock))
                .start();
        return new EventRole(parts, Map.of("http", "http://127.0.0.1:" + server.port()));
    }

    /// Everything that strangers may ask for, and the provider.
    private static List<Feature> takers(
            Configuration config, Database database, EventLogs logs, Meters meters, InstantSource clock, Closing parts)
            throws IOException {
        Keys keys = Keys.open(config);
        InstallationWatch watch = InstallationWatch.open(database, config.home());
        Refusals refusals = parts.add(Refusals.start(
                database, logs.sink(), logs.ingest()::isPassed, watch.mark(), Refusals.LEASE, watch::isChecked));
        return List.of(
                new TrackingRoutes(
                        logs.sink(), keys.tracking(), keys.links(), clock, meters.registry(), config.tracking()),
                new UnsubscribeRoutes(
                        database, refusals, keys.unsubscribe(), clock, meters.registry(), config.tracking()),
                new SesWebhookRoutes(
                        logs.sink(),
                        refusals,
                        keys.tracking(),
                        config.webhook(),
                        config.ses().real(),
                        clock,
                        meters.registry()));
    }

    /// Events are taken while the database is away: a balancer must not turn readers from such a node.
    private static HealthRoutes health(Kind kind, Configuration config, Database database, BooleanSupplier leaving) {
        HealthCheck own = HealthChecks.database(database);
        List<HealthCheck> checks =
                new ArrayList<>(List.of(HealthChecks.process(leaving), HealthChecks.disk(config.home())));
        if (kind == Kind.INGEST) {
            checks.add(own);
        }
        HealthRoutes health = new HealthRoutes(
                checks, Version.current(), config.testInstallation(), config.realProvider(), config.timeScale());
        return kind == Kind.INGEST ? health : health.warning(own);
    }

    private static History history(
            Kind kind,
            Configuration config,
            Database database,
            Meters meters,
            Host host,
            int port,
            InstantSource clock) {
        return new History(
                database,
                kind == Kind.TRACKING ? History.Role.TRACKING : History.Role.INGEST,
                Observation.hostName() + ":" + port,
                ProcessReadings.of(meters, host, database).before(host::sample),
                config.timeScale(),
                clock);
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
}
