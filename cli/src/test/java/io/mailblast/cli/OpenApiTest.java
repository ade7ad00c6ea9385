package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The document says what the running server answers.
@ExtendWith(SharedInstallation.class)
class OpenApiTest {

    /// Routes for programs and recipients that other tests look at: their answers are no JSON of ours, or need
    /// what only a mail or a provider has.
    private static final Set<String> ELSEWHERE = Set.of(
            "GET /track/open/{messageId}",
            "GET /track/click/{messageId}",
            "GET /unsubscribe/{token}",
            "POST /unsubscribe/{token}",
            "POST /webhooks/ses");

    private final Installation installation;
    private final OpenApiDocument document;
    private final Set<String> asked = new TreeSet<>();
    private final List<String> violations = new ArrayList<>();

    OpenApiTest(Installation installation) {
        this.installation = installation;
        this.document = OpenApiDocument.of(installation.anybody());
    }

    @Test
    void whatTheServerAnswersIsWhatTheDocumentDeclares() {
        RouteCalls.Owned owned = RouteCalls.Owned.make(installation, "lemur");
        RouteCalls calls = new RouteCalls(owned, owned.workspace());
        installation.awaitSettled();

        for (String operation : document.operations().keySet()) {
            if (operation.startsWith("GET ") && !operation.contains("{") && !operation.contains("/installation")) {
                ask(owned.workspace().client(), operation, operation.substring(4), null);
            }
        }
        calls.ownersCalls()
                .forEach((operation, attempt) ->
                        ask(owned.workspace().client(), operation, attempt.path(), attempt.body()));
        makeOneOfEach(owned.workspace());
        askAsOperator();
        askOfAlerts();
        askWrongly(owned);

        assertThat(violations).isEmpty();
        assertThat(asked)
                .as("routes that were asked")
                .containsAll(document.operations().keySet().stream()
                        .filter(operation -> !ELSEWHERE.contains(operation))
                        .toList());
    }

    @Test
    void everyOperationHasANameOfItsOwnAndDeclaresItsParameters() {
        Set<String> names = new TreeSet<>();
        document.operations().forEach((operation, declared) -> {
            assertThat(names.add(declared.path("operationId").asText()))
                    .as("the name of " + operation + " is its own")
                    .isTrue();
            long placeholders = operation.chars().filter(c -> c == '{').count();
            assertThat(declared.path("parameters")
                            .valueStream()
                            .filter(parameter -> parameter.path("in").asText().equals("path")))
                    .as(operation)
                    .hasSize((int) placeholders);
        });
    }

    private void makeOneOfEach(Workspace workspace) {
        Client client = workspace.client();
        workspace.sender("makes.example");
        ask(client, "POST /lists", "/lists", Client.body("name", "made"));
        ask(
                client,
                "POST /contacts",
                "/contacts",
                Client.body("email", "made@makes.example", "attributes", Client.body("city", "Oslo")));
        ask(client, "POST /campaigns", "/campaigns", Workspace.draft("made", "news@makes.example"));
        ask(client, "POST /suppressions", "/suppressions", Client.body("email", "made@makes.example"));
        ask(client, "POST /senders", "/senders", Client.body("identity", "news@makes.example"));
        ask(client, "POST /api-keys", "/api-keys", Client.body("name", "made", "expires_at", "2090-01-01T00:00:00Z"));
        note(
                "POST /contacts/import",
                client.send("POST", "/contacts/import", "email\nmade@makes.example\n", "text/csv"));
        note(
                "POST /contacts/import/look",
                client.send(
                        "POST", "/contacts/import/look", "email;city\nmade@makes.example;Oslo\nno;one\n", "text/csv"));
        ask(
                client,
                "POST /campaigns/preview",
                "/campaigns/preview",
                Client.body("subject", "Now!!", "content", "<p><a href='#'>Hi</a> {{ first_name }}</p>"));
        Client.Response session = client.withToken("")
                .post("/auth/login", Client.body("email", workspace.email(), "password", Installation.PASSWORD));
        note("POST /auth/login", session);
        JsonNode refresh = Client.body(
                "refresh_token", session.data().path("refresh_token").asText());
        ask(client.withToken(""), "POST /auth/refresh", "/auth/refresh", refresh);
        ask(client.withToken(session.data().path("token").asText()), "POST /auth/logout", "/auth/logout", null);
    }

    private void askAsOperator() {
        Client operator = installation.operator();
        ask(operator, "GET /users", "/users", null);
        Client.Response made = operator.post(
                "/users", Client.body("email", "short-lived@lemur.example", "password", Installation.PASSWORD));
        note("POST /users", made);
        String user = "/users/" + made.data().path("id").asLong();
        ask(operator, "GET /users/{id}", user, null);
        ask(operator, "DELETE /users/{id}", user, null);
        ask(operator, "GET /users/{id}", user, null);
        ask(operator, "GET /workspaces", "/workspaces", null);
        String workspace = "/workspaces/" + made.data().path("workspace_id").asLong();
        ask(operator, "GET /workspaces/{id}", workspace, null);
        ask(operator, "PATCH /workspaces/{id}", workspace, Client.body("weight", 10));
        ask(operator, "GET /installation/counts", "/installation/counts", null);
        ask(operator, "GET /installation/slow-statements", "/installation/slow-statements", null);
        ask(operator, "GET /history/series", "/history/series", null);
        ask(operator, "GET /reports/{period}", "/reports/daily", null);
        ask(operator, "GET /nodes", "/nodes", null);
        ask(operator, "GET /runs", "/runs", null);
        ask(operator, "GET /runs/{run}/report", "/runs/load-20260101-000000/report", null);
        ask(operator, "GET /receivers", "/receivers", null);
        ask(operator, "POST /receivers/test", "/receivers/test", null);
        ask(operator, "POST /installation/delivery/test", "/installation/delivery/test", null);
        ask(operator, "GET /history", "/history?series=queue_depth,cpu_ratio&range=30m", null);
        ask(operator, "GET /installation/hold", "/installation/hold", null);
        ask(operator, "POST /installation/release", "/installation/release", null);
        ask(operator, "POST /installation/hold", "/installation/hold", Client.body("reason", "a test"));
        ask(operator, "POST /installation/release", "/installation/release", null);
    }

    /// The watchdog always fires.
    private void askOfAlerts() {
        Client operator = installation.operator();
        long id = Await.until(
                        "the watchdog fires",
                        () -> operator.get("/alerts?phase=firing").data(),
                        alerts -> !alerts.isEmpty())
                .get(0)
                .path("id")
                .asLong();
        String alert = "/alerts/" + id;
        ask(operator, "GET /alerts", "/alerts?phase=firing&limit=1", null);
        ask(operator, "GET /alerts/{id}", alert, null);
        ask(operator, "POST /alerts/{id}/acknowledge", alert + "/acknowledge", null);
        ask(operator, "POST /alerts/{id}/note", alert + "/note", Client.body("note", "as it should"));
        ask(operator, "GET /alerts/{id}", alert, null);
        JsonNode silence = Client.body("alert", "Watchdog", "ends_at", "2090-01-01T00:00:00Z", "comment", "a test");
        ask(operator, "POST /silences", "/silences", silence);
        Client.Response made = operator.post(
                "/silences",
                Client.body("ends_at", Instant.now().plusSeconds(60).toString(), "comment", "a test"));
        note("POST /silences", made);
        ask(operator, "GET /silences", "/silences", null);
        String path = "/silences/" + made.data().path("id").asLong();
        ask(operator, "DELETE /silences/{id}", path, null);
        ask(operator, "DELETE /silences/{id}", path, null);
        ask(installation.anybody(), "POST /webhooks/pagerduty", "/webhooks/pagerduty", "{}");
    }

    /// Problems are declared too.
    private void askWrongly(RouteCalls.Owned owned) {
        Client client = owned.workspace().client();
        ask(client, "GET /lists/{id}", "/lists/999999999", null);
        ask(client, "GET /users", "/users", null);
        ask(client.withToken("not a token"), "GET /lists", "/lists", null);
        ask(client, "POST /lists", "/lists", Client.body("name", 7, "more", true));
        ask(client, "POST /lists", "/lists", Client.body("name", "made"));
        ask(client, "POST /contacts", "/contacts", Client.body("email", "made@makes.example"));
        ask(client, "POST /campaigns/{id}/send", "/campaigns/" + owned.draft() + "/send", null);
        note("POST /lists", client.send("POST", "/lists", "name=x", "application/x-www-form-urlencoded"));
        long empty = owned.workspace().campaign("empty", "nobody@unverified.example");
        ask(client, "POST /campaigns/{id}/send", "/campaigns/" + empty + "/send", null);
        ask(client, "GET /campaigns", "/campaigns?limit=0&colour=blue", null);
    }

    /// @param body JSON, as a tree or as text
    private void ask(Client client, String operation, String path, @Nullable Object body) {
        String method = operation.substring(0, operation.indexOf(' '));
        note(operation, client.send(method, path, body == null ? null : body.toString(), "application/json"));
    }

    private void note(String operation, Client.Response response) {
        asked.add(operation);
        document.violations(operation, response).forEach(violation -> violations.add(violation + " in " + response));
    }
}
