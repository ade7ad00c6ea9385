package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A whole MailBlast in a home of its own: simulator, API with embedded PostgreSQL, worker, each a process. Recipients
/// do nothing of their own accord but where their address says so (`bounce@`, `complaint@`).
final class Installation implements AutoCloseable {

    static final String PASSWORD = "correct horse battery";

    static final String WORKER_PORT = "MAILBLAST_MONITORING_WORKER_PORT";

    private final Home home;
    private final Map<String, String> environment;
    private final Sandbox simulator;
    private final Supervisor supervisor;
    private final AtomicReference<Client> operator = new AtomicReference<>();

    private Installation(Map<String, String> settings) {
        this.home = Home.create();
        this.environment = home.environment(settings);
        this.simulator = home.simulator(environment);
        try {
            this.supervisor = new Supervisor(ProjectRoot.program(), home.options(), environment, home.log());
        } catch (CannotRunException e) {
            simulator.close();
            throw new AssertionError(e.getMessage() + "\n" + home.tail(), e);
        }
    }

    static Installation start(Map<String, String> settings) {
        return new Installation(settings);
    }

    /// Where an installation lies, and how it is set up.
    record Home(Path path, int port) {

        static Home create() {
            try {
                Path path = Files.createTempDirectory("mailblast-e2e-");
                Files.createFile(path.resolve("mailblast.yaml"));
                return new Home(path, freePort());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /// @param settings beyond the usual ones
        Map<String, String> environment(Map<String, String> settings) {
            Map<String, String> environment = new HashMap<>();
            environment.put("MAILBLAST_HOME", path.toString());
            environment.put("MAILBLAST_PORT", Integer.toString(port));
            environment.put("MAILBLAST_PUBLIC_URL", http());
            environment.put("MAILBLAST_TEST_INSTALLATION", "true");
            environment.put("MAILBLAST_ANALYTICS_CACHE_FOR", "100ms");
            environment.putAll(settings);
            return environment;
        }

        Sandbox simulator(Map<String, String> environment) {
            return Sandbox.start(
                    ProjectRoot.program(),
                    path.resolve("simulator"),
                    http() + "/webhooks/ses",
                    List.of("--port", "0", "--smtp-port", "0", "--quiet", "--reaction-ms", "0"),
                    environment,
                    log());
        }

        /// Names the home on the command line of each role, by which [#processes] knows it.
        List<String> options() {
            return List.of("--config", path.resolve("mailblast.yaml").toString());
        }

        String http() {
            return "http://127.0.0.1:" + port;
        }

        Path log() {
            return path.resolve("test.log");
        }

        String tail() {
            try {
                List<String> lines = Files.readAllLines(log());
                return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
            } catch (IOException e) {
                return "";
            }
        }

        /// All processes that have to do with this home, whoever started them.
        List<ProcessHandle> processes() {
            return ProcessHandle.allProcesses()
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> describe(process).contains(path + "/") || isWithin(process))
                    .filter(ProcessHandle::isAlive)
                    .toList();
        }

        /// The running process of a role: `api`, `worker` or `up`.
        ProcessHandle role(String role) {
            return Await.until(
                            role + " runs",
                            () -> processes().stream()
                                    .filter(process -> describe(process).contains("Main " + role + " --config"))
                                    .findFirst(),
                            java.util.Optional::isPresent)
                    .orElseThrow();
        }

        ProcessHandle postgres() {
            try {
                String pid = Files.readAllLines(path.resolve("postgres/postmaster.pid"))
                        .getFirst();
                return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
            } catch (IOException e) {
                throw new AssertionError("PostgreSQL does not run", e);
            }
        }

        void awaitNoProcess() {
            Await.until(
                    "no process of " + path,
                    () -> processes().stream().map(Home::describe).toList(),
                    List::isEmpty);
        }

        void delete() {
            delete(path);
        }

        /// A folder of it, with all that is in it.
        static void delete(Path folder) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new AssertionError("left behind: " + folder, e);
            }
        }

        private static String describe(ProcessHandle process) {
            return process.info().commandLine().orElse("");
        }

        /// PostgreSQL's own processes rewrite their command lines, but work in the data's folder.
        private boolean isWithin(ProcessHandle process) {
            try {
                return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                        .startsWith(path);
            } catch (IOException | SecurityException e) {
                return false;
            }
        }
    }

    Home home() {
        return home;
    }

    Map<String, String> environment() {
        return environment;
    }

    /// What the API said when it was ready.
    JsonNode ready() {
        return supervisor.apiReady();
    }

    /// Of the worker, where the port was chosen beforehand.
    String workerMetrics() {
        return "http://127.0.0.1:" + environment.get(WORKER_PORT) + "/metrics";
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Without a token.
    Client anybody() {
        return new Client(home.http(), "");
    }

    /// The mail simulator.
    Client simulator() {
        return new Client(simulator.http(), "");
    }

    JsonNode counts() {
        return simulator().get("/simulator/counts").expect(200).json();
    }

    /// Signed in as an operator, whom the first call makes.
    Client operator() {
        return operator.updateAndGet(known -> {
            if (known != null) {
                return known;
            }
            Commands.user(
                            environment,
                            PASSWORD,
                            "add",
                            "operator@mailblast.test",
                            "--workspace",
                            "operators",
                            "--operator")
                    .expect(0);
            return anybody().as("operator@mailblast.test", PASSWORD);
        });
    }

    /// A new workspace with a member who has signed in.
    Workspace workspace(String name) {
        String email = name + "@member.test";
        operator()
                .post("/users", Client.body("email", email, "password", PASSWORD, "workspace", name))
                .expect(201);
        return new Workspace(anybody().as(email, PASSWORD), email, this::awaitSettled);
    }

    /// Until what the simulator caused has been counted.
    void awaitSettled() {
        Await.until(
                "the simulator is idle",
                this::counts,
                counts -> counts.path("idle").asBoolean());
        Await.until(
                "all events are ingested",
                () -> operator().get("/installation/counts").expect(200).data(),
                counts -> counts.path("behind_bytes").asLong(-1) == 0);
    }

    /// The HTML of the newest mail that the simulator accepted for an address.
    String mailTo(String address) {
        String inbox = simulator().get("/?q=" + address).expect(200).text();
        Matcher mail = Pattern.compile("/mail/(\\d+)").matcher(inbox);
        if (!mail.find()) {
            throw new AssertionError("no mail to " + address);
        }
        return simulator().get("/mail/" + mail.group(1) + "/html").expect(200).text();
    }

    /// The recipient of every mail that the simulator accepted, by its own record.
    List<String> accepted() {
        List<String> recipients = new ArrayList<>();
        long next = 0;
        while (true) {
            JsonNode page = simulator()
                    .get("/simulator/record?after=" + next)
                    .expect(200)
                    .json();
            page.path("records")
                    .forEach(mail -> recipients.add(mail.path("recipient").asText()));
            next = page.path("next").asLong();
            if (next >= page.path("size").asLong()) {
                return recipients;
            }
        }
    }

    /// Ends the supervisor and through it all processes.
    void stop() {
        supervisor.close();
        simulator.close();
    }

    @Override
    public void close() {
        stop();
        home.awaitNoProcess();
        home.delete();
    }
}
