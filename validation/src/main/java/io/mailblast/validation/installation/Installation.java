package io.mailblast.validation.installation;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A MailBlast that this process starts for itself: `./mailblast simulate` and `./mailblast up` in a home that
/// is thrown away, with one account. Its processes end when this one does, whatever ends it; an orderly end,
/// Ctrl-C among them, also removes the home.
public final class Installation implements AutoCloseable {

    /// Options of every JVM that is started with it, before those of the command line.
    public static final String JVM_OPTIONS = "_JAVA_OPTIONS";

    private static final String EMAIL = "bench@mailblast.test";
    private static final Duration SIMULATOR_START = Duration.ofSeconds(60);
    private static final Duration START = Duration.ofSeconds(200);

    private final Launcher launcher;
    private final Path home;
    private final Path log;
    private final String password = random();
    private final Map<String, String> environment = new TreeMap<>();
    private final Thread hook;
    private Optional<Part> simulator = Optional.empty();
    private Optional<Part> server = Optional.empty();
    private Optional<Part> databaseApart = Optional.empty();
    private Path databaseHome;
    /// Processes beside the server.
    private final List<Part> beside = new ArrayList<>();
    private Optional<SimulatorAt> simulatorAt = Optional.empty();
    private volatile Runnable beforeStop = () -> {};
    private boolean kept;
    private boolean closed;

    private Installation(Launcher launcher, Path home) {
        this.launcher = launcher;
        this.home = home;
        this.log = home.resolve("log.txt");
        this.databaseHome = home.resolve("home");
        int port = freePort();
        environment.put("MAILBLAST_HOME", home.resolve("home").toString());
        environment.put("MAILBLAST_PORT", Integer.toString(port));
        environment.put("MAILBLAST_PUBLIC_URL", "http://127.0.0.1:" + port);
        environment.put("MAILBLAST_TEST_INSTALLATION", "true");
        environment.put("MAILBLAST_MONITORING_WORKER_PORT", Integer.toString(freePort()));
        this.hook = new Thread(
                () -> {
                    beforeStop.run();
                    stop();
                },
                "installation-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Starts one and makes its account.
    ///
    /// @param simulatorOptions such as `--quiet`
    /// @param configuration `MAILBLAST_…` variables beyond what makes it work
    /// @throws CannotRunException when a part does not start; nothing is left running then
    public static Installation start(
            Launcher launcher, List<String> simulatorOptions, Map<String, String> configuration) {
        return start(launcher, _ -> simulatorOptions, _ -> configuration);
    }

    /// Starts one whose parts have to know of each other before, among the temporary files.
    public static Installation start(
            Launcher launcher,
            Function<String, List<String>> simulatorOptions,
            Function<SimulatorAt, Map<String, String>> configuration) {
        return start(launcher, Folders.TEMPORARY, simulatorOptions, configuration);
    }

    /// Starts one whose parts have to know of each other before.
    ///
    /// @param parent in which its folder is made
    /// @param simulatorOptions are told where the platform's webhook for notifications will be
    /// @param configuration is told where the simulator is, and may name something else in its place
    /// @throws CannotRunException when a part does not start; nothing is left running then
    public static Installation start(
            Launcher launcher,
            Path parent,
            Function<String, List<String>> simulatorOptions,
            Function<SimulatorAt, Map<String, String>> configuration) {
        return start(launcher, parent, simulatorOptions, configuration, Optional.empty());
    }

    /// Starts one whose database is a process of its own, past which its clients come by a network.
    ///
    /// @param apart where the database is, and by which port its clients reach it
    /// @throws CannotRunException when a part does not start; nothing is left running then
    public static Installation start(
            Launcher launcher,
            Path parent,
            Function<String, List<String>> simulatorOptions,
            Function<SimulatorAt, Map<String, String>> configuration,
            Optional<DatabaseApart> apart) {
        Installation installation = new Installation(launcher, Folders.make(parent, "mailblast-validation-"));
        try {
            apart.ifPresent(installation::startDatabase);
            SimulatorAt simulator =
                    installation.startSimulator(simulatorOptions.apply(installation.http() + "/webhooks/ses"));
            installation.environment.putAll(configuration.apply(simulator));
            installation.startServer();
            installation.addAccount();
            return installation;
        } catch (CannotRunException e) {
            String tail = OneShot.tail(installation.log);
            installation.close();
            throw new CannotRunException(e.getMessage() + tail);
        }
    }

    /// A database that is a process of its own.
    ///
    /// @param home of it, where nothing else is; empty for one in the installation's folder
    /// @param network makes of the port that it listens on the port that its clients come by
    public record DatabaseApart(Optional<Path> home, IntUnaryOperator network) {}

    /// Where a simulator listens.
    ///
    /// @param http its base URL, SES v2 and the pages
    public record SimulatorAt(String http, int smtpPort) {}

    /// Stops the server in order and starts it again on the same home.
    ///
    /// @param configuration `MAILBLAST_…` variables that change
    public void restart(Map<String, String> configuration) {
        restart(configuration, Set.of());
    }

    /// @param configuration `MAILBLAST_…` variables that change
    /// @param dropped those that are as if nobody had said them
    public void restart(Map<String, String> configuration, Set<String> dropped) {
        stopServer();
        environment.keySet().removeAll(dropped);
        environment.putAll(configuration);
        startServer();
    }

    /// Kills all of its processes but the simulator's at once, and starts them again.
    ///
    /// @param meanwhile done when nothing of it runs
    public void killAndStart(Runnable meanwhile) {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
        stopServer();
        databaseApart.ifPresent(Part::close);
        meanwhile.run();
        if (databaseApart.isPresent()) {
            launchDatabase();
        }
        startServer();
    }

    /// Where the API and tracking are.
    public String http() {
        return environment.getOrDefault("MAILBLAST_PUBLIC_URL", "");
    }

    public String simulatorHttp() {
        return simulatorAt.map(SimulatorAt::http).orElse("");
    }

    /// Where the worker's metrics are.
    public String workerHttp() {
        return "http://127.0.0.1:" + environment.get("MAILBLAST_MONITORING_WORKER_PORT");
    }

    public String email() {
        return EMAIL;
    }

    public String password() {
        return password;
    }

    /// A client of the API, signed in as an operator.
    public ApiClient signIn() {
        ApiClient client = new ApiClient(http());
        client.signIn(EMAIL, password);
        return client;
    }

    /// The process of a role, where this system tells processes apart.
    ///
    /// @param role `api` or `worker`
    public synchronized Optional<ProcessHandle> process(String role) {
        return server.flatMap(part -> part.child(role));
    }

    /// See [EmbeddedServer#cpu].
    public Optional<Duration> databaseCpu() {
        return database().cpu();
    }

    /// One more worker on the same home, which nobody starts again when it ends.
    ///
    /// @param configuration `MAILBLAST_…` variables that differ from the installation's
    public Part startWorker(Map<String, String> configuration) {
        Map<String, String> own = new TreeMap<>(environment);
        own.put("MAILBLAST_MONITORING_WORKER_PORT", Integer.toString(freePort()));
        own.putAll(configuration);
        return begun(() -> {
            Part started =
                    Part.start("worker", launcher.part(own, List.of("worker", "--stop-with-stdin")), "ready ", log);
            beside.add(started);
            return started;
        });
    }

    /// One more node of the API: with a home of its own, the installation's keys and its database.
    ///
    /// @param databasePort where the database is for it, on loopback
    /// @param configuration `MAILBLAST_…` variables that differ from the installation's
    public Part startApi(int databasePort, Map<String, String> configuration) {
        Path folder = home.resolve("node-" + freePort());
        Map<String, String> own = new TreeMap<>(environment);
        own.put("MAILBLAST_HOME", folder.toString());
        own.put("MAILBLAST_PORT", Integer.toString(freePort()));
        own.put("MAILBLAST_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + databasePort + "/mailblast");
        own.put("MAILBLAST_DATABASE_USER", "postgres");
        own.put("MAILBLAST_DATABASE_PASSWORD", database().password());
        own.putAll(configuration);
        copyKeys(folder.resolve("keys"));
        return begun(() -> {
            Part started =
                    Part.start("API's node", launcher.part(own, List.of("api", "--stop-with-stdin")), "ready ", log);
            beside.add(started);
            return started;
        });
    }

    private void copyKeys(Path to) {
        try (Stream<Path> keys = Files.list(home().resolve("keys"))) {
            Files.createDirectories(to);
            for (Path key : keys.toList()) {
                Files.copy(key, to.resolve(key.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new CannotRunException("The installation's keys cannot be copied: " + e.getMessage());
        }
    }

    /// All its processes that run now: server, workers, and the embedded PostgreSQL.
    public synchronized List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>();
        databaseApart.filter(Part::isAlive).ifPresent(part -> all.add(part.handle()));
        all.addAll(database().processes());
        server.ifPresent(part -> {
            all.add(part.handle());
            part.handle().descendants().forEach(all::add);
        });
        beside.stream().filter(Part::isAlive).forEach(part -> all.add(part.handle()));
        return all;
    }

    /// Its embedded PostgreSQL.
    public EmbeddedServer database() {
        return new EmbeddedServer(databaseHome);
    }

    /// Its folder stays when it is closed: with logs, record and database as they are then.
    public synchronized void keep() {
        kept = true;
    }

    /// Waited for when the program is told to stop, before anything of this is.
    public void beforeStop(Runnable wait) {
        beforeStop = wait;
    }

    /// Where it keeps its keys, its log and what its supervisor noted.
    public Path home() {
        return Path.of(environment.getOrDefault("MAILBLAST_HOME", ""));
    }

    /// For files that end with the installation.
    public Path folder() {
        return home;
    }

    /// Runs `./mailblast ceiling …` beside it.
    ///
    /// @return what it measured
    public JsonNode ceiling(List<String> arguments) {
        return oneShot().json("ceiling", arguments);
    }

    /// Runs `./mailblast measure …` beside it.
    ///
    /// @return what it measured
    public JsonNode measure(List<String> arguments) {
        return oneShot().json("measure", arguments);
    }

    /// The alert definitions, as `./mailblast alerts list` tells them.
    public JsonNode alerts() {
        return oneShot().alerts();
    }

    private OneShot oneShot() {
        Map<String, String> own = new TreeMap<>(environment);
        // A limit to the server's memory is none to what is asked beside it.
        own.remove(JVM_OPTIONS);
        return new OneShot(launcher, own, log);
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is what is running.
        }
    }

    private void startDatabase(DatabaseApart apart) {
        databaseHome = apart.home().orElseGet(() -> home.resolve("database"));
        launchDatabase();
        environment.put(
                "MAILBLAST_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:"
                        + apart.network().applyAsInt(database().port()) + "/mailblast");
        environment.put("MAILBLAST_DATABASE_USER", "postgres");
        environment.put("MAILBLAST_DATABASE_PASSWORD", database().password());
    }

    private void launchDatabase() {
        Part part = begun(() -> {
            Part started = Part.start(
                    "database",
                    launcher.part(
                            Map.of("MAILBLAST_HOME", databaseHome.toString()),
                            List.of("database", "--stop-with-stdin")),
                    "ready ",
                    log);
            databaseApart = Optional.of(started);
            return started;
        });
        String _ = part.awaitReady(START);
    }

    private SimulatorAt startSimulator(List<String> more) {
        List<String> options = new ArrayList<>(List.of("simulate", "--port", "0", "--smtp-port", "0"));
        options.addAll(List.of("--home", home.resolve("simulator").toString(), "--stop-with-stdin"));
        options.addAll(more);
        Part part = begun(() -> {
            Part started = Part.start("simulator", launcher.part(Map.of(), options), "ready ", log);
            simulator = Optional.of(started);
            return started;
        });
        JsonNode ready = OneShot.parse(part.awaitReady(SIMULATOR_START));
        environment.put("MAILBLAST_SES_ENDPOINT", ready.path("http").asText());
        environment.put("MAILBLAST_SES_ACCESS_KEY", "sandbox");
        environment.put("MAILBLAST_SES_SECRET_KEY", "sandbox");
        environment.put("MAILBLAST_WEBHOOK_TOPICS", ready.path("topic_arn").asText());
        environment.put(
                "MAILBLAST_WEBHOOK_SIMULATOR_CERTIFICATE",
                ready.path("certificate").asText());
        SimulatorAt at = new SimulatorAt(
                ready.path("http").asText(), ready.path("smtp_port").asInt());
        simulatorAt = Optional.of(at);
        return at;
    }

    private void startServer() {
        Part part = begun(() -> {
            Part started = Part.start(
                    "server", launcher.part(environment, List.of("up", "--stop-with-stdin")), "MailBlast is up: ", log);
            server = Optional.of(started);
            return started;
        });
        part.awaitReady(START);
    }

    /// Starts nothing any more once the end has begun.
    private synchronized Part begun(Supplier<Part> start) {
        if (closed) {
            throw new CannotRunException("Stopped.");
        }
        return start.get();
    }

    private synchronized void stopServer() {
        server.ifPresent(Part::close);
        server = Optional.empty();
    }

    private synchronized void stop() {
        if (closed) {
            return;
        }
        closed = true;
        beside.forEach(Part::askToStop);
        beside.forEach(Part::close);
        stopServer();
        databaseApart.ifPresent(Part::close);
        simulator.ifPresent(Part::close);
        if (!kept) {
            Folders.delete(home);
        }
    }

    private void addAccount() {
        String _ = oneShot().run(List.of("user", "add", EMAIL, "--operator"), password + "\n");
    }

    private static String random() {
        byte[] bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CannotRunException("No port is free on 127.0.0.1.");
        }
    }
}
