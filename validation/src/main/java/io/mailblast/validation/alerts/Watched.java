package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A MailBlast whose alerts are told to us, and the ways to bring trouble about in it.
final class Watched implements AutoCloseable {

    private static final String OPERATOR = "ops@alerts.example";
    private static final String SENDER = "news@alerts.example";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ToldWhom told;
    private final Installation installation;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<Integer, Long> lists = new HashMap<>();
    private final ApiClient api;

    private Watched(ToldWhom told, Installation installation) {
        this.told = told;
        this.installation = installation;
        this.api = installation.signIn();
    }

    static Watched start(Launcher launcher, double timeScale) {
        ToldWhom told = new ToldWhom();
        try {
            Installation installation = Installation.start(
                    launcher,
                    webhook -> List.of(
                            "--quiet", "--rate", "5000", "--quota", "-1", "--keep", "10000", "--notify", webhook),
                    simulator -> configuration(told, simulator, timeScale));
            Watched watched = new Watched(told, installation);
            JsonNode _ = watched.api.post("/senders", object().put("identity", SENDER));
            return watched;
        } catch (CannotRunException e) {
            told.close();
            throw e;
        }
    }

    private static Map<String, String> configuration(
            ToldWhom told, Installation.SimulatorAt simulator, double timeScale) {
        Map<String, String> configuration = new TreeMap<>();
        configuration.put("MAILBLAST_TIME_SCALE", Double.toString(timeScale));
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

    Installation installation() {
        return installation;
    }

    ToldWhom told() {
        return told;
    }

    /// Signed in as an operator; the sign-in outlives restarts.
    ApiClient api() {
        return api;
    }

    /// E-mails to the operator, read out of the simulator's record.
    List<ToldWhom.Message> mails(long after) {
        JsonNode page = simulator("/simulator/record?after=" + after + "&limit=10000");
        return page.path("records")
                .valueStream()
                .filter(mail -> mail.path("recipient").asText().equals(OPERATOR))
                .flatMap(mail ->
                        ToldWhom.named("email", mailSource(mail.path("number").asLong())))
                .toList();
    }

    /// How many mails the simulator has taken so far.
    long mailCount() {
        return simulator("/simulator/record?after=0&limit=1").path("size").asLong();
    }

    private JsonNode simulator(String path) {
        try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            return simulator.get(path);
        }
    }

    private String mailSource(long number) {
        try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            return simulator.text("/mail/" + number + "/source");
        }
    }

    /// What the simulated provider and its recipients do from now on.
    ///
    /// @param what `faults` or `behaviour`
    void provider(String what, Map<String, Object> changes) {
        try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            JsonNode _ = simulator.post("/simulator/" + what, ApiClient.JSON.valueToTree(changes));
        }
    }

    /// Begins to send a campaign to so many people.
    ///
    /// @return its number
    long send(int people) {
        long id = draft(lists.computeIfAbsent(people, this::list));
        JsonNode _ = api.post("/campaigns/" + id + "/send");
        return id;
    }

    /// A campaign to a few people that is not sent.
    long draft() {
        return draft(lists.computeIfAbsent(3, this::list));
    }

    /// Changes a campaign; the status of the answer.
    int rename(long campaign) {
        return status(HttpRequest.newBuilder(URI.create(installation.http() + "/campaigns/" + campaign))
                .header("Authorization", "Bearer " + api.token())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"name\":\"Alerts\"}")));
    }

    private long draft(long list) {
        ObjectNode campaign = object().put("name", "Alerts")
                .put("subject", "News")
                .put("from_name", "Alerts")
                .put("from_email", SENDER)
                .put("content", "<p>News. <a href=\"{{ unsubscribe_url }}\">No more</a></p>");
        campaign.putArray("list_ids").add(list);
        return api.post("/campaigns", campaign).at("/data/id").asLong();
    }

    String state(long campaign) {
        return api.get("/campaigns/" + campaign).at("/data/state").asText();
    }

    /// Until the campaign has nothing left to do, or was paused by a guard.
    void awaitSent(long campaign) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.multipliedBy(3).toNanos();
        while (List.of("queueing", "sending").contains(state(campaign))) {
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("Campaign " + campaign + " does not end: it is " + state(campaign) + ".");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private long list(int people) {
        long list = api.post("/lists", object().put("name", "Alerts " + people))
                .at("/data/id")
                .asLong();
        importPeople(people, "?list_id=" + list);
        return list;
    }

    /// Imports so many and waits for the end.
    void importPeople(int people, String query) {
        StringBuilder csv = new StringBuilder("email,first_name\n");
        for (int i = 0; i < people; i++) {
            csv.append("person").append(i).append("@alerts.example,Ann\n");
        }
        Path file = installation.folder().resolve("people-" + people + ".csv");
        try {
            Files.writeString(file, csv);
        } catch (IOException e) {
            throw new CannotRunException("No file of contacts can be written: " + e.getMessage());
        }
        long job = api.postFile("/contacts/import" + query, "text/csv", file)
                .at("/data/id")
                .asLong();
        await("the import", () -> {
            String state = api.get("/contacts/imports/" + job).at("/data/state").asText();
            return !state.equals("waiting") && !state.equals("running");
        });
    }

    /// `worker` or `api`, where it runs.
    ProcessHandle process(String role) {
        await("the " + role, () -> installation.process(role).isPresent());
        return installation.process(role).orElseThrow(() -> new CannotRunException("The " + role + " has just ended."));
    }

    /// Kills it at once, and waits until its successor is another one.
    void killAndAwaitNext(String role) {
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
    void awaitApi() {
        await("the API", () -> status("/health/ready") == 200);
    }

    /// The status of a request that nobody signed; 0 where there is no answer.
    int status(String path) {
        return status(HttpRequest.newBuilder(URI.create(installation.http() + path)));
    }

    /// The same of one who is signed in.
    int statusSignedIn(String path) {
        return status(HttpRequest.newBuilder(URI.create(installation.http() + path))
                .header("Authorization", "Bearer " + api.token()));
    }

    private int status(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /// A connection of our own to the embedded PostgreSQL, past all of MailBlast.
    Connection database() {
        try {
            return DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + installation.database().port() + "/mailblast",
                    "postgres",
                    installation.database().password());
        } catch (SQLException e) {
            throw new CannotRunException("The embedded PostgreSQL cannot be reached: " + e.getMessage());
        }
    }

    /// Sends a signal to processes, such as `STOP`.
    static void signal(String name, List<ProcessHandle> processes) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name.toUpperCase(Locale.ROOT)));
        processes.forEach(each -> command.add(Long.toString(each.pid())));
        try {
            int _ = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new CannotRunException("Cannot run kill: " + e.getMessage());
        }
    }

    /// What is asked again until it is so.
    interface Condition {
        boolean holds();
    }

    static void await(String what, Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("Waited " + PATIENCE.toSeconds() + " s in vain for " + what + ".");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotRunException("Interrupted.");
            }
        }
    }

    static ObjectNode object() {
        return ApiClient.JSON.createObjectNode();
    }

    @Override
    public void close() {
        installation.close();
        told.close();
        api.close();
        http.shutdownNow();
    }
}
