package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Contacts and suppressions page by page, and by a part of an address.
class AddressSearchTest {

    @RegisterExtension
    static final AudienceScene SCENE = new AudienceScene();

    @Test
    void pagesHoldEachContactOnce() {
        long list = SCENE.list("Some");
        for (int i = 0; i < 7; i++) {
            long id = SCENE.contact("c" + i + "@example.com");
            if (i % 2 == 0) {
                SCENE.call("PUT", "/lists/" + list + "/contacts/" + id, null);
            }
        }

        assertThat(SCENE.emails("/contacts?limit=3"))
                .containsExactly(
                        "c6@example.com",
                        "c5@example.com",
                        "c4@example.com",
                        "c3@example.com",
                        "c2@example.com",
                        "c1@example.com",
                        "c0@example.com");
        assertThat(SCENE.emails("/contacts?limit=1&list_id=" + list))
                .containsExactly("c6@example.com", "c4@example.com", "c2@example.com", "c0@example.com");
        assertThat(SCENE.emails("/contacts?email=c4&list_id=" + list)).containsExactly("c4@example.com");
        assertThat(SCENE.get("/contacts?cursor=nonsense").statusCode()).isEqualTo(400);
        assertThat(SCENE.get("/contacts?limit=0").statusCode()).isEqualTo(400);
    }

    @Test
    void aSearchThatLooksAtFewAtATimeFindsTheSameInShorterPages() {
        long list = SCENE.list("Some");
        for (int i = 0; i < 20; i++) {
            long id = SCENE.contact((i % 7 == 0 ? "needle" : "hay") + i + "@example.com");
            if (i < 15) {
                SCENE.call("PUT", "/lists/" + list + "/contacts/" + id, null);
            }
        }

        JsonNode first = TestServer.json(SCENE.get("/contacts?email=needle&look_at=3"));

        assertThat(first.get("data")).isEmpty();
        assertThat(first.at("/page/next").isTextual()).isTrue();
        for (int at : List.of(1, 3, 19, 20, 21, 1_000)) {
            String looking = "&look_at=" + at;
            assertThat(SCENE.emails("/contacts?email=needle" + looking))
                    .as("%d at a time", at)
                    .containsExactly("needle14@example.com", "needle7@example.com", "needle0@example.com");
            assertThat(SCENE.emails("/contacts?limit=1&email=needle" + looking)).hasSize(3);
            assertThat(SCENE.emails("/contacts?email=needle&list_id=" + list + looking))
                    .hasSize(3);
            assertThat(SCENE.emails("/contacts?email=nobody" + looking)).isEmpty();
        }
    }

    @Test
    void aWholeAddressIsFoundAtOnceWhoeverElseThereIs() {
        long list = SCENE.list("Some");
        long ann = SCENE.contact("ann@example.com");
        SCENE.contact("bob@example.com");
        SCENE.contact("cat@example.com");
        SCENE.call("PUT", "/lists/" + list + "/contacts/" + ann, null);

        assertThat(SCENE.emails(SCENE.get("/contacts?look_at=1&email=ann@example.com")))
                .containsExactly("ann@example.com");
        assertThat(SCENE.emails(SCENE.get("/contacts?look_at=1&email=ann@example.com&list_id=" + list)))
                .containsExactly("ann@example.com");
        assertThat(SCENE.emails(SCENE.get("/contacts?email=bob@example.com&list_id=" + list)))
                .isEmpty();
    }

    @Test
    void othersContactsAreNotAmongThoseThatAreLookedAt() {
        SCENE.contact("ann@example.com");
        SCENE.contact("needle@example.com");
        SCENE.post("/suppressions", "{\"email\": \"needle@example.com\"}");
        String own = SCENE.token();
        SCENE.ownWorkspace();
        for (int i = 0; i < 5; i++) {
            SCENE.contact("needle" + i + "@example.com");
            SCENE.post("/suppressions", "{\"email\": \"needle" + i + "@example.com\"}");
        }
        SCENE.as(own);

        assertThat(SCENE.emails(SCENE.get("/contacts?email=needle&look_at=1"))).containsExactly("needle@example.com");
        assertThat(SCENE.emails(SCENE.get("/suppressions?email=needle&look_at=1")))
                .containsExactly("needle@example.com");
    }

    @Test
    void suppressionsAreSearchedAlike() {
        for (int i = 0; i < 9; i++) {
            SCENE.post("/suppressions", "{\"email\": \"" + (i % 4 == 0 ? "needle" : "hay") + i + "@example.com\"}");
        }

        assertThat(SCENE.emails("/suppressions?email=Needle&look_at=2"))
                .containsExactly("needle8@example.com", "needle4@example.com", "needle0@example.com");
        assertThat(SCENE.emails("/suppressions?email=nobody&look_at=2")).isEmpty();
        assertThat(SCENE.emails("/suppressions?look_at=2")).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "10000001", ""})
    void howManyAreLookedAtIsANumberOrRefused(String lookAt) {
        for (String path : List.of("/contacts", "/suppressions")) {
            HttpResponse<String> refused = SCENE.get(path + "?email=a&look_at=" + lookAt);

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(TestServer.json(refused).at("/errors/0/field").textValue())
                    .isEqualTo("look_at");
        }
    }
}
