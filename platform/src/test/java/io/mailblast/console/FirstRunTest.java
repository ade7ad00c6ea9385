package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstRunTest {

    private final ConsoleScene scene = new ConsoleScene();
    private final String token = scene.auth.doors().firstAccount().token();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void theFirstAccountIsMadeWithTheTokenAndIsSignedIn() {
        Browser browser = scene.browser();
        assertThat(browser.get("/console/first-run?token=" + token).body()).contains("Make the first account");

        HttpResponse<String> made = make(browser, token, "first@example.com");

        assertThat(made.headers().firstValue("Location")).contains("/console/start?done=welcome");
        assertThat(browser.get("/console/start").body()).contains("first@example.com", "Set a sender");
    }

    @Test
    void withoutTheTokenNobodyMakesIt() {
        assertThat(make(scene.browser(), "", "evil@example.com").statusCode()).isEqualTo(403);
        assertThat(make(scene.browser(), token.substring(1) + "A", "evil@example.com")
                        .statusCode())
                .isEqualTo(403);
        assertThat(scene.browser().get("/console").body())
                .contains("no account yet")
                .doesNotContain(token);
        assertThat(scene.auth.doors().firstAccount().isAwaited()).isTrue();
    }

    @Test
    void theTokenIsGoodOnce() {
        make(scene.browser(), token, "first@example.com");

        assertThat(make(scene.browser(), token, "second@example.com").statusCode())
                .isEqualTo(403);
        assertThat(scene.browser().get("/console/first-run?token=" + token).statusCode())
                .isEqualTo(403);
    }

    @Test
    void ofManyAtOnceOneMakesIt() throws Exception {
        try (ExecutorService many = Executors.newFixedThreadPool(6)) {
            List<Future<Integer>> answers = many.invokeAll(java.util.stream.IntStream.range(0, 6)
                    .<Callable<Integer>>mapToObj(i -> () -> make(scene.browser(), token, "at-once" + i + "@example.com")
                            .statusCode())
                    .toList());

            int made = 0;
            for (Future<Integer> answer : answers) {
                made += answer.get() == 303 ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        }
    }

    @Test
    void aPasswordThatIsTooShortKeepsTheAddress() {
        Browser browser = scene.browser();

        HttpResponse<String> refused = browser.post(
                "/console/first-run", Map.of("token", token, "email", "first@example.com", "password", "short"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("value=\"first@example.com\"", "Must have 10 to 200 characters.");
    }

    private static HttpResponse<String> make(Browser browser, String token, String email) {
        return browser.post(
                "/console/first-run", Map.of("token", token, "email", email, "password", ConsoleScene.PASSWORD));
    }
}
