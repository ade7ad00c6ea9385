package io.mailblast.validation.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Folders;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A MailBlast whose alerts are told to us, and the ways to bring trouble about in it.
public final class Watched extends Reached {

    private static final String OPERATOR = "ops@alerts.example";
    private static final double LEAKED = 100e6;
    private static final int POOL = 16;

    private final ToldWhom told;
    private final Installation installation;
    private final Ground ground;
    private final double timeScale;
    private final Optional<Networks> networks;

    private Watched(
            ToldWhom told, Installation installation, Ground ground, double timeScale, Optional<Networks> networks) {
        super(
                installation.http(),
                installation.email(),
                installation.password(),
                Optional.of(new SimulatedProvider(installation.simulatorHttp(), OPERATOR)),
                installation.folder(),
                timeScale);
        this.told = told;
        this.installation = installation;
        this.ground = ground;
        this.timeScale = timeScale;
        this.networks = networks;
    }

    /// With the embedded database, on a disk of its own where this system lets us make one.
    ///
    /// @throws CannotRunException when it does not start; nothing is left running then
    public static Watched start(Launcher launcher, double timeScale) {
        ToldWhom told = new ToldWhom();
        Ground ground = Ground.make();
        return begun(told, ground, () -> {
            Installation installation = Installation.start(
                    launcher,
                    ground.folder(),
                    Watched::simulatorOptions,
                    simulator -> configuration(told, simulator, ground, timeScale));
            return new Watched(told, installation, ground, timeScale, Optional.empty());
        });
    }

    /// The database is a process of its own, and it and the provider are reached by networks that can be hurt. The
    /// installation's home and the database have each a disk of its own, where this system lets us make them.
    ///
    /// @param settings `MAILBLAST_…` variables beyond what makes it work
    /// @throws CannotRunException when it does not start; nothing is left running then
    public static Watched startWired(Launcher launcher, double timeScale, Map<String, String> settings) {
        ToldWhom told = new ToldWhom();
        Ground ground = Ground.make();
        Networks networks = new Networks(ground.disk().map(_ -> OwnDisk.make()));
        return begun(told, ground, () -> {
            try {
                Installation installation = Installation.start(
                        launcher,
                        Folders.TEMPORARY,
                        Watched::simulatorOptions,
                        simulator -> {
                            Map<String, String> configuration = configuration(told, simulator, ground, timeScale);
                            configuration.put(
                                    "MAILBLAST_HOME",
                                    ground.folder().resolve("home").toString());
                            configuration.put(
                                    "MAILBLAST_SES_ENDPOINT", "http://127.0.0.1:" + networks.toProvider(simulator));
                            configuration.put("MAILBLAST_DATABASE_POOL_SIZE", Integer.toString(POOL));
                            configuration.putAll(settings);
                            return configuration;
                        },
                        Optional.of(new Installation.DatabaseApart(networks.databaseHome(), networks::toDatabase)));
                networks.askAt(installation.http());
                return new Watched(told, installation, ground, timeScale, Optional.of(networks));
            } catch (CannotRunException e) {
                networks.close();
                throw e;
            }
        });
    }

    private static Watched begun(ToldWhom told, Ground ground, Supplier<Watched> start) {
        try {
            Watched watched = start.get();
            watched.addSender();
            return watched;
        } catch (CannotRunException e) {
            told.close();
            ground.close();
            throw e;
        }
    }

    private static List<String> simulatorOptions(String webhook) {
        return List.of("--quiet", "--rate", "5000", "--quota", "-1", "--keep", "100000", "--notify", webhook);
    }

    /// Networks between it and the database and the provider.
    ///
    /// @throws CannotRunException where it was started without them
    public Networks networks() {
        return networks.orElseThrow(() -> new CannotRunException("It was started without networks that can be hurt."));
    }

    private static Map<String, String> configuration(
            ToldWhom told, Installation.SimulatorAt simulator, Ground ground, double timeScale) {
        Map<String, String> configuration = new TreeMap<>();
        configuration.put("MAILBLAST_TIME_SCALE", Double.toString(timeScale));
        configuration.put("MAILBLAST_MONITORING_CGROUP", ground.readings().toString());
        configuration.put("MAILBLAST_ALERTING_EMAIL_TO", OPERATOR);
        configuration.put("MAILBLAST_ALERTING_EMAIL_FROM", "mailblast@alerts.example");
        configuration.put("MAILBLAST_ALERTING_SMTP_HOST", "127.0.0.1");
        configuration.put("MAILBLAST_ALERTING_SMTP_PORT", Integer.toString(simulator.smtpPort()));
        configuration.put("MAILBLAST_ALERTING_SMTP_SECURITY", "none");
        configuration.put("MAILBLAST_ALERTING_SLACK_URL", told.url("slack"));
        configuration.put("MAILBLAST_ALERTING_PAGERDUTY_KEY", "0123456789abcdef0123456789abcdef");
        configuration.put("MAILBLAST_ALERTING_PAGERDUTY_URL", told.url("pagerduty"));
        configuration.put("MAILBLAST_ALERTING_WEBHOOK_URL", told.url("webhook"));
        return configuration;
    }

    /// The machine as it looks to the installation.
    public Ground ground() {
        return ground;
    }

    /// Takes out of the installation's folder what is thrown away with it: what its processes said.
    ///
    /// @return where it is kept
    public Path keep() {
        try {
            Path kept = Files.createTempFile("mailblast-alerts-", ".log");
            return Files.copy(installation.folder().resolve("log.txt"), kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CannotRunException("The log cannot be kept: " + e.getMessage());
        }
    }

    /// How fast a worker must leak to be seen, as an agent in it is told: 100 MB in four hours.
    public String leak() {
        return "leak " + Math.round(LEAKED / (4 * 3600 * timeScale));
    }

    public Installation installation() {
        return installation;
    }

    public ToldWhom told() {
        return told;
    }

    @Override
    public List<ToldWhom.Message> told(long mails) {
        return Stream.concat(told.messages().stream(), provider().mails(mails).stream())
                .toList();
    }

    @Override
    public void forgetTold() {
        told.forget();
    }

    /// `worker` or `api`, where it runs.
    public ProcessHandle process(String role) {
        await("the " + role, () -> installation.process(role).isPresent());
        return installation.process(role).orElseThrow(() -> new CannotRunException("The " + role + " has just ended."));
    }

    /// An end of a worker, as its supervisor noted it.
    public record WorkerExit(Instant at, String reason) {}

    /// The first end of a worker after that; empty where there was none.
    public Optional<WorkerExit> workerExitAfter(Instant since) {
        try {
            JsonNode file = ApiClient.JSON.readTree(
                    Files.readAllBytes(installation.home().resolve("supervisor.json")));
            for (JsonNode exit : file.path("exits")) {
                Instant at = Instant.parse(exit.path("at").asText());
                if (at.isAfter(since)) {
                    return Optional.of(new WorkerExit(at, exit.path("reason").asText()));
                }
            }
        } catch (IOException e) {
            // None ended yet.
        }
        return Optional.empty();
    }

    /// Kills it at once, and waits until its successor is another one.
    public void killAndAwaitNext(String role) {
        ProcessHandle victim = process(role);
        victim.destroyForcibly();
        await(
                "the next " + role,
                () -> installation
                        .process(role)
                        .filter(next -> next.pid() != victim.pid())
                        .isPresent());
    }

    /// Until the API answers that it is ready.
    public void awaitApi() {
        await("the API", () -> status("/health/ready") == 200);
    }

    /// A connection of our own to the embedded PostgreSQL, past all of MailBlast.
    public Connection database() {
        return installation.database().connect();
    }

    /// What a query there says; -1 where the database does not answer.
    ///
    /// @param sql of one row with one number
    public long number(String sql) {
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            boolean _ = rows.next();
            return rows.getLong(1);
        } catch (SQLException | CannotRunException e) {
            return -1;
        }
    }

    /// How many connections the API's pool may have.
    public int poolSize() {
        return POOL;
    }

    /// Runs a statement there.
    public void execute(String sql) {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new CannotRunException("The statement failed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        installation.close();
        networks.ifPresent(Networks::close);
        told.close();
        super.close();
        ground.close();
    }
}
