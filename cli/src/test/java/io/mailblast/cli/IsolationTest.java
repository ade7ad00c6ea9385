package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Every route of the OpenAPI document, asked by a member of another workspace, by nobody, and by one who is no
/// operator. A route that [RouteCalls] does not know fails here, so that each new one is thought about.
@ExtendWith(SharedInstallation.class)
class IsolationTest {

    private static final Set<String> PUBLIC = Set.of(
            "POST /auth/login",
            "POST /auth/refresh",
            "GET /track/open/{messageId}",
            "GET /track/click/{messageId}",
            "GET /unsubscribe/{token}",
            "POST /unsubscribe/{token}",
            "POST /webhooks/ses",
            "POST /webhooks/pagerduty",
            "GET /metrics",
            "GET /health/live",
            "GET /health/ready",
            "GET /openapi.json");

    private static final Set<String> OPERATORS = Set.of(
            "GET /users",
            "POST /users",
            "GET /users/{id}",
            "DELETE /users/{id}",
            "GET /workspaces",
            "GET /workspaces/{id}",
            "PATCH /workspaces/{id}",
            "GET /installation/counts",
            "GET /installation/slow-statements",
            "POST /installation/delivery/test",
            "GET /reports/{period}",
            "GET /nodes",
            "GET /runs",
            "GET /runs/{run}/report",
            "GET /receivers",
            "POST /receivers/test",
            "GET /history",
            "GET /history/series",
            "GET /installation/hold",
            "POST /installation/hold",
            "POST /installation/release",
            "GET /alerts",
            "GET /alerts/{id}",
            "POST /alerts/{id}/acknowledge",
            "POST /alerts/{id}/note",
            "GET /silences",
            "POST /silences",
            "DELETE /silences/{id}");

    private final Installation installation;
    private final Map<String, JsonNode> operations;

    IsolationTest(Installation installation) {
        this.installation = installation;
        this.operations = OpenApiDocument.of(installation.anybody()).operations();
    }

    @Test
    void theRoutesThatNeedNoTokenAreTheseAndNoOthers() {
        assertThat(operations.entrySet().stream()
                        .filter(entry -> OpenApiDocument.isPublic(entry.getValue()))
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(PUBLIC);
    }

    @Test
    void everyOtherRouteAnswers401WithoutAToken() {
        Map<String, Integer> answered = new TreeMap<>();
        operations.forEach((operation, declared) -> {
            if (!OpenApiDocument.isPublic(declared)) {
                Client.Response response = ask(installation.anybody(), operation, path(operation, 1), null, "");
                if (response.status() != 401
                        || !response.header("www-authenticate").startsWith("Bearer")) {
                    answered.put(operation, response.status());
                }
            }
        });

        assertThat(answered).as("not refused").isEmpty();
    }

    @Test
    void aMemberIsRefusedOnTheRoutesOfOperators() {
        Workspace members = installation.workspace("members-only");
        Map<String, Integer> answered = new TreeMap<>();

        OPERATORS.forEach(operation -> answered.put(
                operation,
                ask(members.client(), operation, path(operation, 1), null, "").status()));

        assertThat(operations.keySet()).containsAll(OPERATORS);
        assertThat(answered)
                .allSatisfy((operation, status) -> assertThat(status).isEqualTo(403));
    }

    @Test
    void noRouteShowsOrChangesWhatIsAnotherWorkspaces() {
        RouteCalls.Owned owned = RouteCalls.Owned.make(installation, "zebra");
        Workspace other = installation.workspace("other");
        RouteCalls calls = new RouteCalls(owned, other);
        Map<String, String> before = everythingOf(owned, calls);

        List<String> leaks = new ArrayList<>();
        for (String operation : operations.keySet()) {
            if (!PUBLIC.contains(operation) && !OPERATORS.contains(operation)) {
                for (RouteCalls.Attempt attempt : calls.attempts(operation)) {
                    Client.Response response =
                            ask(other.client(), operation, attempt.path(), attempt.body(), attempt.type());
                    leaks.addAll(leaks(attempt, response));
                }
            }
        }

        assertThat(leaks).isEmpty();
        assertThat(everythingOf(owned, calls)).as("what the owner sees").isEqualTo(before);
        assertThat(calls.unknown()).as("routes that nobody thought about").isEmpty();
    }

    @Test
    void aTestMailIsNotFilledWithAnothersContact() {
        Workspace owner = installation.workspace("quagga");
        long contact = Workspace.id(owner.client()
                .post("/contacts", Client.body("email", "someone@quagga.example", "first_name", "Quagga")));
        Workspace curious = installation.workspace("curious");
        curious.sender("curious.example");
        long campaign = curious.campaign("curious", "news@curious.example");

        curious.client()
                .post(
                        "/campaigns/" + campaign + "/test",
                        Client.body("email", "me@curious.example", "contact_id", contact))
                .expect(202);

        Await.until(
                "the test mail is accepted",
                () -> curious.client().get("/campaigns/" + campaign + "/tests").text(),
                text -> text.contains("\"accepted\""));
        assertThat(installation.mailTo("me@curious.example"))
                .contains("Dear reader")
                .doesNotContain("Quagga");
    }

    /// Else a 404 to others would prove nothing.
    @Test
    void theSameCallsWorkForTheirOwner() {
        RouteCalls.Owned owned = RouteCalls.Owned.make(installation, "okapi");
        Map<String, Integer> refused = new LinkedHashMap<>();

        new RouteCalls(owned, owned.workspace()).ownersCalls().forEach((operation, attempt) -> {
            Client.Response response =
                    ask(owned.workspace().client(), operation, attempt.path(), attempt.body(), attempt.type());
            if (response.status() != attempt.expected()) {
                refused.put(response.toString(), attempt.expected());
            }
        });

        assertThat(refused).as("answers that were expected otherwise").isEmpty();
    }

    private static List<String> leaks(RouteCalls.Attempt attempt, Client.Response response) {
        List<String> leaks = new ArrayList<>();
        if (response.status() != attempt.expected()) {
            leaks.add("expected " + attempt.expected() + ": " + response);
        }
        if (response.text().contains("zebra")) {
            leaks.add("shows another workspace's data: " + response);
        }
        return leaks;
    }

    /// Every answer that the owner gets to reading, by route. Times of last use change by themselves.
    private Map<String, String> everythingOf(RouteCalls.Owned owned, RouteCalls calls) {
        installation.awaitSettled();
        Map<String, String> all = new TreeMap<>();
        calls.reads()
                .forEach(path -> all.put(
                        path,
                        owned.workspace()
                                .client()
                                .get(path)
                                .expect(200)
                                .text()
                                .replaceAll("\"last_used_at\":(null|\"[^\"]*\")", "")));
        return all;
    }

    private static Client.Response ask(
            Client client, String operation, String path, @Nullable String body, String type) {
        return client.send(operation.substring(0, operation.indexOf(' ')), path, body, type);
    }

    private static String path(String operation, long id) {
        return operation.substring(operation.indexOf(' ') + 1).replaceAll("\\{[a-z_]+}", Long.toString(id));
    }
}
