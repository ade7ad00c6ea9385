package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong is refused with each wrong thing named, and changes nothing.
@ExtendWith(SharedInstallation.class)
class BadInputTest {

    private final Workspace workspace;
    private final Client client;

    BadInputTest(Installation installation) {
        this.workspace = SharedWorkspace.of(installation);
        this.client = workspace.client();
    }

    /// One for all cases of this class.
    private static final class SharedWorkspace {

        private static Workspace workspace;

        static synchronized Workspace of(Installation installation) {
            if (workspace == null) {
                workspace = installation.workspace("bad-input");
                workspace.sender("verified.example");
            }
            return workspace;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "[]",
                "\"text\"",
                "null",
                "{\"name\": \"a\"} more",
                "{\"name\": \"a\", \"name\": \"b\"}"
            })
    void aBodyThatIsNoJsonObjectIsRefused(String body) {
        int before = client.all("/lists").size();

        Client.Response response = client.send("POST", "/lists", body, "application/json");

        response.expect(400);
        assertThat(response.header("content-type")).startsWith("application/problem+json");
        assertThat(response.json().path("errors")).isNotEmpty();
        assertThat(client.all("/lists")).hasSize(before);
    }

    @Test
    void everyWrongFieldIsNamedAtOnce() {
        JsonNode body = Client.body(
                "name",
                "x".repeat(201),
                "subject",
                7,
                "from_name",
                "",
                "from_email",
                "no address",
                "text_content",
                List.of(),
                "list_ids",
                List.of("one", -1),
                "colour",
                "blue");
        int before = client.all("/campaigns").size();

        Client.Response response = client.post("/campaigns", body).expect(400);

        assertThat(response.wrongFields())
                .contains(
                        "name",
                        "subject",
                        "from_name",
                        "text_content",
                        "list_ids[0]",
                        "list_ids[1]",
                        "colour",
                        "content");
        assertThat(client.all("/campaigns")).hasSize(before);
    }

    @Test
    void allThatIsMissingIsNamed() {
        assertThat(client.post("/campaigns", Client.body()).expect(400).wrongFields())
                .isEqualTo(Set.of("name", "subject", "from_name", "from_email", "content"));
        assertThat(client.post("/contacts", Client.body()).expect(400).wrongFields())
                .isEqualTo(Set.of("email"));
        assertThat(client.withToken("")
                        .post("/auth/login", Client.body())
                        .expect(400)
                        .wrongFields())
                .isEqualTo(Set.of("email", "password"));
    }

    @Test
    void addressesThatAreNoneAreNamed() {
        JsonNode body = ((com.fasterxml.jackson.databind.node.ObjectNode) Workspace.draft("a", "no address"))
                .put("reply_to", "@nowhere");

        assertThat(client.post("/campaigns", body).expect(400).wrongFields())
                .isEqualTo(Set.of("from_email", "reply_to"));
        assertThat(client.post("/contacts", Client.body("email", "a@b@c"))
                        .expect(400)
                        .wrongFields())
                .isEqualTo(Set.of("email"));
    }

    @Test
    void unknownAndWrongQueryParametersAreNamed() {
        assertThat(client.get("/contacts?limit=201&colour=blue&list_id=x")
                        .expect(400)
                        .wrongFields())
                .isEqualTo(Set.of("limit", "colour", "list_id"));
        client.get("/contacts?cursor=nonsense").expect(400);
        assertThat(client.get("/analytics/timeline?range=9y").expect(400).wrongFields())
                .isEqualTo(Set.of("range"));
    }

    @Test
    void pathsMethodsAndTypesThatAreNotThereAreProblemsToo() {
        client.get("/nothing-here").expect(404);
        client.get("/campaigns/not-a-number").expect(404);
        Client.Response response = client.send("DELETE", "/campaigns", null, "").expect(405);
        assertThat(response.header("allow")).contains("GET").contains("POST");
        client.send("POST", "/lists", "<name/>", "application/xml").expect(415);
    }

    @Test
    void aTemplateErrorIsToldWithLineAndColumn() {
        JsonNode body = Workspace.draft("a", "news@verified.example");
        ((com.fasterxml.jackson.databind.node.ObjectNode) body).put("content", "<p>Dear</p>\n<p>  {{#if name}}</p>");

        Client.Response response = client.post("/campaigns", body).expect(400);

        assertThat(response.wrongFields()).isEqualTo(Set.of("content"));
        assertThat(response.json().at("/errors/0/message").asText()).containsPattern("line 2, column \\d+");
    }

    @Test
    void sendingSaysAllThatIsMissing() {
        JsonNode body = Workspace.draft("a", "news@unverified.example");
        ((com.fasterxml.jackson.databind.node.ObjectNode) body).put("content", "");
        long campaign = Workspace.id(client.post("/campaigns", body));

        Client.Response response =
                client.post("/campaigns/" + campaign + "/send", null).expect(422);

        assertThat(response.wrongFields()).isEqualTo(Set.of("content", "list_ids", "from_email"));
        assertThat(workspace.stats(campaign).path("state").asText()).isEqualTo("draft");
    }

    @Test
    void aListWithoutContactsIsNoRecipients() {
        long campaign = workspace.campaign("a", "news@verified.example", workspace.list("empty"));

        assertThat(client.post("/campaigns/" + campaign + "/send", null)
                        .expect(422)
                        .wrongFields())
                .isEqualTo(Set.of("list_ids"));
    }

    @Test
    void aCampaignIsSentOnceAndItsFirstAnswerIsRepeatedToWhoAsksWithTheSameKey() {
        long list = workspace.list("once");
        workspace.contact("once@verified.example", list);
        String path = "/campaigns/" + workspace.campaign("once", "news@verified.example", list) + "/send";

        Client.Response first = send(path, "key-1").expect(202);
        Client.Response repeated = send(path, "key-1").expect(202);
        Client.Response other = send(path, "key-2").expect(409);
        Client.Response keyless = client.post(path, null).expect(409);

        assertThat(repeated.json()).isEqualTo(first.json());
        assertThat(other.json().path("detail").asText()).containsAnyOf("queueing", "sending", "sent");
        assertThat(keyless.header("content-type")).startsWith("application/problem+json");
    }

    @Test
    void aSentCampaignCannotBeChanged() {
        long list = workspace.list("fixed");
        workspace.contact("fixed@verified.example", list);
        long campaign = workspace.campaign("fixed", "news@verified.example", list);
        workspace.send(campaign);

        client.send(
                        "PATCH",
                        "/campaigns/" + campaign,
                        Client.body("subject", "Other").toString(),
                        "application/json")
                .expect(409);
    }

    private Client.Response send(String path, String key) {
        return client.send("POST", path, null, "", "Idempotency-Key", key);
    }
}
