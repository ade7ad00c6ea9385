package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class KeyPagesTest {

    private static final ConsoleScene SCENE = new ConsoleScene();

    @AfterAll
    static void close() {
        SCENE.close();
    }

    @Test
    void aKeyIsShownOnceAndGoodUntilItIsRevoked() {
        Browser browser = SCENE.signedIn("keys");
        browser.get("/console/keys/new");

        HttpResponse<String> made =
                browser.post("/console/keys/new", Map.of("name", "Shop <b>", "expires_at", "2199-12-31"));

        Document page = Jsoup.parse(made.body());
        String key = page.select("main code").get(0).text();
        assertThat(made.statusCode()).isEqualTo(200);
        assertThat(key).hasSize(46);
        assertThat(page.select("main b")).isEmpty();
        assertThat(SCENE.server.get("/lists", key).statusCode()).isEqualTo(200);
        HttpResponse<String> listed = browser.get("/console/keys");
        assertThat(listed.body()).doesNotContain(key).contains("Shop &lt;b&gt;");

        String revoke = Jsoup.parse(listed.body()).select("dialog form").attr("action");
        HttpResponse<String> revoked = browser.post(revoke, Map.of());

        assertThat(revoked.headers().firstValue("Location")).hasValue("/console/keys?done=revoked");
        assertThat(SCENE.server.get("/lists", key).statusCode()).isEqualTo(401);
        assertThat(browser.get("/console/keys").body()).contains("No key yet");
    }

    @Test
    void whatIsWrongWithAKeyIsSaidAtItsFieldAndWhatWasTypedIsKept() {
        Browser browser = SCENE.signedIn("wrong-keys");
        browser.get("/console/keys/new");

        HttpResponse<String> again =
                browser.post("/console/keys/new", Map.of("name", "Shop", "expires_at", "1999-01-01"));

        Document page = Jsoup.parse(again.body());
        assertThat(again.statusCode()).isEqualTo(422);
        assertThat(page.select("#name").val()).isEqualTo("Shop");
        assertThat(page.select("#expires_at").attr("aria-invalid")).isEqualTo("true");
    }

    @Test
    void keysOfOthersAreNotSeen() {
        Browser owner = SCENE.signedIn("owner");
        owner.get("/console/keys/new");
        HttpResponse<String> _ = owner.post("/console/keys/new", Map.of("name", "Theirs", "expires_at", ""));

        assertThat(SCENE.signedIn("stranger").get("/console/keys").body()).doesNotContain("Theirs");
    }
}
