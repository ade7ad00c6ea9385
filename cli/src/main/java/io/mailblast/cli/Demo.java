package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A whole MailBlast in a home of its own: simulator, API with embedded PostgreSQL, worker; and a person's way
/// through it.
final class Demo implements AutoCloseable {

    private static final String EMAIL = "demo@mailblast.test";
    private static final Duration IMPORT = Duration.ofMinutes(10);
    private static final Duration SETTLE = Duration.ofMinutes(30);

    private final Path home;
    private final Path log;
    private final Program program;
    private final DemoScreen screen;
    private final String http;
    private final String password;
    private final Map<String, String> environment = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Sandbox simulator;
    private final Supervisor supervisor;
    private final Thread hook;

    private Demo(Path home, Program program, DemoScreen screen) {
        this.home = home;
        this.log = home.resolve("demo.log");
        this.program = program;
        this.screen = screen;
        this.password = random();
        int port = freePort();
        this.http = "http://127.0.0.1:" + port;
        environment.put("MAILBLAST_HOME", home.toString());
        environment.put("MAILBLAST_PORT", Integer.toString(port));
        environment.put("MAILBLAST_PUBLIC_URL", http);
        environment.put("MAILBLAST_TEST_INSTALLATION", "true");
        environment.put("MAILBLAST_ANALYTICS_CACHE_FOR", "200ms");
        screen.line("Starting the mail simulator, the API with its database, and a worker ...");
        this.simulator = Sandbox.start(
                program,
                home.resolve("simulator"),
                http + "/webhooks/ses",
                List.of("--port", "0", "--smtp-port", "0"),
                environment,
                log);
        try {
            this.supervisor = new Supervisor(program, List.of(), environment, log);
        } catch (CannotRunException e) {
            simulator.close();
            throw new CannotRunException(e.getMessage() + tail(log), e.code());
        }
        this.hook = new Thread(this::stop);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static Demo start(Program program, DemoScreen screen) throws IOException {
        Path home = Files.createTempDirectory("mailblast-demo-");
        try {
            return new Demo(home, program, screen);
        } catch (RuntimeException e) {
            delete(home);
            throw e;
        }
    }

    /// A person's way: sign in, import, write, send, wait, look.
    DemoFigures run(int contacts) {
        try {
            return walk(contacts);
        } catch (CannotRunException e) {
            throw new CannotRunException(e.getMessage() + tail(log), e.code());
        }
    }

    private DemoFigures walk(int contacts) {
        addAccount();
        try (ApiClient api = new ApiClient(http);
                ApiClient judge = new ApiClient(simulator.http())) {
            api.logIn(EMAIL, password);
            long list = id(api.post("/lists", object().put("name", "Readers")));
            api.post("/senders", object().put("identity", "letter@garden.example"));
            importContacts(api, list, contacts);
            long campaign = write(api, list);
            screen.line("Sending ...");
            api.post("/campaigns/" + campaign + "/send", null);
            return settle(api, judge, campaign);
        }
    }

    String http() {
        return http;
    }

    String inbox() {
        return simulator.http();
    }

    String email() {
        return EMAIL;
    }

    String password() {
        return password;
    }

    Path log() {
        return log;
    }

    void awaitStop() throws InterruptedException {
        closed.await();
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

    private synchronized void stop() {
        if (closed.getCount() == 0) {
            return;
        }
        screen.line("Stopping ...");
        supervisor.close();
        simulator.close();
        delete(home);
        closed.countDown();
    }

    private void addAccount() {
        List<String> command = program.command(Program.Part.USER, List.of("add", EMAIL, "--operator"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        try {
            Process process = builder.start();
            try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
                in.write(password + "\n");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CannotRunException("The demo's account could not be made: " + said.strip());
            }
        } catch (IOException e) {
            throw new CannotRunException("The demo's account could not be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private void importContacts(ApiClient api, long list, int contacts) {
        screen.line(String.format("Importing %,d contacts ...", contacts));
        long job = id(api.postCsv("/contacts/import?list_id=" + list, DemoContent.contacts(contacts)));
        long deadline = System.nanoTime() + IMPORT.toNanos();
        while (true) {
            JsonNode state = api.get("/contacts/imports/" + job).path("data");
            String word = state.path("state").asText();
            screen.progress(
                    String.format("%s, %,d rows", word, state.path("total").asLong()));
            if (word.equals("done")) {
                return;
            }
            if (word.equals("failed") || word.equals("cancelled") || System.nanoTime() > deadline) {
                throw new CannotRunException("The import came to nothing: " + state);
            }
            pause();
        }
    }

    private static long write(ApiClient api, long list) {
        ObjectNode campaign = object().put("name", "The Garden Letter, spring issue")
                .put("subject", DemoContent.SUBJECT)
                .put("from_name", "The Garden Letter")
                .put("from_email", "letter@garden.example")
                .put("content", DemoContent.HTML);
        campaign.putArray("list_ids").add(list);
        return id(api.post("/campaigns", campaign));
    }

    /// Until the campaign is sent, the simulator is idle, and what it caused has been counted: the same figures
    /// twice in a row with nothing pending between.
    private DemoFigures settle(ApiClient api, ApiClient judge, long campaign) {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (true) {
            JsonNode stats = api.get("/campaigns/" + campaign + "/stats").path("data");
            JsonNode counts = judge.get("/simulator/counts");
            screen.progress(String.format(
                    "%3.0f%%  sent %,d  delivered %,d  opened %,d  clicked %,d  bounced %,d  complained %,d  unsubscribed %,d",
                    stats.path("progress").asDouble() * 100,
                    stats.path("by_state").path("sent").asLong(),
                    stats.path("delivered").asLong(),
                    stats.path("opens").path("unique").asLong(),
                    stats.path("clicks").path("unique").asLong(),
                    stats.path("bounced").asLong(),
                    stats.path("complained").asLong(),
                    stats.path("unsubscribed").asLong()));
            boolean sent = stats.path("state").asText().equals("sent");
            if (sent && counts.path("idle").asBoolean()) {
                JsonNode rows = api.get("/installation/counts").path("data");
                if (rows.path("behind_bytes").asLong(-1) == 0) {
                    return DemoFigures.of(
                            api.get("/campaigns/" + campaign + "/stats").path("data"),
                            overview(api),
                            rows,
                            judge.get("/simulator/counts"));
                }
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("The campaign did not settle: " + stats + ", simulator: " + counts);
            }
            pause();
        }
    }

    /// The overview may be a cached answer: what was cached before is gone after twice its time.
    private static JsonNode overview(ApiClient api) {
        pause();
        pause();
        return api.get("/analytics/overview").path("data");
    }

    private static long id(JsonNode answer) {
        return answer.path("data").path("id").asLong();
    }

    private static ObjectNode object() {
        return ApiClient.JSON.createObjectNode();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private static String random() {
        byte[] bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// 8080 where it is free, so that the demo is where people look for it.
    private static int freePort() {
        for (int port : new int[] {8080, 0}) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use: any other will do.
            }
        }
        throw new CannotRunException("No port is free on 127.0.0.1.");
    }

    private static String tail(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return "\n" + String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
        } catch (IOException e) {
            return "";
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("Left behind: " + folder);
        }
    }
}
