package io.mailblast.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.OpenApi;
import io.mailblast.testing.OpenApiDocument;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.temporal.ChronoField;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsAndKeysTest {

    private static final AuthFixture AUTH = new AuthFixture();

    @AfterAll
    static void close() {
        AUTH.close();
    }

    private static String operator() {
        return AUTH.signIn(AUTH.account(Role.OPERATOR)).token();
    }

    private static HttpResponse<String> create(String token, String json) {
        return AUTH.server.post("/users", token, json);
    }

    @Test
    void anOperatorMakesAnAccountInAWorkspaceThatIsMadeWithIt() {
        HttpResponse<String> made = create(
                operator(),
                "{\"email\":\"New.Person@Example.org\",\"password\":\"long enough\",\"workspace\":\"shop\"}");

        assertThat(made.statusCode()).isEqualTo(201);
        JsonNode data = TestServer.json(made).path("data");
        assertThat(data.path("workspace").asText()).isEqualTo("shop");
        assertThat(data.path("role").asText()).isEqualTo("member");
        assertThat(made.headers().firstValue("Location"))
                .contains("/users/" + data.path("id").asLong());
        assertThat(AUTH.login("new.person@example.org", "long enough").statusCode())
                .isEqualTo(200);
        assertThat(create(operator(), "{\"email\":\"NEW.person@example.org\",\"password\":\"long enough\"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({
        "no-address, long enough, email",
        "a@b@c.example, long enough, email",
        "short@example.org, 123456789, password",
        "same.address@example.org, SAME.address@example.org, password",
    })
    void badOnesAreRefusedByName(String email, String password, String field) {
        HttpResponse<String> response =
                create(operator(), "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(response).path("errors").findValuesAsText("field"))
                .containsExactly(field);
    }

    @Test
    void membersDoNotSeeUsers() {
        String member = AUTH.signIn(AUTH.account(Role.MEMBER)).token();

        assertThat(List.of(
                        AUTH.server.get("/users", member).statusCode(),
                        AUTH.server.get("/users/1", member).statusCode(),
                        AUTH.server.call("DELETE", "/users/1", member, null).statusCode(),
                        create(member, "{\"email\":\"x@example.org\",\"password\":\"long enough\"}")
                                .statusCode()))
                .containsOnly(403);
    }

    @Test
    void anOperatorCannotLockHimselfOut() {
        Account operator = AUTH.account(Role.OPERATOR);
        String token = AUTH.signIn(operator).token();

        assertThat(AUTH.server
                        .call("DELETE", "/users/" + operator.id(), token, null)
                        .statusCode())
                .isEqualTo(409);
        assertThat(AUTH.server.call("DELETE", "/users/987654", token, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void anOperatorSetsTheShareOfAWorkspace() {
        String token = operator();
        String workspace = "/workspaces/" + AUTH.account(Role.MEMBER).workspaceId();

        assertThat(weigh(token, workspace, "{\"weight\":30}").statusCode()).isEqualTo(200);
        assertThat(TestServer.json(AUTH.server.get(workspace, token))
                        .path("data")
                        .path("weight")
                        .asInt())
                .isEqualTo(30);
        assertThat(List.of(
                        weigh(token, workspace, "{\"weight\":0}").statusCode(),
                        weigh(token, workspace, "{\"weight\":1001}").statusCode(),
                        weigh(token, workspace, "{}").statusCode()))
                .containsOnly(400);
        assertThat(weigh(token, "/workspaces/987654", "{\"weight\":1}").statusCode())
                .isEqualTo(404);
        assertThat(TestServer.json(AUTH.server.get("/workspaces", token)).findValuesAsText("weight"))
                .contains("30");
    }

    @Test
    void aMemberSeesNoWorkspacesAndSetsNoShare() {
        Account account = AUTH.account(Role.MEMBER);
        String member = AUTH.signIn(account).token();
        String own = "/workspaces/" + account.workspaceId();

        assertThat(List.of(
                        AUTH.server.get("/workspaces", member).statusCode(),
                        AUTH.server.get(own, member).statusCode(),
                        weigh(member, own, "{\"weight\":1000}").statusCode()))
                .containsOnly(403);
    }

    private static HttpResponse<String> weigh(String token, String workspace, String body) {
        return AUTH.server.call("PATCH", workspace, token, body);
    }

    @Test
    void usersAreListedInPages() {
        String token = operator();
        for (int i = 0; i < 3; i++) {
            AUTH.account(Role.MEMBER);
        }
        int seen = 0;
        String cursor = "";
        do {
            JsonNode page = TestServer.json(AUTH.server.get("/users?limit=2" + cursor, token));
            seen += page.path("data").size();
            cursor = page.path("page").path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("page").path("next").asText();
        } while (!cursor.isEmpty());
        long all = AUTH.database
                .database()
                .read(handle -> handle.createQuery("select count(*) from account")
                        .mapTo(Long.class)
                        .one());
        assertThat(seen).isEqualTo((int) all);
    }

    @Test
    void aUserIsAddedFromTheCommandLine() {
        UserAdd add = new UserAdd(AUTH.database.database(), AUTH.clock);

        assertThat(add.add("cli@example.org", "long enough", "from-cli", Role.OPERATOR))
                .isInstanceOfSatisfying(UserAdd.Result.Added.class, added -> {
                    assertThat(added.account().workspace()).isEqualTo("from-cli");
                    assertThat(added.account().role()).isEqualTo(Role.OPERATOR);
                });
        assertThat(add.add("CLI@example.org", "long enough", "from-cli", Role.MEMBER))
                .isInstanceOfSatisfying(
                        UserAdd.Result.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .singleElement()
                                .asString()
                                .contains("already"));
        assertThat(add.add("nonsense", "short", "", Role.MEMBER))
                .isInstanceOfSatisfying(
                        UserAdd.Result.Refused.class,
                        refused -> assertThat(refused.reasons()).hasSize(3));
        assertThat(AUTH.login("cli@example.org", "long enough").statusCode()).isEqualTo(200);
    }

    private static JsonNode key(String token, String json) {
        HttpResponse<String> response = AUTH.server.post("/api-keys", token, json);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return TestServer.json(response).path("data");
    }

    @Test
    void aKeyIsShownOnceAndActsAsItsAccount() {
        Account account = AUTH.account(Role.MEMBER);
        String token = AUTH.signIn(account).token();

        JsonNode made = key(token, "{\"name\":\"nightly export\"}");
        String key = made.path("key").asText();

        assertThat(key)
                .matches("mb_[A-Za-z0-9_-]{43}")
                .startsWith(made.path("hint").asText());
        assertThat(TestServer.json(AUTH.server.get("/auth/me", key))
                        .path("data")
                        .path("id")
                        .asLong())
                .isEqualTo(account.id());
        HttpResponse<String> list = AUTH.server.get("/api-keys", token);
        assertThat(list.body()).contains("nightly export").doesNotContain(key);
        assertThat(AUTH.server.get("/operators", key).statusCode()).isEqualTo(403);
        List<String> rows = AUTH.database
                .database()
                .read(handle -> handle.createQuery("select row_to_json(k)::text from api_key k")
                        .mapTo(String.class)
                        .list());
        assertThat(rows).allSatisfy(row -> assertThat(row).doesNotContain(key));
    }

    @Test
    void aRevokedKeyIsOutAtOnce() {
        String token = AUTH.signIn(AUTH.account(Role.MEMBER)).token();
        JsonNode made = key(token, "{\"name\":\"k\"}");
        assertThat(AUTH.server.get("/mine", made.path("key").asText()).statusCode())
                .isEqualTo(200);

        String path = "/api-keys/" + made.path("id").asLong();
        assertThat(AUTH.server.call("DELETE", path, token, null).statusCode()).isEqualTo(204);

        assertThat(AUTH.server.get("/mine", made.path("key").asText()).statusCode())
                .isEqualTo(401);
        assertThat(AUTH.server.call("DELETE", path, token, null).statusCode()).isEqualTo(404);
    }

    @Test
    void anotherWorkspacesKeysAreNotThere() {
        String token = AUTH.signIn(AUTH.account(Role.MEMBER)).token();
        JsonNode made = key(token, "{\"name\":\"k\"}");
        AUTH.auth.accounts().create("foreign@example.org", AuthFixture.PASSWORD, "foreign", Role.MEMBER);
        String foreign = AuthFixture.Session.of(AUTH.login("foreign@example.org", AuthFixture.PASSWORD))
                .token();

        assertThat(AUTH.server
                        .call("DELETE", "/api-keys/" + made.path("id").asLong(), foreign, null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(TestServer.json(AUTH.server.get("/api-keys", foreign))
                        .path("data")
                        .size())
                .isZero();
        assertThat(AUTH.server.get("/mine", made.path("key").asText()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aKeyExpires() {
        String token = AUTH.signIn(AUTH.account(Role.MEMBER)).token();
        // A time that PostgreSQL would round up.
        AUTH.clock.pass(Duration.ofNanos(1_999 - AUTH.clock.instant().get(ChronoField.NANO_OF_SECOND) % 1_000));
        String soon = AUTH.clock.instant().plus(Duration.ofMinutes(2)).toString();
        JsonNode made = key(token, "{\"name\":\"k\",\"expires_at\":\"" + soon + "\"}");
        assertThat(AUTH.server.get("/mine", made.path("key").asText()).statusCode())
                .isEqualTo(200);

        AUTH.clock.pass(Duration.ofMinutes(2));

        assertThat(AUTH.server.get("/mine", made.path("key").asText()).statusCode())
                .isEqualTo(401);
        for (String bad : new String[] {"yesterday", "2001-01-01T00:00:00Z", "+999999999-01-01T00:00:00Z"}) {
            assertThat(AUTH.server
                            .post("/api-keys", token, "{\"name\":\"k\",\"expires_at\":\"" + bad + "\"}")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void useIsNotedAtMostOnceAMinute() {
        String token = AUTH.signIn(AUTH.account(Role.MEMBER)).token();
        JsonNode made = key(token, "{\"name\":\"k\"}");
        String key = made.path("key").asText();
        assertThat(lastUsed(made)).isEmpty();

        AUTH.server.get("/mine", key);
        String first = lastUsed(made);
        AUTH.clock.pass(Duration.ofSeconds(30));
        AUTH.server.get("/mine", key);
        assertThat(lastUsed(made)).isEqualTo(first).isNotEmpty();
        AUTH.clock.pass(Duration.ofSeconds(31));
        AUTH.server.get("/mine", key);

        assertThat(lastUsed(made)).isGreaterThan(first);
    }

    @Test
    void theRoutesAreDescribed() {
        OpenApiDocument.assertValid(OpenApi.document(AUTH.server.server().routes(), "1", "http://x"));
    }

    private static String lastUsed(JsonNode made) {
        return AUTH.database
                .database()
                .read(handle -> handle.createQuery(
                                "select coalesce(last_used_at::text, '') from api_key where id = :id")
                        .bind("id", made.path("id").asLong())
                        .mapTo(String.class)
                        .one());
    }
}
