package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ListRoutesTest {

    @RegisterExtension
    static final AudienceScene SCENE = new AudienceScene();

    @Test
    void aListCountsWhoIsOnItWhoLeftAndWhoIsSuppressed() {
        long list = SCENE.list("News");
        long ann = SCENE.contact("ann@example.com");
        long bob = SCENE.contact("bob@example.com");
        long cat = SCENE.contact("cat@example.com");
        for (long id : List.of(ann, bob, cat, cat)) {
            assertThat(SCENE.call("PUT", "/lists/" + list + "/contacts/" + id, null)
                            .statusCode())
                    .isEqualTo(204);
        }
        SCENE.post("/suppressions", "{\"email\": \"bob@example.com\", \"reason\": \"complaint\"}");
        SCENE.leave(list, cat);

        JsonNode counted = SCENE.data(SCENE.get("/lists/" + list), 200);

        JsonNode named = SCENE.data(SCENE.get("/lists/" + list + "?counts=false"), 200);
        assertThat(named.get("name").textValue()).isEqualTo("News");
        assertThat(named.get("contacts").isNull()).isTrue();
        assertThat(counted.get("contacts").asInt()).isEqualTo(2);
        assertThat(counted.get("suppressed").asInt()).isEqualTo(1);
        assertThat(counted.get("departed").asInt()).isEqualTo(1);
        assertThat(SCENE.data(SCENE.get("/contacts/" + bob), 200)
                        .get("suppressed_reason")
                        .asText())
                .isEqualTo("complaint");
        assertThat(SCENE.data(SCENE.get("/contacts/" + cat), 200).get("lists").isEmpty())
                .isTrue();
    }

    @Test
    void whoLeftAListComesBackOnlyWhereThatIsSaid() {
        long list = SCENE.list("News");
        String member = "/lists/" + list + "/contacts/" + SCENE.contact("ann@example.com");
        SCENE.call("PUT", member, null);
        SCENE.leave(list, Long.parseLong(member.substring(member.lastIndexOf('/') + 1)));

        assertThat(SCENE.call("PUT", member, null).statusCode()).isEqualTo(409);
        // Taking the contact off the list does not forget that it left.
        assertThat(SCENE.call("DELETE", member, null).statusCode()).isEqualTo(204);
        assertThat(SCENE.call("PUT", member, null).statusCode()).isEqualTo(409);
        assertThat(SCENE.call("PUT", member + "?rejoin=true", null).statusCode())
                .isEqualTo(204);
        assertThat(SCENE.data(SCENE.get("/lists/" + list), 200).get("contacts").asInt())
                .isEqualTo(1);
    }

    @Test
    void aListThatMailGoesOutToStays() {
        long list = SCENE.list("News");
        SCENE.db.database().write(handle -> {
            long campaign = handle.createQuery(
                            "insert into campaign (workspace_id, name, subject, from_name, from_email,"
                                    + " content, state, period) values (:w, 'c', 's', 'n', 'a@b.c', 'x', 'sending', now()) returning id")
                    .bind("w", SCENE.workspaceId())
                    .mapTo(Long.class)
                    .one();
            return handle.execute("insert into campaign_list values (?, ?)", campaign, list);
        });

        assertThat(SCENE.call("DELETE", "/lists/" + list, null).statusCode()).isEqualTo(409);
        SCENE.db
                .database()
                .write(handle -> handle.execute(
                        "update campaign set state = 'sent' where workspace_id = ?", SCENE.workspaceId()));
        assertThat(SCENE.call("DELETE", "/lists/" + list, null).statusCode()).isEqualTo(204);
        assertThat(SCENE.call("DELETE", "/lists/" + list, null).statusCode()).isEqualTo(404);
    }
}
