package io.mailblast.validation.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What a person does before there is anything to measure, through the API: lists, imports, campaigns.
public final class Audience {

    private static final Duration IMPORT = Duration.ofHours(1);
    private static final Duration SENDING = Duration.ofMinutes(10);
    private static final Duration STANDSTILL = Duration.ofMinutes(2);

    private final Path folder;
    private final ApiClient api;
    private final String sender;

    public Audience(Installation installation, ApiClient api) {
        this(installation.folder(), api, Samples.SENDER);
    }

    /// @param folder for files that are imported and deleted again
    /// @param sender of the campaigns
    public Audience(Path folder, ApiClient api, String sender) {
        this.folder = folder;
        this.api = api;
        this.sender = sender;
    }

    /// A list with so many contacts; the smaller of two lists is part of the larger.
    public long list(String name, int contacts) {
        long list = id(api.post("/lists", object().put("name", name)));
        try {
            Path file = Samples.contacts(folder.resolve("contacts.csv"), contacts);
            JsonNode ended = awaitImport(startImport("?list_id=" + list, file), _ -> {});
            if (!ended.path("state").asText().equals("done")) {
                throw new CannotRunException("The import came to nothing: " + ended);
            }
            Files.delete(file);
        } catch (IOException e) {
            throw new CannotRunException("No file of contacts can be written: " + e.getMessage());
        }
        return list;
    }

    /// @param query of `POST /contacts/import`
    public long startImport(String query, Path file) {
        return id(api.postFile("/contacts/import" + query, "text/csv", file));
    }

    /// @param seen each state of the job on the way
    /// @return the job when it has ended, one way or the other
    public JsonNode awaitImport(long job, Consumer<JsonNode> seen) {
        long deadline = System.nanoTime() + IMPORT.toNanos();
        while (true) {
            JsonNode state = api.get("/contacts/imports/" + job).path("data");
            seen.accept(state);
            switch (state.path("state").asText()) {
                case "waiting", "running" -> pause(20);
                default -> {
                    return state;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("The import did not end in " + IMPORT.toHours() + " h: " + state);
            }
        }
    }

    /// @return what MailBlast says of it
    public JsonNode sender() {
        return api.post("/senders", object().put("identity", sender)).path("data");
    }

    public boolean hasList(String name) {
        return find(name) > 0;
    }

    /// A list that is there.
    public long listNamed(String name) {
        return find(name);
    }

    private long find(String name) {
        for (JsonNode list : api.get("/lists").path("data")) {
            if (list.path("name").asText().equals(name)) {
                return list.path("id").asLong();
            }
        }
        return 0;
    }

    /// Writes a campaign to a list and sends it.
    ///
    /// @return the campaign's number
    public long begin(long list) {
        long id = draft(list);
        JsonNode _ = api.post("/campaigns/" + id + "/send");
        return id;
    }

    /// Writes a campaign to a list.
    ///
    /// @return the campaign's number
    public long draft(long list) {
        ObjectNode campaign = object().put("name", "Benchmark")
                .put("subject", Samples.SUBJECT)
                .put("from_name", "The Garden Letter")
                .put("from_email", sender)
                .put("content", Samples.newsletter());
        campaign.putArray("list_ids").add(list);
        return id(api.post("/campaigns", campaign));
    }

    /// Sends a campaign, and cancels it once all its recipients are queued.
    ///
    /// @return seconds from the request to send to the complete snapshot
    public double queueAndCancel(long list, ApiClient as) {
        long id = begin(list);
        JsonNode row = await(id, state -> !state.equals("queueing"));
        JsonNode _ = as.post("/campaigns/" + id + "/cancel");
        JsonNode _ = await(id, state -> state.equals("cancelled"));
        Instant requested = Instant.parse(row.path("send_requested_at").asText());
        return Duration.between(requested, Instant.parse(row.path("queued_at").asText()))
                        .toNanos()
                / 1e9;
    }

    /// Waits until a campaign is in a state that is waited for.
    ///
    /// @return the campaign then
    /// @throws CannotRunException when it is not for minutes
    public JsonNode await(long id, Predicate<String> state) {
        long deadline = System.nanoTime() + SENDING.toNanos();
        while (true) {
            JsonNode row = api.get("/campaigns/" + id).path("data");
            if (state.test(row.path("state").asText())) {
                return row;
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRunException(
                        "The campaign stays " + row.path("state").asText() + ".");
            }
            pause(50);
        }
    }

    /// @param seen each answer of `stats` on the way
    /// @throws CannotRunException when nothing goes on for two minutes
    public void awaitSent(long id, Consumer<JsonNode> seen) {
        double progress = -1;
        long movedNs = System.nanoTime();
        while (true) {
            JsonNode stats = stats(id);
            seen.accept(stats);
            if (stats.path("state").asText().equals("sent")) {
                return;
            }
            if (stats.path("progress").asDouble() > progress) {
                progress = stats.path("progress").asDouble();
                movedNs = System.nanoTime();
            }
            if (System.nanoTime() - movedNs > STANDSTILL.toNanos()) {
                throw new CannotRunException("The campaign stands still: " + stats);
            }
            pause(100);
        }
    }

    public JsonNode stats(long campaign) {
        return api.get("/campaigns/" + campaign + "/stats").path("data");
    }

    public static void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private static long id(JsonNode answer) {
        return answer.path("data").path("id").asLong();
    }

    private static ObjectNode object() {
        return ApiClient.JSON.createObjectNode();
    }
}
