package io.mailblast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class PreviewRoutesTest extends CampaignScene {

    @Test
    void aContentIsShownAsAContactGetsIt() {
        long contact = contact("ada@example.net", "Ada");

        JsonNode preview = data(preview("Hi {{first_name}}", "<p>{{ city | default: \\\"nowhere\\\" }}</p>", contact));

        assertThat(preview.path("subject").asText()).isEqualTo("Hi Ada");
        assertThat(preview.path("html").asText())
                .contains("<p>nowhere</p>", "/unsubscribe/")
                .doesNotContain("/track/");
        assertThat(preview.path("text").asText()).contains("nowhere");
        assertThat(preview.path("bytes").asLong()).isPositive();
    }

    @Test
    void aContactOfAnotherWorkspaceIsNotThere() {
        long contact = contact("secret@example.net", "Secret");

        HttpResponse<String> answer = server.post(
                "/campaigns/preview",
                stranger,
                "{\"subject\":\"{{email}}\",\"content\":\"x\",\"contact_id\":" + contact + "}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void aTemplateThatDoesNotCompileIsNamedWithItsPlace() {
        HttpResponse<String> answer = preview("s", "<p>{{#if}}</p>", 0);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"content\"", "line 1");
    }

    @Test
    void anAudienceCountsEachContactOnceAndLeavesOutWhoIsSuppressed() {
        long one = contact("one@example.net", "One");
        long two = contact("two@example.net", "Two");
        long gone = contact("gone@example.net", "Gone");
        long first = list("first", one, two);
        long second = list("second", two, gone);
        execute("insert into suppression (workspace_id, address, reason) values (" + workspaceId
                + ", 'gone@example.net', 'manual')");
        String path = make(draft("audience", "x"));
        server.call("PATCH", path, token, "{\"list_ids\":[" + first + "," + second + "]}");

        JsonNode audience = data(server.get(path + "/audience", token));

        assertThat(audience.path("contacts").asLong()).isEqualTo(3);
        assertThat(audience.path("suppressed").asLong()).isEqualTo(1);
        assertThat(audience.path("recipients").asLong()).isEqualTo(2);
        assertThat(server.get(path + "/audience", stranger).statusCode()).isEqualTo(404);
    }

    @Test
    void campaignsAreFoundByWhatTheirNameOrSubjectHas() {
        make(draft("Winter 100% sale", "a long content"));
        make(draft("Winter 100x sale", "a long content"));

        JsonNode found = data(server.get("/campaigns?q=100%25%20SALE&brief=true", token));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("name").asText()).isEqualTo("Winter 100% sale");
        assertThat(found.get(0).path("content").asText()).isEmpty();
    }

    private HttpResponse<String> preview(String subject, String content, long contact) {
        return server.post(
                "/campaigns/preview",
                token,
                "{\"subject\":\"" + subject + "\",\"content\":\"" + content + "\""
                        + (contact == 0 ? "" : ",\"contact_id\":" + contact) + "}");
    }

    private static JsonNode data(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response).path("data");
    }

    private long contact(String address, String firstName) {
        return db.database()
                .read(handle -> handle.createQuery("""
                        insert into contact (workspace_id, email, address, first_name, attributes)
                        values (:workspace, :address, :address, :name, '{}') returning id
                        """)
                        .bind("workspace", workspaceId)
                        .bind("address", address)
                        .bind("name", firstName)
                        .mapTo(Long.class)
                        .one());
    }

    private long list(String name, long... contacts) {
        return db.database().read(handle -> {
            long id = handle.createQuery(
                            "insert into contact_list (workspace_id, name) values (:workspace, :name) returning id")
                    .bind("workspace", workspaceId)
                    .bind("name", name)
                    .mapTo(Long.class)
                    .one();
            for (long contact : contacts) {
                handle.execute("insert into list_member (list_id, contact_id) values (?, ?)", id, contact);
            }
            return id;
        });
    }
}
