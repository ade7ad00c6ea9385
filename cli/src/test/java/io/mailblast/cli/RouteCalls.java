package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How each route that members may call is asked with one workspace's identifiers, by another or by their owner.
final class RouteCalls {

    private static final int NOT_FOUND = 404;
    private static final int BAD_INPUT = 400;

    private final Owned owned;
    private final long ownList;
    private final long ownContact;
    private final long ownCampaign;
    private final Set<String> unknown = new TreeSet<>();
    private final Map<String, Attempt> byIdentifier;

    /// @param owned whose identifiers are used
    /// @param asking who asks, with a list, a contact and a draft of his own to mix them with
    RouteCalls(Owned owned, Workspace asking) {
        this.owned = owned;
        this.ownList = asking.list("mixed with others'");
        this.ownContact = asking.contact("asking@own.example", ownList);
        asking.sender("asking.example");
        this.ownCampaign = asking.campaign("asking", "news@asking.example", ownList);
        this.byIdentifier = byIdentifier();
    }

    /// One call.
    ///
    /// @param expected the status of its answer
    record Attempt(String path, @Nullable String body, String type, int expected) {

        Attempt expecting(int status) {
            return new Attempt(path, body, type, status);
        }
    }

    /// A workspace with something of everything, each thing marked with a word.
    record Owned(
            Workspace workspace,
            long list,
            long otherList,
            long contact,
            long otherContact,
            long sent,
            long draft,
            long importJob,
            long suppression,
            long sender,
            long key) {

        static Owned make(Installation installation, String mark) {
            Workspace workspace = installation.workspace(mark);
            Client client = workspace.client();
            long sender = workspace.sender(mark + ".example");
            long list = workspace.list(mark + " readers");
            long importJob = workspace.importContacts(
                    list, List.of("one@" + mark + ".example", "bounce@" + mark + ".example", "no address of " + mark));
            long sent = workspace.campaign(mark + " sent", "news@" + mark + ".example", list);
            workspace.send(sent);
            client.post("/campaigns/" + sent + "/test", Client.body("email", "test@" + mark + ".example"))
                    .expect(202);
            Await.until(
                    "the test mail is accepted",
                    () -> client.get("/campaigns/" + sent + "/tests").text(),
                    text -> text.contains("\"accepted\""));
            return new Owned(
                    workspace,
                    list,
                    workspace.list(mark + " others"),
                    workspace.contact("two@" + mark + ".example", list),
                    workspace.contact("three@" + mark + ".example"),
                    sent,
                    workspace.campaign(mark + " draft", "news@" + mark + ".example", list),
                    importJob,
                    Workspace.id(client.post("/suppressions", Client.body("email", "never@" + mark + ".example"))),
                    sender,
                    Workspace.id(client.post("/api-keys", Client.body("name", mark + " key"))));
        }
    }

    /// What another workspace tries on a route. Empty, and noted in [#unknown], for a route that is not known here.
    List<Attempt> attempts(String operation) {
        if (byIdentifier.containsKey(operation)) {
            List<Attempt> attempts =
                    new ArrayList<>(List.of(byIdentifier.get(operation).expecting(NOT_FOUND)));
            attempts.addAll(mixed(operation));
            return attempts;
        }
        List<Attempt> own = withoutIdentifier(operation);
        if (own.isEmpty()) {
            unknown.add(operation);
        }
        return own;
    }

    Set<String> unknown() {
        return unknown;
    }

    /// The calls by identifier in an order in which all of them work for the owner.
    Map<String, Attempt> ownersCalls() {
        return byIdentifier;
    }

    /// Everything that the owner can read.
    List<String> reads() {
        List<String> paths = new ArrayList<>(List.of(
                "/campaigns",
                "/contacts",
                "/contacts/export",
                "/lists",
                "/contacts/imports",
                "/suppressions",
                "/senders",
                "/api-keys",
                "/auth/me",
                "/analytics/overview",
                "/analytics/top-links",
                "/analytics/events/recent"));
        byIdentifier.forEach((operation, attempt) -> {
            if (operation.startsWith("GET ")) {
                paths.add(attempt.path());
            }
        });
        return paths;
    }

    private Map<String, Attempt> byIdentifier() {
        Map<String, Attempt> calls = new LinkedHashMap<>();
        String draft = "/campaigns/" + owned.draft;
        String sent = "/campaigns/" + owned.sent;
        String list = "/lists/" + owned.list;
        String contact = "/contacts/" + owned.contact;
        String job = "/contacts/imports/" + owned.importJob;
        String sender = "/senders/" + owned.sender;
        calls.put("GET /campaigns/{id}", call(sent, 200));
        calls.put("GET /campaigns/{id}/stats", call(sent + "/stats", 200));
        calls.put("GET /campaigns/{id}/report", call(sent + "/report", 200));
        calls.put("GET /campaigns/{id}/recipients", call(sent + "/recipients", 200));
        calls.put("GET /campaigns/{id}/recipients.csv", call(sent + "/recipients.csv", 200));
        calls.put("GET /campaigns/{id}/audience", call(sent + "/audience", 200));
        calls.put("GET /campaigns/{id}/tests", call(sent + "/tests", 200));
        calls.put("GET /contacts/{id}", call(contact, 200));
        calls.put("GET /contacts/{id}/history", call(contact + "/history", 200));
        calls.put("GET /lists/{id}", call(list, 200));
        calls.put("GET /contacts/imports/{id}", call(job, 200));
        calls.put("GET /contacts/imports/{id}/errors", call(job + "/errors", 200));
        calls.put("GET /contacts/imports/{id}/errors.csv", call(job + "/errors.csv", 200));
        calls.put("GET /senders/{id}", call(sender, 200));
        calls.put("PATCH /campaigns/{id}", call(draft, Client.body("name", "taken over"), 200));
        calls.put("PATCH /contacts/{id}", call(contact, Client.body("first_name", "Taken"), 200));
        calls.put("PATCH /lists/{id}", call(list, Client.body("name", "taken over"), 200));
        calls.put("PUT /lists/{id}/contacts/{contact_id}", call(list + "/contacts/" + owned.otherContact, 204));
        calls.put("DELETE /lists/{id}/contacts/{contact_id}", call(list + "/contacts/" + owned.otherContact, 204));
        calls.put("POST /contacts/imports/{id}/cancel", call(job + "/cancel", 409));
        calls.put("POST /senders/{id}/verify", call(sender + "/verify", 200));
        calls.put(
                "POST /campaigns/{id}/test",
                call(draft + "/test", Client.body("email", "curious@asking.example"), 202));
        calls.put(
                "POST /campaigns/{id}/schedule",
                call(draft + "/schedule", Client.body("at", "2030-01-01T09:00", "time_zone", "Europe/Berlin"), 200));
        calls.put("DELETE /campaigns/{id}/schedule", call(draft + "/schedule", 200));
        calls.put("POST /campaigns/{id}/send", call(draft + "/send", 202));
        calls.put("PATCH /campaigns/{id}/pace", call(draft + "/pace", Client.body("hourly_limit", 100_000), 200));
        // The campaign is sent: its owner is told so, where others are told that it is not there.
        calls.put("POST /campaigns/{id}/pause", call(sent + "/pause", 409));
        calls.put("POST /campaigns/{id}/resume", call(sent + "/resume", 409));
        calls.put("POST /campaigns/{id}/cancel", call(sent + "/cancel", 409));
        calls.put("GET /campaigns/{id}/in-doubt", call(sent + "/in-doubt", 200));
        calls.put(
                "POST /campaigns/{id}/in-doubt/settle",
                call(sent + "/in-doubt/settle", Client.body("as", "sent"), 200));
        calls.put("DELETE /campaigns/{id}", call(sent, 204));
        calls.put("DELETE /contacts/{id}", call("/contacts/" + owned.otherContact, 204));
        calls.put("DELETE /lists/{id}", call("/lists/" + owned.otherList, 204));
        calls.put("DELETE /suppressions/{id}", call("/suppressions/" + owned.suppression, 204));
        calls.put("DELETE /senders/{id}", call(sender, 204));
        calls.put("DELETE /api-keys/{id}", call("/api-keys/" + owned.key, 204));
        return calls;
    }

    /// Own things named beside another's.
    private List<Attempt> mixed(String operation) {
        return switch (operation) {
            case "PUT /lists/{id}/contacts/{contact_id}", "DELETE /lists/{id}/contacts/{contact_id}" ->
                List.of(
                        call("/lists/" + ownList + "/contacts/" + owned.contact, NOT_FOUND),
                        call("/lists/" + owned.list + "/contacts/" + ownContact, NOT_FOUND));
            case "PATCH /campaigns/{id}" ->
                List.of(call("/campaigns/" + ownCampaign, Client.body("list_ids", List.of(owned.list)), BAD_INPUT));
            default -> List.of();
        };
    }

    private List<Attempt> withoutIdentifier(String operation) {
        return switch (operation) {
            case "GET /campaigns",
                    "GET /contacts/export",
                    "GET /lists",
                    "GET /contacts/imports",
                    "GET /suppressions",
                    "GET /senders",
                    "GET /api-keys",
                    "GET /bounces",
                    "GET /auth/me",
                    "GET /analytics/overview",
                    "GET /analytics/timeline",
                    "GET /analytics/top-links",
                    "GET /analytics/events/recent" -> List.of(call(operation.substring(4), 200));
            case "GET /contacts" ->
                List.of(
                        call("/contacts", 200),
                        call("/contacts?email=zebra", 200),
                        call("/contacts?list_id=" + owned.list, NOT_FOUND));
            case "POST /campaigns" ->
                List.of(call("/campaigns", Workspace.draft("a", "news@asking.example", owned.list), BAD_INPUT));
            case "POST /campaigns/preview" ->
                List.of(call(
                        "/campaigns/preview",
                        Client.body("subject", "s", "content", "{{email}}", "contact_id", owned.contact),
                        NOT_FOUND));
            case "POST /contacts/import/look" ->
                List.of(new Attempt("/contacts/import/look", "email\nx@asking.example\n", "text/csv", 200));
            case "POST /contacts" ->
                List.of(call(
                        "/contacts",
                        Client.body("email", "new@asking.example", "lists", List.of(owned.list)),
                        NOT_FOUND));
            case "POST /contacts/import" ->
                List.of(new Attempt(
                        "/contacts/import?list_id=" + owned.list, "email\nx@asking.example\n", "text/csv", NOT_FOUND));
            // What two workspaces call the same is two things.
            case "POST /lists" -> List.of(call("/lists", Client.body("name", "readers"), 201));
            case "POST /suppressions" ->
                List.of(call("/suppressions", Client.body("email", "one@asking.example"), 201));
            case "POST /senders" -> List.of(call("/senders", Client.body("identity", "more.asking.example"), 201));
            case "POST /api-keys" -> List.of(call("/api-keys", Client.body("name", "key"), 201));
            // A refresh token that is none ends nobody's session, not even the own one.
            case "POST /auth/logout" ->
                List.of(call("/auth/logout", Client.body("refresh_token", "not one of ours"), 204));
            default -> List.of();
        };
    }

    private static Attempt call(String path, int expected) {
        return new Attempt(path, null, "", expected);
    }

    private static Attempt call(String path, JsonNode body, int expected) {
        return new Attempt(path, body.toString(), "application/json", expected);
    }
}
