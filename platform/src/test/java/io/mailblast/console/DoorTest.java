package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.auth.Account;
import io.mailblast.auth.Accounts;
import io.mailblast.auth.Role;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {

    private static final ConsoleScene SCENE = new ConsoleScene();

    @AfterAll
    static void close() {
        SCENE.close();
    }

    @Test
    void whoIsNotSignedInIsLedToTheSignInAndBack() {
        SCENE.signedIn("led");
        Browser stranger = SCENE.browser();

        HttpResponse<String> away = stranger.get("/console/lists");

        assertThat(away.statusCode()).isEqualTo(303);
        assertThat(location(away)).isEqualTo("/console/sign-in?to=%2Fconsole%2Flists");
        assertThat(stranger.get(location(away)).body()).contains("name=\"to\" value=\"/console/lists\"");
    }

    @Test
    void theCookieIsReadByNoScriptAndSentByNoOtherSite() {
        Accounts.Creation made =
                SCENE.auth.accounts().create("cookie@example.com", ConsoleScene.PASSWORD, "c", Role.MEMBER);
        assertThat(made).isInstanceOf(Accounts.Creation.Made.class);

        String set = SCENE.browser()
                .post("/console/sign-in", Map.of("email", "cookie@example.com", "password", ConsoleScene.PASSWORD))
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();

        assertThat(set).contains("HttpOnly", "SameSite=Lax", "Path=/").doesNotContain("Secure");
    }

    @Test
    void behindHttpsTheCookieIsForHttpsAndThisHostOnly() {
        try (ConsoleScene secure = new ConsoleScene(true)) {
            Browser browser = secure.signedIn("https");

            assertThat(browser.cookie()).startsWith("__Host-mailblast=");
            assertThat(browser.get("/console/lists").headers().firstValue("Strict-Transport-Security"))
                    .isPresent();
        }
    }

    @Test
    void aWrongPasswordSaysNothingOfWhatIsWrongAndKeepsTheAddress() {
        HttpResponse<String> wrong =
                SCENE.browser().post("/console/sign-in", Map.of("email", "no\"body@example.com", "password", "guess"));

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body())
                .contains("The e-mail address or the password is wrong.")
                .contains("no&#34;body@example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example/", "//evil.example/", "/console/../x", "javascript:alert(1)", "/auth/me"})
    void nobodyIsLedElsewhereBySigningIn(String to) {
        String email = "led" + to.length() + "@example.com";
        SCENE.auth.accounts().create(email, ConsoleScene.PASSWORD, "l", Role.MEMBER);

        HttpResponse<String> in = SCENE.browser()
                .post("/console/sign-in", Map.of("email", email, "password", ConsoleScene.PASSWORD, "to", to));

        assertThat(location(in)).isEqualTo("/console");
    }

    @Test
    void aFormWithoutThePagesTokenChangesNothing() {
        Browser browser = SCENE.signedIn("token");
        String good = browser.csrf();

        assertThat(browser.post("/console/lists/new", Map.of("name", "a"), "", "same-origin")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.post(
                                "/console/lists/new",
                                Map.of("name", "b"),
                                SCENE.signedIn("else").csrf(),
                                "")
                        .statusCode())
                .as("another session's token")
                .isEqualTo(403);
        assertThat(browser.post("/console/lists/new", Map.of("name", "c"), good, "cross-site")
                        .statusCode())
                .as("the browser says that another site sent it")
                .isEqualTo(403);
        assertThat(browser.post("/console/lists/new", Map.of("name", "d"), good, "")
                        .statusCode())
                .as("a browser that says nothing of the site")
                .isEqualTo(303);
        assertThat(browser.get("/console/lists").body()).contains(">d<").doesNotContain(">a<", ">b<", ">c<");
    }

    @Test
    void everyPageForbidsWhatItDoesNotNeed() {
        Browser browser = SCENE.signedIn("headers");

        var headers = browser.get("/console/campaigns/new").headers();

        assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
        assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(headers.firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void aFileOfThePagesIsKeptForGoodUnderANameOfItsContent() {
        String page = SCENE.signedIn("files").get("/console/lists").body();
        String path = page.replaceAll("(?s).*href=\"(/console/static/console-[0-9a-f]{12}\\.css)\".*", "$1");

        HttpResponse<String> file = SCENE.browser().get(path);

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        assertThat(SCENE.browser().get("/console/static/console.css").statusCode())
                .isEqualTo(404);
    }

    @Test
    void signingOutEndsTheSessionAndNotOnlyTheCookie() {
        Browser browser = SCENE.signedIn("out");
        String cookie = browser.cookie();

        browser.post("/console/sign-out", Map.of());
        browser.cookie(cookie);

        assertThat(browser.get("/console/lists").statusCode()).isEqualTo(303);
    }

    @Test
    void anAccountThatIsDisabledIsOutAtOnceOnThisNode() {
        Account account = ((Accounts.Creation.Made)
                        SCENE.auth.accounts().create("gone@example.com", ConsoleScene.PASSWORD, "gone", Role.MEMBER))
                .account();
        Browser browser = SCENE.browser();
        browser.post("/console/sign-in", Map.of("email", "gone@example.com", "password", ConsoleScene.PASSWORD));
        assertThat(browser.get("/console/lists").statusCode()).isEqualTo(200);
        SCENE.auth.accounts().create("boss@example.com", ConsoleScene.PASSWORD, "gone", Role.OPERATOR);
        String token = io.mailblast.testing.TestServer.json(SCENE.server.post(
                        "/auth/login",
                        "",
                        "{\"email\":\"boss@example.com\",\"password\":\"" + ConsoleScene.PASSWORD + "\"}"))
                .at("/data/token")
                .asText();

        SCENE.server.call("DELETE", "/users/" + account.id(), token, null);

        assertThat(browser.get("/console/lists").statusCode()).isEqualTo(303);
    }

    @Test
    void whatWasTypedOutlivesTheSession() {
        try (ConsoleScene scene = new ConsoleScene()) {
            scene.auth.accounts().create("late@example.com", ConsoleScene.PASSWORD, "late", Role.MEMBER);
            Browser browser = scene.browser();
            browser.post("/console/sign-in", Map.of("email", "late@example.com", "password", ConsoleScene.PASSWORD));
            browser.get("/console/lists/new");
            scene.clock.pass(Duration.ofHours(13));

            HttpResponse<String> ended = browser.post("/console/lists/new", Map.of("name", "Typed <b>before</b>"));
            HttpResponse<String> back = browser.post(
                    "/console/sign-in",
                    Map.of(
                            "_email", "late@example.com",
                            "_password", ConsoleScene.PASSWORD,
                            "_kept_path", "/console/lists/new",
                            "name", "Typed <b>before</b>"));
            HttpResponse<String> restored =
                    browser.post("/console/lists/new", Map.of("name", "Typed <b>before</b>", "_restore", "1"));

            assertThat(ended.statusCode()).isEqualTo(401);
            assertThat(ended.body())
                    .contains("What you typed is kept", "Typed &lt;b>before&lt;/b>", "value=\"/console/lists/new\"");
            assertThat(back.body()).contains("action=\"/console/lists/new\"", "Typed &lt;b>before&lt;/b>");
            assertThat(restored.body()).contains("nothing of this is saved yet", "Typed &lt;b>before&lt;/b>");
            assertThat(browser.get("/console/lists").body()).doesNotContain("Typed");
        }
    }

    @Test
    void aFormOfAnotherSiteIsNotKeptForASessionToCome() {
        Browser browser = SCENE.browser();

        HttpResponse<String> foreign = browser.post("/console/lists/new", Map.of("name", "planted"), "", "same-origin");

        assertThat(foreign.statusCode()).isEqualTo(401);
        assertThat(foreign.body()).doesNotContain("planted");
    }

    @Test
    void aPageOfAnotherWorkspaceIsNotThere() {
        String draft = SCENE.draft(SCENE.signedIn("owner"), "Secret plans");

        HttpResponse<String> other = SCENE.signedIn("intruder").get(draft + "/edit");

        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(other.body()).doesNotContain("Secret plans").contains("There is no such campaign.");
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElse("");
    }
}
