package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A workspace of an [Installation] as one of its members uses it.
final class Workspace {

    static final String CONTENT = """
            <p>Dear {{ first_name | default: "reader" }},</p>
            <p><a href="https://shop.example/offer">Our offer</a></p>
            """;

    private final Client client;
    private final String email;
    private final Runnable awaitSettled;

    /// @param awaitSettled returns when every event of what was sent has been counted
    Workspace(Client client, String email, Runnable awaitSettled) {
        this.awaitSettled = awaitSettled;
        this.client = client;
        this.email = email;
    }

    Client client() {
        return client;
    }

    /// Who signed in, with [Installation#PASSWORD].
    String email() {
        return email;
    }

    long list(String name) {
        return id(client.post("/lists", Client.body("name", name)));
    }

    long contact(String address, long... lists) {
        return id(client.post("/contacts", Client.body("email", address, "lists", lists)));
    }

    long sender(String identity) {
        return id(client.post("/senders", Client.body("identity", identity)));
    }

    /// Imports addresses into a list and waits for the end.
    ///
    /// @return the job
    long importContacts(long list, List<String> addresses) {
        return importFile(
                list,
                "email,first_name\n"
                        + String.join(
                                "\n", addresses.stream().map(a -> a + ",Ada").toList()) + "\n");
    }

    /// @param csv with its header
    /// @return the job
    long importFile(long list, String csv) {
        long job = id(client.send("POST", "/contacts/import?list_id=" + list, csv, "text/csv"));
        Await.until(
                "the import ends",
                () -> client.get("/contacts/imports/" + job).expect(200).data(),
                state -> state.path("state").asText().equals("done"));
        return job;
    }

    /// A draft from a sender that [#sender] must have made.
    long campaign(String name, String from, long... lists) {
        return id(client.post("/campaigns", draft(name, from, lists)));
    }

    static JsonNode draft(String name, String from, long... lists) {
        return Client.body(
                "name",
                name,
                "subject",
                "News",
                "from_name",
                "The Shop",
                "from_email",
                from,
                "content",
                CONTENT,
                "list_ids",
                Arrays.stream(lists).boxed().toList());
    }

    /// Sends a campaign, and waits until every recipient is settled and every event counted.
    ///
    /// @return its stats
    JsonNode send(long campaign) {
        client.post("/campaigns/" + campaign + "/send", null).expect(202);
        return awaitSent(campaign);
    }

    JsonNode awaitSent(long campaign) {
        return awaitSent(campaign, Await.DEADLINE);
    }

    JsonNode awaitSent(long campaign, Duration deadline) {
        Await.until(
                "campaign " + campaign + " is sent",
                deadline,
                () -> stats(campaign),
                stats -> stats.path("state").asText().equals("sent"));
        awaitSettled.run();
        return stats(campaign);
    }

    JsonNode stats(long campaign) {
        return client.get("/campaigns/" + campaign + "/stats").expect(200).data();
    }

    /// Each recipient's state, by address.
    Map<String, String> states(long campaign) {
        Map<String, String> states = new HashMap<>();
        client.all("/campaigns/" + campaign + "/recipients")
                .forEach(recipient -> states.put(
                        recipient.path("email").asText(),
                        recipient.path("state").asText()));
        return states;
    }

    /// Suppressed addresses and why.
    Map<String, String> suppressions() {
        Map<String, String> reasons = new HashMap<>();
        client.all("/suppressions")
                .forEach(row -> reasons.put(
                        row.path("email").asText(), row.path("reason").asText()));
        return reasons;
    }

    static long id(Client.Response response) {
        return response.status() / 100 == 2
                ? response.data().path("id").asLong()
                : response.expect(201).status();
    }
}
