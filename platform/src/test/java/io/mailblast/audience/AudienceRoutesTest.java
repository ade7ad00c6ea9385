package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.audience.SenderVerification.Standing;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What holds for contacts, lists, suppressions and senders alike.
class AudienceRoutesTest {

    @RegisterExtension
    static final AudienceScene SCENE = new AudienceScene();

    @Test
    void aSecondContactListOrSenderOfTheSameNameIsAConflict() {
        SCENE.contact("ann@example.com");
        long bob = SCENE.contact("bob@example.com");
        long news = SCENE.list("News");
        SCENE.list("Offers");
        SCENE.post("/senders", "{\"identity\": \"example.com\"}");
        SCENE.post("/suppressions", "{\"email\": \"x@example.com\"}");

        assertThat(SCENE.post("/contacts", "{\"email\": \"ANN@example.com\"}").statusCode())
                .isEqualTo(409);
        assertThat(SCENE.call("PATCH", "/contacts/" + bob, "{\"email\": \"ann@Example.com\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(SCENE.post("/lists", "{\"name\": \"News\"}").statusCode()).isEqualTo(409);
        assertThat(SCENE.call("PATCH", "/lists/" + news, "{\"name\": \"Offers\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(SCENE.post("/senders", "{\"identity\": \"EXAMPLE.com\"}").statusCode())
                .isEqualTo(409);
        assertThat(SCENE.post("/suppressions", "{\"email\": \"X@example.com\"}").statusCode())
                .isEqualTo(409);
    }

    @Test
    void aSuppressionOutlivesItsContact() {
        long id = SCENE.contact("ann@example.com");
        JsonNode made = SCENE.data(SCENE.post("/suppressions", "{\"email\": \"Ann@example.com\"}"), 201);
        SCENE.call("DELETE", "/contacts/" + id, null);
        long again = SCENE.contact("ann@example.com");

        assertThat(made.get("reason").asText()).isEqualTo("manual");
        assertThat(SCENE.data(SCENE.get("/contacts/" + again), 200)
                        .get("suppressed")
                        .asBoolean())
                .isTrue();
        assertThat(SCENE.emails("/suppressions?email=ANN")).containsExactly("ann@example.com");
        String path = "/suppressions/" + made.get("id").asLong();
        assertThat(SCENE.call("DELETE", path, null).statusCode()).isEqualTo(204);
        assertThat(SCENE.call("DELETE", path, null).statusCode()).isEqualTo(404);
    }

    @Test
    void anotherWorkspaceSeesNothingAndChangesNothing() {
        long contact = SCENE.contact("ann@example.com");
        long list = SCENE.list("News");
        SCENE.call("PUT", "/lists/" + list + "/contacts/" + contact, null);
        long suppression = SCENE.data(SCENE.post("/suppressions", "{\"email\": \"ann@example.com\"}"), 201)
                .get("id")
                .asLong();
        SCENE.provider.put("own.example", new Standing.Verified(SenderVerification.By.PROVIDER));
        long sender = SCENE.data(SCENE.post("/senders", "{\"identity\": \"own.example\"}"), 201)
                .get("id")
                .asLong();
        String own = SCENE.token();
        long ownWorkspace = SCENE.workspaceId();
        SCENE.ownWorkspace();
        long foreignContact = SCENE.contact("ann@example.com");
        long foreignList = SCENE.list("News");

        List<HttpResponse<String>> answers = List.of(
                SCENE.get("/contacts/" + contact),
                SCENE.call("PATCH", "/contacts/" + contact, "{\"first_name\": \"Eve\"}"),
                SCENE.call("DELETE", "/contacts/" + contact, null),
                SCENE.get("/contacts?list_id=" + list),
                SCENE.post("/contacts", "{\"email\": \"eve@example.com\", \"lists\": [" + list + "]}"),
                SCENE.get("/lists/" + list),
                SCENE.call("PATCH", "/lists/" + list, "{\"name\": \"Eve\"}"),
                SCENE.call("DELETE", "/lists/" + list, null),
                SCENE.call("PUT", "/lists/" + list + "/contacts/" + foreignContact, null),
                SCENE.call("PUT", "/lists/" + foreignList + "/contacts/" + contact, null),
                SCENE.call("DELETE", "/lists/" + list + "/contacts/" + contact, null),
                SCENE.call("DELETE", "/lists/" + foreignList + "/contacts/" + contact, null),
                SCENE.call("DELETE", "/suppressions/" + suppression, null),
                SCENE.get("/senders/" + sender),
                SCENE.post("/senders/" + sender + "/verify", "{}"),
                SCENE.call("DELETE", "/senders/" + sender, null));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.request().toString()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("ann@example.com", "own.example", "News");
        });
        assertThat(SCENE.emails("/contacts")).containsExactly("ann@example.com");
        assertThat(SCENE.emails("/suppressions")).isEmpty();
        assertThat(SCENE.maySend("x@own.example")).isFalse();
        SCENE.as(own);
        assertThat(SCENE.data(SCENE.get("/contacts/" + contact), 200)
                        .get("first_name")
                        .isNull())
                .isTrue();
        assertThat(SCENE.data(SCENE.get("/lists/" + list), 200).get("contacts").asInt())
                .isEqualTo(1);
        assertThat(ownWorkspace).isNotEqualTo(SCENE.workspaceId());
    }
}
