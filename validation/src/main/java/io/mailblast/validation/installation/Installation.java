package io.mailblast.validation.installation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A MailBlast that this process starts for itself: `./mailblast simulate` and `./mailblast up` in a home that
/// is thrown away, with one account. Its processes end when this one does, whatever ends it; an orderly end,
/// Ctrl-C among them, also removes the home.
public final class Installation implements AutoCloseable {

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
    private final List<Part> workers = new ArrayList<>();
    private Optional<SimulatorAt> simulatorAt = Optional.empty();
    private volatile Runnable beforeStop = () -> {};
    private boolean kept;
    private boolean closed;

    private Installation(Launcher launcher, Path home) {
        this.launcher = launcher;
        this.home = home;
        this.log = home.resolve("log.txt");
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

    /// Starts one whose parts have to know of each other before.
    ///
    /// @param simulatorOptions are told where the platform's webhook for notifications will be
    /// @param configuration is told where the simulator is, and may name something else in its place
    /// @throws CannotRunException when a part does not start; nothing is left running then
    public static Installation start(
            Launcher launcher,
            Function<String, List<String>> simulatorOptions,
            Function<SimulatorAt, Map<String, String>> configuration) {
        Path home;
        try {
            home = Files.createTempDirectory("mailblast-validation-");
        } catch (IOException e) {
            throw new CannotRunException("No temporary folder can be made: " + e.getMessage());
        }
        Installation installation = new Installation(launcher, home);
        try {
            SimulatorAt simulator =
                    installation.startSimulator(simulatorOptions.apply(installation.http() + "/webhooks/ses"));
            installation.environment.putAll(configuration.apply(simulator));
            installation.startServer();
            installation.addAccount();
            return installation;
        } catch (CannotRunException e) {
            String tail = tail(installation.log);
            installation.close();
            throw new CannotRunException(e.getMessage() + tail);
        }
    }

    /// Where a simulator listens.
    ///
    /// @param http its base URL, SES v2 and the pages
    public record SimulatorAt(String http, int smtpPort) {}

    /// Stops the server in order and starts it again on the same home.
    ///
    /// @param configuration `MAILBLAST_…` variables that change
    public void restart(Map<String, String> configuration) {
        stopServer();
        environment.putAll(configuration);
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

    /// CPU time of PostgreSQL's processes since their start; empty where this system does not tell.
    public Optional<Duration> databaseCpu() {
        return database().processes().stream()
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration::plus);
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
            workers.add(started);
            return started;
        });
    }

    /// The embedded PostgreSQL of its home.
    public EmbeddedServer database() {
        return new EmbeddedServer(home.resolve("home"));
    }

    /// Its folder stays when it is closed: with logs, record and database as they are then.
    public synchronized void keep() {
        kept = true;
    }

    /// Waited for when the program is told to stop, before anything of this is.
    public void beforeStop(Runnable wait) {
        beforeStop = wait;
    }

    /// For files that end with the installation.
    public Path folder() {
        return home;
    }

    /// Runs `./mailblast ceiling …` beside it.
    ///
    /// @return what it measured
    public JsonNode ceiling(List<String> arguments) {
        return json("ceiling", arguments);
    }

    /// Runs `./mailblast measure …` beside it.
    ///
    /// @return what it measured
    public JsonNode measure(List<String> arguments) {
        return json("measure", arguments);
    }

    /// The alert definitions, as `./mailblast alerts list` tells them.
    public JsonNode alerts() {
        return json("alerts", List.of("list", "--json", "-")).path("alerts");
    }

    private JsonNode json(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(arguments);
        return parse(run(command, ""));
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

    private SimulatorAt startSimulator(List<String> more) {
        List<String> options = new ArrayList<>(List.of("simulate", "--port", "0", "--smtp-port", "0"));
        options.addAll(List.of("--home", home.resolve("simulator").toString(), "--stop-with-stdin"));
        options.addAll(more);
        Part part = begun(() -> {
            Part started = Part.start("simulator", launcher.part(Map.of(), options), "ready ", log);
            simulator = Optional.of(started);
            return started;
        });
        JsonNode ready = parse(part.awaitReady(SIMULATOR_START));
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
        workers.forEach(Part::askToStop);
        workers.forEach(Part::close);
        stopServer();
        simulator.ifPresent(Part::close);
        if (!kept) {
            delete(home);
        }
    }

    private void addAccount() {
        String _ = run(List.of("user", "add", EMAIL, "--operator"), password + "\n");
    }

    private String run(List<String> command, String input) {
        try {
            Process process = launcher.command(environment, command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
                in.write(input);
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CannotRunException(
                        "./mailblast " + String.join(" ", command) + " failed: " + said.strip() + tail(log));
            }
            return said;
        } catch (IOException e) {
            throw new CannotRunException("./mailblast " + command.getFirst() + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private static JsonNode parse(String json) {
        try {
            return ApiClient.JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new CannotRunException("A part of MailBlast did not answer in JSON: " + e.getOriginalMessage());
        }
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

    private static String tail(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return "\n" + String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Left behind: " + folder);
        }
    }
}
