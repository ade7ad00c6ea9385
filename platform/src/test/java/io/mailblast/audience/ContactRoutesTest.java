package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactRoutesTest {

    @RegisterExtension
    static final AudienceScene SCENE = new AudienceScene();

    @Test
    void aContactIsMadeFoundChangedAndRemoved() {
        long list = SCENE.list("News");

        HttpResponse<String> made = SCENE.post("/contacts", """
                {"email": " Ann.Lee@Example.COM", "first_name": "Ann", "last_name": null,
                 "attributes": {"city": "Wien", "visits": 3, "old": true}, "lists": [%d]}
                """.formatted(list));
        JsonNode contact = SCENE.data(made, 201);
        String path = "/contacts/" + contact.get("id").asLong();
        JsonNode changed = SCENE.data(
                SCENE.call(
                        "PATCH", path, "{\"last_name\": \"Lee\", \"attributes\": {\"city\": \"Graz\", \"old\": null}}"),
                200);

        assertThat(made.headers().firstValue("location")).contains(path);
        assertThat(contact.get("email").asText()).isEqualTo("Ann.Lee@Example.COM");
        assertThat(contact.get("lists").get(0).asLong()).isEqualTo(list);
        assertThat(contact.get("suppressed").asBoolean()).isFalse();
        assertThat(contact.get("suppressed_reason").isNull()).isTrue();
        assertThat(contact.get("created_at").asText()).endsWith("Z");
        assertThat(changed.get("first_name").asText()).isEqualTo("Ann");
        assertThat(changed.get("last_name").asText()).isEqualTo("Lee");
        assertThat(changed.get("attributes")).hasToString("{\"city\":\"Graz\",\"visits\":3}");
        assertThat(SCENE.emails("/contacts?email=ann.lee@EXAMPLE.com")).containsExactly("Ann.Lee@Example.COM");
        assertThat(SCENE.emails("/contacts?email=nn.le")).containsExactly("Ann.Lee@Example.COM");
        assertThat(SCENE.emails("/contacts?email=nn_le")).isEmpty();
        assertThat(SCENE.call("DELETE", path, null).statusCode()).isEqualTo(204);
        assertThat(SCENE.get(path).statusCode()).isEqualTo(404);
        assertThat(SCENE.call("DELETE", path, null).statusCode()).isEqualTo(404);
    }

    @Test
    void aContactIsTrackedUnlessItIsSaidThatItIsNot() {
        String path = "/contacts/"
                + SCENE.data(SCENE.post("/contacts", "{\"email\": \"quiet@example.com\", \"tracking\": false}"), 201)
                        .get("id")
                        .asLong();
        long other = SCENE.contact("loud@example.com");

        assertThat(SCENE.data(SCENE.get("/contacts/" + other), 200)
                        .get("tracking")
                        .booleanValue())
                .isTrue();
        assertThat(SCENE.data(SCENE.call("PATCH", path, "{\"first_name\": \"Q\"}"), 200)
                        .get("tracking")
                        .booleanValue())
                .isFalse();
        assertThat(SCENE.data(SCENE.call("PATCH", path, "{\"tracking\": true}"), 200)
                        .get("tracking")
                        .booleanValue())
                .isTrue();
        HttpResponse<String> wrong = SCENE.call("PATCH", path, "{\"tracking\": 1}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(wrong).at("/errors/0/field").textValue()).isEqualTo("tracking");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"email\": \"no address\"}",
                "{\"email\": \"a@b.c\\r\\nBcc: x@y.z\"}",
                "{\"email\": \"ann@example.com\", \"first_name\": \"two\\nlines\"}",
                "{\"email\": \"ann@example.com\", \"colour\": \"red\"}",
                "{\"email\": \"ann@example.com\", \"attributes\": []}",
                "{\"email\": \"ann@example.com\", \"attributes\": {\"a\": \"\\u0000\"}}",
                "{\"email\": \"ann@example.com\", \"attributes\": {\"a\": \"\\ud800\"}}",
                "{\"email\": \"ann@example.com\", \"attributes\": {\"a\": 1e999999}}",
                "{\"email\": 7}"
            })
    void whatIsNoContactIsRefusedAndChangesNothing(String body) {
        HttpResponse<String> response = SCENE.post("/contacts", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(TestServer.json(response).get("errors").isEmpty()).isFalse();
        assertThat(SCENE.emails("/contacts")).isEmpty();
    }

    @Test
    void anOverlongNameOfAnAttributeIsNamedByItsBeginning() {
        HttpResponse<String> refused = SCENE.post(
                "/contacts", "{\"email\": \"ann@example.com\", \"attributes\": {\"" + "😀".repeat(300) + "\": 1}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(refused).at("/errors/0/field").textValue())
                .isEqualTo("attributes." + "😀".repeat(200 - "attributes.…".length()) + "…");
    }

    @Test
    void attributesEndAtSixteenKilobytesHoweverTheyGrow() {
        long id = SCENE.contact("ann@example.com");
        String half = "x".repeat(9_000);
        String first = "{\"attributes\": {\"a\": \"" + half + "\"}}";
        String second = "{\"attributes\": {\"b\": \"" + half + "\"}}";
        String wide = "{\"attributes\": {\"a\": \"" + "€".repeat(6_000) + "\"}}";

        assertThat(SCENE.call("PATCH", "/contacts/" + id, first).statusCode()).isEqualTo(200);
        assertThat(SCENE.call("PATCH", "/contacts/" + id, second).statusCode()).isEqualTo(400);
        assertThat(SCENE.call("PATCH", "/contacts/" + id, wide).statusCode()).isEqualTo(400);
    }

    @Test
    void theExportIsSafeInASpreadsheetAndWhole() {
        long list = SCENE.list("=List");
        SCENE.data(SCENE.post("/contacts", """
                        {"email": "=1+1@example.com", "first_name": "=cmd|' /C calc'!A0", "last_name": "O\\"Neill, \\u00e4",
                         "attributes": {"phone": "+43 1", "tags": ["a"], "email": "@x"}, "lists": [%d]}
                        """.formatted(list)), 201);
        SCENE.contact("plain@example.com");

        HttpResponse<String> export = SCENE.get("/contacts/export");

        assertThat(export.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
        assertThat(export.headers().firstValue("content-disposition").orElse(""))
                .contains("contacts.csv");
        assertThat(export.body().split("\r\n"))
                .containsExactly(
                        "email,first_name,last_name,list,suppressed,attribute email,phone,tags",
                        "'=1+1@example.com,'=cmd|' /C calc'!A0,\"O\"\"Neill, ä\",'=List,,'@x,'+43 1,\"[\"\"a\"\"]\"",
                        "plain@example.com,,,,,,,");
        assertThat(SCENE.call("HEAD", "/contacts/export", null).statusCode()).isEqualTo(200);
    }
}
