package io.mailblast.validation.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.traffic.TrackedLinks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A MailBlast as whoever is signed in as an operator reaches it: what trouble can be brought to any installation, a
/// given one among them. [Watched] is one whose processes and disks can be hurt as well.
public class Reached implements AutoCloseable {

    private static final String SENDER = "news@alerts.example";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration HASTE = Duration.ofSeconds(2);

    private final String http;
    private final String email;
    private final String password;
    private final Optional<SimulatedProvider> provider;
    private final Path folder;
    private final double timeScale;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<Integer, Long> lists = new HashMap<>();
    private final ApiClient api;
    private Optional<TrackedLinks> links = Optional.empty();

    /// @param http such as `http://127.0.0.1:8080`
    /// @param email of an operator
    /// @param provider the simulator behind it; empty where it is not known
    /// @param folder for files of ours
    public Reached(
            String http,
            String email,
            String password,
            Optional<SimulatedProvider> provider,
            Path folder,
            double timeScale) {
        this.http = http;
        this.email = email;
        this.password = password;
        this.provider = provider;
        this.folder = folder;
        this.timeScale = timeScale;
        this.api = new ApiClient(http);
        api.signIn(email, password);
    }

    /// The sender of its campaigns, where it is not there yet.
    public void addSender() {
        JsonNode senders = api.get("/senders").path("data");
        if (senders.valueStream()
                .noneMatch(each -> each.path("identity").asText().equals(SENDER))) {
            JsonNode _ = api.post("/senders", object().put("identity", SENDER));
        }
    }

    /// Campaigns that have something left to do.
    public long openCampaigns() {
        return List.of("queueing", "sending").stream()
                .mapToLong(state -> api.get("/campaigns?limit=200&state=" + state)
                        .path("data")
                        .size())
                .sum();
    }

    /// Messages about alerts that got through since [#forgetTold]; none where nobody tells us.
    ///
    /// @param mails how many the simulator had taken by then
    public List<ToldWhom.Message> told(long mails) {
        return List.of();
    }

    /// Forgets what was told so far.
    public void forgetTold() {
        // Nobody tells us.
    }

    /// So many an hour of shortened time.
    public int perHour(int mails) {
        return (int) Math.round(mails / timeScale);
    }

    /// Signed in as an operator; the sign-in outlives restarts.
    public ApiClient api() {
        return api;
    }

    /// Another client, signed in as an operator, that waits for no answer for long.
    public ApiClient hastyClient() {
        // A sign-in costs more than anything that the other one asks.
        api.signIn(email, password);
        ApiClient hasty = new ApiClient(http, HASTE);
        hasty.signInAs(api);
        return hasty;
    }

    /// The pixel of a mail that was sent, as a path: each time it is asked for is an open.
    public String pixel() throws InterruptedException {
        return links().openPaths().getFirst();
    }

    /// A link of it, as a path: each time it is followed is a click.
    public String click() throws InterruptedException {
        return links().clickPaths().getFirst();
    }

    private TrackedLinks links() throws InterruptedException {
        if (links.isEmpty()) {
            long before = provider().mailCount();
            awaitSent(send(3));
            List<String> opens = new ArrayList<>();
            List<String> clicks = new ArrayList<>();
            try (ApiClient simulator = new ApiClient(provider().http())) {
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
    public long send(int people) {
        return send(people, 0);
    }

    /// @param anHour as many at most; 0 for no limit
    public long send(int people, int anHour) {
        long id = draft(lists.computeIfAbsent(people, this::list));
        if (anHour > 0) {
            int _ = patch("/campaigns/" + id + "/pace", object().put("hourly_limit", anHour));
        }
        JsonNode _ = api.post("/campaigns/" + id + "/send");
        return id;
    }

    /// A campaign to a few people that is not sent.
    public long draft() {
        return draft(lists.computeIfAbsent(3, this::list));
    }

    /// Changes a campaign; the status of the answer.
    public int rename(long campaign) {
        return patch("/campaigns/" + campaign, object().put("name", "Alerts"));
    }

    private int patch(String path, ObjectNode changes) {
        return status(HttpRequest.newBuilder(URI.create(http + path))
                .header("Authorization", "Bearer " + api.token())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(changes.toString())));
    }

    private long draft(long list) {
        return draft(
                list,
                "<p>News. <a href=\"https://alerts.example/more\">More</a> <a href=\"{{ unsubscribe_url }}\">No more</a></p>");
    }

    /// A campaign to a list that is not sent.
    public long draft(long list, String content) {
        ObjectNode campaign = object().put("name", "Alerts")
                .put("subject", "News")
                .put("from_name", "Alerts")
                .put("from_email", SENDER)
                .put("content", content);
        campaign.putArray("list_ids").add(list);
        return api.post("/campaigns", campaign).at("/data/id").asLong();
    }

    public long sent(long campaign) {
        return api.get("/campaigns/" + campaign + "/stats")
                .at("/data/by_state/sent")
                .asLong();
    }

    public String state(long campaign) {
        return api.get("/campaigns/" + campaign).at("/data/state").asText();
    }

    /// Until the campaign has nothing left to do, or was paused by a guard.
    public void awaitSent(long campaign) throws InterruptedException {
        awaitSent(campaign, PATIENCE.multipliedBy(3));
    }

    public void awaitSent(long campaign, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
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
    public void importPeople(int people, String query) {
        StringBuilder csv = new StringBuilder("email,first_name\n");
        for (int i = 0; i < people; i++) {
            csv.append("person").append(i).append("@alerts.example,Ann\n");
        }
        importFile("people-" + people, csv.toString(), query);
    }

    /// Imports what a file says and waits for the end.
    ///
    /// @param query such as `?list_id=1`
    public void importFile(String name, String csv, String query) {
        Path file = folder.resolve(name + ".csv");
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

    /// The status of a request that nobody signed; 0 where there is no answer.
    public int status(String path) {
        return status(HttpRequest.newBuilder(URI.create(http + path)));
    }

    /// Asks with next to no work of its own, so that a crowd is not a test of whoever makes it. One thread uses it.
    public Asker asker() {
        return new Asker(http);
    }

    /// The same of one who is signed in.
    public int statusSignedIn(String path) {
        return status(HttpRequest.newBuilder(URI.create(http + path)).header("Authorization", "Bearer " + api.token()));
    }

    private int status(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /// The simulator that it sends by.
    ///
    /// @throws CannotRunException where it is not known
    public SimulatedProvider provider() {
        return provider.orElseThrow(
                () -> new CannotRunException("It is not known which simulator it sends by; name it with --simulator."));
    }

    /// Whether [#provider] is known.
    public boolean hasProvider() {
        return provider.isPresent();
    }

    /// So many in a run of full length, fewer in a shorter one.
    public int scaled(int count) {
        return Math.max(1, (int) Math.round(count * timeScale));
    }

    /// What is asked again until it is so.
    public interface Condition {
        boolean holds();
    }

    public static void await(String what, Condition condition) {
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

    public static ObjectNode object() {
        return ApiClient.JSON.createObjectNode();
    }

    @Override
    public void close() {
        api.close();
        client.shutdownNow();
    }
}
