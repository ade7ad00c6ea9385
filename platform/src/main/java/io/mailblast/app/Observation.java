package io.mailblast.app;

import io.mailblast.alerting.Alerting;
import io.mailblast.alerting.Digests;
import io.mailblast.alerting.PastIncidents;
import io.mailblast.db.Database;
import io.mailblast.event.EventSink;
import io.mailblast.event.Ingest;
import io.mailblast.history.History;
import io.mailblast.history.HistoryRoutes;
import io.mailblast.history.PastSeries;
import io.mailblast.history.PastUptime;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpMetrics;
import io.mailblast.monitoring.DatabaseFigures;
import io.mailblast.monitoring.Host;
import io.mailblast.monitoring.InstallationFigures;
import io.mailblast.monitoring.InstallationSignals;
import io.mailblast.monitoring.LagWatch;
import io.mailblast.monitoring.Meters;
import io.mailblast.monitoring.NodeBeat;
import io.mailblast.monitoring.NodeRoutes;
import io.mailblast.monitoring.Nodes;
import io.mailblast.monitoring.ProcessReadings;
import io.mailblast.monitoring.Processes;
import io.mailblast.monitoring.Signal;
import io.mailblast.monitoring.Signals;
import io.mailblast.monitoring.SlowStatementRoutes;
import io.mailblast.monitoring.SlowStatements;
import io.mailblast.monitoring.SupervisorFile;
import io.mailblast.report.ReportRoutes;
import io.mailblast.report.ReportSchedule;
import io.mailblast.report.Reports;
import io.mailblast.report.RunRoutes;
import io.mailblast.report.Runs;
import io.mailblast.report.ToldReports;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How an API process watches the installation: signals, the alerts that compare them, and the history of both.
final class Observation implements AutoCloseable {

    private static final Duration LEAST_SEEN = Duration.ofSeconds(2);

    private final Configuration config;
    private final Database database;
    private final Database watching;
    private final Meters meters;
    private final InstantSource clock;
    private final HttpMetrics http;
    private final InstallationFigures figures;
    private final DatabaseFigures postgres;
    private final Host host;
    private final Signals signals;
    private final String name;
    private final Alerting alerting;
    private final Reports reports;
    private final ReportSchedule schedule;
    private final List<Feature> features = new ArrayList<>();
    private final Closing running = new Closing();

    private Observation(
            Configuration config,
            Database database,
            Database watching,
            Meters meters,
            HttpMetrics http,
            InstallationFigures figures,
            EventSink log,
            InstantSource clock) {
        MeterRegistry registry = meters.registry();
        this.config = config;
        this.database = database;
        this.watching = watching;
        this.meters = meters;
        this.clock = clock;
        this.http = http;
        this.figures = figures;
        this.postgres = new DatabaseFigures(watching, registry);
        this.host = new Host(config.home(), config.monitoring().cgroup()).register(registry);
        this.signals = new Signals(registry);
        // That of its predecessor on this home, whose turn to evaluate it goes on with at once: what ended it is to be
        // seen.
        this.name = "api-" + log.name();
        this.alerting = new Alerting(
                watching,
                config.home().resolve("alerts.yaml"),
                config.alerting(),
                config.timeScale(),
                () -> {
                    host.sample();
                    return signals.sample();
                },
                name,
                config.publicUrl().toString(),
                clock);
        // Whoever looks far back takes none of the few connections that watching has.
        this.reports = new Reports(
                new PastSeries(database, clock, config.timeScale()),
                new PastIncidents(database),
                alerting::rules,
                config.publicUrl().getAuthority(),
                config.timeScale(),
                clock);
        this.schedule = new ReportSchedule(
                config.reports(),
                reports,
                new ToldReports(database),
                new Digests(config.alerting()),
                alerting::isOnDuty,
                config.publicUrl().toString(),
                clock);
    }

    /// Nothing is watched before [#begin].
    ///
    /// @param database what is watched
    /// @param watching connections to it that nobody else uses
    static Observation of(
            Configuration config,
            Database database,
            Database watching,
            Meters meters,
            HttpMetrics http,
            InstallationFigures figures,
            SupervisorFile supervisor,
            EventSink log,
            Ingest ingest,
            InstantSource clock) {
        Observation observation = new Observation(config, database, watching, meters, http, figures, log, clock);
        observation.sources(supervisor, ingest);
        return observation;
    }

    private void sources(SupervisorFile supervisor, Ingest ingest) {
        double timeScale = config.timeScale();
        SlowStatements slow = new SlowStatements(watching, database.statements(), scaled(Duration.ofMinutes(1)));
        PastSeries past = new PastSeries(watching, clock, timeScale);
        LagWatch lag = new LagWatch(ingest::end, ingest::passed, System::nanoTime);
        new InstallationSignals(signals, meters.registry(), timeScale)
                .requests(http)
                .sending(figures)
                .workers(supervisor, figures, exitsSeen())
                .database(database, slow, figures)
                .past(new PastUptime(watching, clock, timeScale)::ratio, past::latest, figures)
                .host(host);
        signals.add(Signal.INGEST_LAG, lag::seconds)
                .add(Signal.NOTIFICATIONS_FAILING, alerting::failingReceivers)
                .add(Signal.WATCHDOG, () -> 1);
        features.addAll(alerting.features());
        // Whoever looks far back takes none of the few connections that watching has.
        features.add(new HistoryRoutes(new PastSeries(database, clock, timeScale), clock));
        features.add(new SlowStatementRoutes(slow));
        features.add(new ReportRoutes(reports));
        features.add(new RunRoutes(new Runs(config.home().resolve("reports"))));
        features.add(new NodeRoutes(new Nodes(database)));
    }

    /// So that two evaluations see it, however soon the next process is there, and whoever is to know can be told.
    private Duration exitsSeen() {
        Duration evaluations = alerting.every().multipliedBy(3);
        return evaluations.compareTo(LEAST_SEEN) < 0 ? LEAST_SEEN : evaluations;
    }

    private Duration scaled(Duration duration) {
        return Duration.ofMillis(Math.round(duration.toMillis() * config.timeScale()));
    }

    List<Feature> features() {
        return features;
    }

    /// What an operator must see to.
    Optional<String> trouble() {
        return alerting.trouble();
    }

    /// Begins to watch.
    ///
    /// @param port by which this process is told from others of its machine
    void begin(int port) {
        Processes processes = new Processes(
                        Processes.Role.API, config.home(), config.timeScale(), clock, System::nanoTime)
                .register(meters.registry());
        History history = running.add(new History(
                watching,
                History.Role.API,
                hostName() + ":" + port,
                ProcessReadings.ofApi(
                        ProcessReadings.of(meters, host, database)
                                .signals(signals::current)
                                .before(() -> {
                                    processes.sample();
                                    postgres.sample();
                                }),
                        http,
                        figures,
                        postgres),
                config.timeScale(),
                clock));
        running.add(NodeBeat.start(watching, "api", name, hostName(), port, Version.current(), clock));
        running.add(alerting);
        alerting.start();
        running.add(schedule);
        schedule.start();
        history.start();
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public void close() {
        running.close();
        alerting.close();
    }
}
