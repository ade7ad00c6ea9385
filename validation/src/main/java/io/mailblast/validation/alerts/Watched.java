package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.traffic.TrackedLinks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A MailBlast whose alerts are told to us, and the ways to bring trouble about in it.
final class Watched implements AutoCloseable {

    private static final String OPERATOR = "ops@alerts.example";
    private static final String SENDER = "news@alerts.example";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final double LEAKED = 100e6;

    private final ToldWhom told;
    private final Installation installation;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<Integer, Long> lists = new HashMap<>();
    private final Ground ground;
    private final double timeScale;
    private Optional<TrackedLinks> links = Optional.empty();
    private final ApiClient api;

    private Watched(ToldWhom told, Installation installation, Ground ground, double timeScale) {
        this.told = told;
        this.installation = installation;
        this.ground = ground;
        this.timeScale = timeScale;
        this.api = installation.signIn();
    }

    static Watched start(Launcher launcher, double timeScale) {
        ToldWhom told = new ToldWhom();
        Ground ground = Ground.make();
        try {
            Installation installation = Installation.start(
                    launcher,
                    ground.folder(),
                    webhook -> List.of(
                            "--quiet", "--rate", "5000", "--quota", "-1", "--keep", "100000", "--notify", webhook),
                    simulator -> configuration(told, simulator, ground, timeScale));
            Watched watched = new Watched(told, installation, ground, timeScale);
            JsonNode _ = watched.api.post("/senders", object().put("identity", SENDER));
            return watched;
        } catch (CannotRunException e) {
            told.close();
            ground.close();
            throw e;
        }
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
    Ground ground() {
        return ground;
    }

    /// Takes out of the installation's folder what is thrown away with it: what its processes said.
    ///
    /// @return where it is kept
    Path keep() {
        try {
            Path kept = Files.createTempFile("mailblast-alerts-", ".log");
            return Files.copy(installation.folder().resolve("log.txt"), kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CannotRunException("The log cannot be kept: " + e.getMessage());
        }
    }

    /// So many an hour of shortened time.
    int perHour(int mails) {
        return (int) Math.round(mails / timeScale);
    }

    /// How fast a worker must leak to be seen, in the words of [Haunting]: 100 MB in four hours.
    String leak() {
        return "leak " + Math.round(LEAKED / (4 * 3600 * timeScale));
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

    /// Whether somebody else than the operator got a mail after so many.
    boolean hasSentAfter(long mails) {
        return simulator("/simulator/record?after=" + mails + "&limit=1000")
                .path("records")
                .valueStream()
                .anyMatch(mail -> !mail.path("recipient").asText().equals(OPERATOR));
    }

    /// How many mails anybody got beyond his one, of those after so many.
    long sentTwice(long after) {
        Map<String, Integer> mails = new HashMap<>();
        JsonNode page;
        long from = after;
        do {
            page = simulator("/simulator/record?after=" + from + "&limit=10000");
            page.path("records")
                    .forEach(mail -> mails.merge(mail.path("recipient").asText(), 1, Integer::sum));
            from = page.path("next").asLong();
        } while (from < page.path("size").asLong());
        mails.remove(OPERATOR);
        return mails.values().stream().mapToLong(count -> count - 1).sum();
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

    /// The pixel of a mail that was sent, as a path: each time it is asked for is an open.
    String pixel() throws InterruptedException {
        return links().openPaths().getFirst();
    }

    /// A link of it, as a path: each time it is followed is a click.
    String click() throws InterruptedException {
        return links().clickPaths().getFirst();
    }

    private TrackedLinks links() throws InterruptedException {
        if (links.isEmpty()) {
            long before = mailCount();
            awaitSent(send(3));
            List<String> opens = new ArrayList<>();
            List<String> clicks = new ArrayList<>();
            try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
                simulator
                        .get("/simulator/record?after=" + before + "&limit=10")
                        .path("records")
                        .forEach(mail -> TrackedLinks.collect(
                                simulator.text("/mail/" + mail.path("number").asLong() + "/html"), opens, clicks));
            }
            if (opens.isEmpty() || clicks.isEmpty()) {
                throw new CannotRunException("No mail that was sent has a pixel and a link.");
            }
            links = Optional.of(new TrackedLinks(opens, clicks));
        }
        return links.orElseThrow();
    }

    /// Begins to send a campaign to so many people.
    ///
    /// @return its number
    long send(int people) {
        return send(people, 0);
    }

    /// @param anHour as many at most; 0 for no limit
    long send(int people, int anHour) {
        long id = draft(lists.computeIfAbsent(people, this::list));
        if (anHour > 0) {
            int _ = patch("/campaigns/" + id + "/pace", object().put("hourly_limit", anHour));
        }
        JsonNode _ = api.post("/campaigns/" + id + "/send");
        return id;
    }

    /// A campaign to a few people that is not sent.
    long draft() {
        return draft(lists.computeIfAbsent(3, this::list));
    }

    /// Changes a campaign; the status of the answer.
    int rename(long campaign) {
        return patch("/campaigns/" + campaign, object().put("name", "Alerts"));
    }

    private int patch(String path, ObjectNode changes) {
        return status(HttpRequest.newBuilder(URI.create(installation.http() + path))
                .header("Authorization", "Bearer " + api.token())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(changes.toString())));
    }

    private long draft(long list) {
        ObjectNode campaign = object().put("name", "Alerts")
                .put("subject", "News")
                .put("from_name", "Alerts")
                .put("from_email", SENDER)
                .put(
                        "content",
                        "<p>News. <a href=\"https://alerts.example/more\">More</a> <a href=\"{{ unsubscribe_url }}\">No more</a></p>");
        campaign.putArray("list_ids").add(list);
        return api.post("/campaigns", campaign).at("/data/id").asLong();
    }

    long sent(long campaign) {
        return api.get("/campaigns/" + campaign + "/stats")
                .at("/data/by_state/sent")
                .asLong();
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

    /// Runs a statement there.
    void execute(String sql) {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new CannotRunException("The statement failed: " + e.getMessage());
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
        ground.close();
    }
}
