package io.mailblast.app;

import io.mailblast.analytics.AnalyticsRoutes;
import io.mailblast.archive.Archive;
import io.mailblast.audience.ContactRoutes;
import io.mailblast.audience.ImportLookRoutes;
import io.mailblast.audience.ImportRoutes;
import io.mailblast.audience.ImportRunner;
import io.mailblast.audience.ListRoutes;
import io.mailblast.audience.SenderRoutes;
import io.mailblast.audience.SenderVerification;
import io.mailblast.audience.SuppressionRoutes;
import io.mailblast.auth.Auth;
import io.mailblast.bounce.BounceRoutes;
import io.mailblast.bounce.Bounces;
import io.mailblast.campaign.CampaignRoutes;
import io.mailblast.campaign.ContactHistoryRoutes;
import io.mailblast.campaign.Gate;
import io.mailblast.campaign.InDoubtRoutes;
import io.mailblast.campaign.LifecycleRoutes;
import io.mailblast.campaign.PreviewRoutes;
import io.mailblast.campaign.SendRoutes;
import io.mailblast.campaign.StatsRoutes;
import io.mailblast.console.Console;
import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.db.Reader;
import io.mailblast.delivery.DeliveryConfig;
import io.mailblast.delivery.SesDelivery;
import io.mailblast.event.CampaignCounts;
import io.mailblast.event.CountRoutes;
import io.mailblast.event.EventKind;
import io.mailblast.event.EventRetention;
import io.mailblast.event.EventSink;
import io.mailblast.event.Ingest;
import io.mailblast.event.RecipientEvents;
import io.mailblast.event.Refusals;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpServer;
import io.mailblast.http.LocalApi;
import io.mailblast.http.OpenApiRoutes;
import io.mailblast.http.Route;
import io.mailblast.installation.DeliveryRoutes;
import io.mailblast.installation.HoldRoutes;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.monitoring.HealthCheck;
import io.mailblast.monitoring.HealthRoutes;
import io.mailblast.monitoring.InstallationFigures;
import io.mailblast.monitoring.Logging;
import io.mailblast.monitoring.Meters;
import io.mailblast.monitoring.MetricsRoutes;
import io.mailblast.monitoring.SupervisorFile;
import io.mailblast.tracking.TrackingRoutes;
import io.mailblast.tracking.UnsubscribeRoutes;
import io.mailblast.webhook.SesWebhookRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/// The API, tracking, ingest and imports in one process. Reads top to bottom as it starts; stops the other way
/// round, so that requests in flight finish before the log is drained, and the log before the database goes.
final class ApiRole implements AutoCloseable {

    private final Closing parts;
    private final Map<String, Object> ready;

    private ApiRole(Closing parts, Map<String, Object> ready) {
        this.parts = parts;
        this.ready = ready;
    }

    static ApiRole start(Configuration config) throws IOException {
        Closing parts = new Closing();
        try {
            return start(config, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Optional<Archive> archive(Configuration config, Database database) {
        try {
            return Archive.open(database, config.retention().archiveFolder());
        } catch (IllegalArgumentException e) {
            throw new CannotStartException(String.valueOf(e.getMessage()));
        }
    }

    private static ApiRole start(Configuration config, Closing parts) throws IOException {
        Logging.start(config.monitoring().logFormat());
        InstantSource clock = InstantSource.system();
        parts.add(Home.take(config.home()));
        Connection connection = parts.add(Connection.own(config, "mailblast-api"));
        Database database = connection.database();
        Database watching = parts.add(connection.forWatching(config.database()));
        Meters meters = parts.add(new Meters(Version.current(), "api", config.timeScale()));
        MeterRegistry registry = meters.registry();
        InstallationFigures figures = new InstallationFigures(watching, clock, config.timeScale());
        SupervisorFile supervisor = new SupervisorFile(config.home(), clock, config.timeScale());
        meters.pool(database).figures(figures).supervisor(supervisor);
        Admission.check(config, database, clock);
        Keys keys = Keys.open(config);
        OutgoingMail.check(config);

        EventLogs logs = EventLogs.open(config, config.kafka().ingest(), database, clock, registry, parts);
        EventSink log = logs.sink();
        Ingest ingest = logs.ingest();
        archive(config, database).ifPresent(archive -> parts.add(archive).start());
        parts.add(EventRetention.start(database, config.retention(), clock));
        InstallationWatch watch = InstallationWatch.open(database, config.home());
        Refusals refusals = parts.add(
                Refusals.start(database, log, ingest::isPassed, watch.mark(), Refusals.LEASE, watch::isChecked));
        ImportRunner imports = parts.add(new ImportRunner(database, config.home(), config.imports(), registry, clock));
        Auth auth = parts.add(Auth.open(database, config.keys(), config.auth(), clock, registry));

        Newsletter.Press press = keys.press(config);
        Gate gate = ProviderSenders.gate(database);
        Reader answers = parts.add(connection.forReading(config, registry));
        AnalyticsRoutes analytics = new AnalyticsRoutes(answers, config.analytics(), clock, registry);
        HttpMetrics http = new HttpMetrics(registry, config.timeScale());
        AtomicReference<List<Route>> routes = new AtomicReference<>(List.of());

        List<Feature> features = new ArrayList<>(auth.features());
        features.add(new CampaignRoutes(database, gate));
        features.add(new PreviewRoutes(database, press));
        features.add(new SendRoutes(database, gate, press));
        features.add(new LifecycleRoutes(database, gate, press, clock));
        features.add(new InDoubtRoutes(database));
        features.add(new HoldRoutes(database));
        features.add(new DeliveryRoutes(() -> OutgoingMail.tried(config)));
        features.add(new StatsRoutes(database, events(database)));
        features.add(new ContactHistoryRoutes(database, deeds(database)));
        features.add(new ContactRoutes(database));
        features.add(new ListRoutes(database));
        features.add(new SuppressionRoutes(database));
        features.add(new SenderRoutes(database, verification(config, parts)));
        features.add(new ImportLookRoutes(config.imports()));
        features.add(new ImportRoutes(database, config.home(), config.imports(), imports::wake));
        features.add(new TrackingRoutes(log, keys.tracking(), keys.links(), clock, registry, config.tracking()));
        features.add(new UnsubscribeRoutes(database, refusals, keys.unsubscribe(), clock, registry, config.tracking()));
        features.add(new SesWebhookRoutes(
                log, refusals, keys.tracking(), config.webhook(), config.ses().real(), clock, registry));
        features.add(new BounceRoutes(database));
        features.add(analytics);
        features.add(new CountRoutes(database, ingest));
        Observation observation = parts.add(Observation.of(
                config, database, watching, meters, http, figures, supervisor, log, ingest, InstantSource.system()));
        features.addAll(observation.features());
        features.add(
                new MetricsRoutes(config.monitoring(), meters.registry(), http, figures, database, hitRate(analytics)));
        AtomicBoolean leaving = new AtomicBoolean();
        features.add(new HealthRoutes(
                        List.of(
                                HealthChecks.process(leaving::get),
                                HealthChecks.database(database),
                                HealthChecks.disk(config.home())),
                        Version.current(),
                        config.testInstallation(),
                        config.realProvider(),
                        config.timeScale())
                .warning(new HealthCheck("worker", supervisor::crashLoop))
                .warning(new HealthCheck("alerts", observation::trouble))
                .warning(new HealthCheck("event_log", logs.trouble())));
        features.add(new OpenApiRoutes(
                routes::get, Version.current(), config.publicUrl().toString()));

        Console console = new Console(
                auth.doors(),
                new LocalApi(routes::get),
                config.publicUrl().getScheme().equals("https"));
        features.add(console);

        imports.start();
        parts.add(Bounces.start(
                config.bounce(), database, log, refusals, keys.returnPath(), keys.tracking(), clock, registry));
        HttpServer server = parts.add(HttpServer.start(config.http(), auth.authenticator(), http, features));
        // Closed before the server, which would wait for those who watch.
        parts.add(console);
        parts.add(() -> leaving.set(true));
        routes.set(server.routes());
        observation.begin(server.port());
        Thread.ofVirtual().name("warm").start(analytics::warm);
        return new ApiRole(parts, ready(config, server, database, auth));
    }

    Closing parts() {
        return parts;
    }

    /// What a supervisor, and through it a person, learns.
    Map<String, Object> ready() {
        return ready;
    }

    @Override
    public void close() {
        parts.close();
    }

    private static StatsRoutes.Events events(Database database) {
        return (workspaceId, campaignId) -> {
            Map<EventKind, CampaignCounts.Count> counts =
                    database.read(handle -> CampaignCounts.of(handle, workspaceId, campaignId));
            return kind -> {
                CampaignCounts.Count count = counts.get(EventKind.of(kind));
                return count == null
                        ? StatsRoutes.Events.Count.of(0, 0, 0, 0)
                        : StatsRoutes.Events.Count.of(
                                count.total(), count.machine(), count.uniques(), count.humanUniques());
            };
        };
    }

    private static ContactHistoryRoutes.Deeds deeds(Database database) {
        return new ContactHistoryRoutes.Deeds() {
            @Override
            public Set<String> kinds(long campaignId, int recipientNo) {
                return database.read(handle -> RecipientEvents.kinds(handle, campaignId, recipientNo)).stream()
                        .map(EventKind::spelling)
                        .collect(Collectors.toSet());
            }

            @Override
            public List<Followed> clicks(long campaignId, int recipientNo, int limit) {
                return database.read(handle -> RecipientEvents.clicks(handle, campaignId, recipientNo, limit)).stream()
                        .map(click -> new Followed(click.at(), click.linkNo(), click.machine()))
                        .toList();
            }
        };
    }

    private static SenderVerification verification(Configuration config, Closing parts) {
        if (config.delivery().provider() == DeliveryConfig.Provider.SMTP) {
            return ProviderSenders.byRelay();
        }
        return config.ses().real()
                ? ProviderSenders.bySes(parts.add(SesDelivery.open(config.ses())))
                : SenderVerification.ofSimulator();
    }

    private static DoubleSupplier hitRate(AnalyticsRoutes analytics) {
        return () -> {
            long hits = analytics.cacheHits();
            long questions = hits + analytics.cacheMisses();
            return questions == 0 ? 0 : (double) hits / questions;
        };
    }

    private static Map<String, Object> ready(Configuration config, HttpServer server, Database database, Auth auth) {
        long accounts = database.read(handle -> handle.createQuery("select count(*) from account")
                .mapTo(Long.class)
                .one());
        String http = "http://" + config.http().host() + ":" + server.port();
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("http", http);
        ready.put("console", http + "/console");
        ready.put("home", config.home().toString());
        ready.put("accounts", accounts);
        if (accounts == 0) {
            ready.put(
                    "first_run",
                    http + "/console/first-run?token="
                            + auth.doors().firstAccount().token());
        }
        return ready;
    }
}
