package io.mailblast.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.auth.AuthFixture.Session;
import io.mailblast.key.Keyring;
import io.mailblast.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final AuthFixture AUTH = new AuthFixture();

    @AfterAll
    static void close() {
        AUTH.close();
    }

    private static int mine(String token) {
        return AUTH.server.get("/mine", token).statusCode();
    }

    @Test
    void whoSignsInMayAsk() {
        Account account = AUTH.account(Role.MEMBER);

        HttpResponse<String> response =
                AUTH.login(account.email().toUpperCase(java.util.Locale.ROOT), AuthFixture.PASSWORD);
        Session session = Session.of(response);

        assertThat(session.expiresIn()).isBetween(890L, 900L);
        assertThat(TestServer.json(response)
                        .path("data")
                        .path("account")
                        .path("email")
                        .asText())
                .isEqualTo(account.email());
        var me = TestServer.json(AUTH.server.get("/auth/me", session.token())).path("data");
        assertThat(me.path("id").asLong()).isEqualTo(account.id());
        assertThat(me.path("role").asText()).isEqualTo("member");
        assertThat(me.path("workspace").asText()).isEqualTo("default");
        assertThat(AUTH.server.get("/operators", session.token()).statusCode()).isEqualTo(403);
        assertThat(response.body()).doesNotContain("argon2");
    }

    @Test
    void aRefreshTokenIsExchangedForTheNext() {
        Session first = AUTH.signIn(AUTH.account(Role.MEMBER));
        AUTH.clock.pass(Duration.ofMinutes(1));

        Session second = Session.of(AUTH.refresh(first.refreshToken()));

        assertThat(second.refreshToken()).isNotEqualTo(first.refreshToken());
        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(mine(second.token())).isEqualTo(200);
    }

    @Test
    void aLostAnswerIsRepeatedForTenSeconds() {
        Session first = AUTH.signIn(AUTH.account(Role.MEMBER));
        Session second = Session.of(AUTH.refresh(first.refreshToken()));
        AUTH.clock.pass(Duration.ofSeconds(9));

        Session again = Session.of(AUTH.refresh(first.refreshToken()));

        assertThat(again.refreshToken()).isEqualTo(second.refreshToken());
        assertThat(again.token()).isEqualTo(second.token());
        assertThat(AUTH.refresh(second.refreshToken()).statusCode()).isEqualTo(200);
    }

    @Test
    void aLaterReuseRevokesTheFamily() {
        Session first = AUTH.signIn(AUTH.account(Role.MEMBER));
        Session second = Session.of(AUTH.refresh(first.refreshToken()));
        AUTH.clock.pass(Duration.ofSeconds(11));

        assertThat(AUTH.refresh(first.refreshToken()).statusCode()).isEqualTo(401);

        assertThat(AUTH.refresh(second.refreshToken()).statusCode()).isEqualTo(401);
    }

    @Test
    void aReuseOfAnOlderGenerationRevokesAtOnce() {
        Session first = AUTH.signIn(AUTH.account(Role.MEMBER));
        Session second = Session.of(AUTH.refresh(first.refreshToken()));
        Session third = Session.of(AUTH.refresh(second.refreshToken()));

        assertThat(AUTH.refresh(first.refreshToken()).statusCode()).isEqualTo(401);

        assertThat(AUTH.refresh(third.refreshToken()).statusCode()).isEqualTo(401);
    }

    @Test
    void twoUsesAtOnceGetOneAnswer() throws InterruptedException {
        Session session = AUTH.signIn(AUTH.account(Role.MEMBER));
        ConcurrentLinkedQueue<String> next = new ConcurrentLinkedQueue<>();

        List<Thread> users = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofVirtual()
                        .start(() -> next.add(
                                Session.of(AUTH.refresh(session.refreshToken())).refreshToken())))
                .toList();
        for (Thread user : users) {
            user.join();
        }

        assertThat(next).hasSize(8).containsOnly(next.element());
        assertThat(AUTH.refresh(next.element()).statusCode()).isEqualTo(200);
    }

    @Test
    void aRefreshTokenEndsSomeTimeAfterItsLastUse() {
        Session session = AUTH.signIn(AUTH.account(Role.MEMBER));
        AUTH.clock.pass(Duration.ofDays(29));
        Session next = Session.of(AUTH.refresh(session.refreshToken()));
        AUTH.clock.pass(Duration.ofDays(29));
        Session last = Session.of(AUTH.refresh(next.refreshToken()));
        AUTH.clock.pass(Duration.ofDays(30));

        assertThat(AUTH.refresh(last.refreshToken()).statusCode()).isEqualTo(401);
    }

    @Test
    void everyChangedCharacterOfARefreshTokenIsRefused() throws IOException {
        RefreshTokenCodec codec = new RefreshTokenCodec(Keyring.open(AUTH.keys, "refresh"));
        String token = codec.write(new RefreshTokenCodec.Token(java.util.UUID.randomUUID(), 7));

        assertThat(codec.read(token)).isNotNull();
        for (int i = 0; i < token.length(); i++) {
            for (char c : new char[] {'A', 'B', '_', '0', '.'}) {
                if (token.charAt(i) != c) {
                    assertThat(codec.read(token.substring(0, i) + c + token.substring(i + 1)))
                            .isNull();
                }
            }
        }
        assertThat(codec.read("")).isNull();
        assertThat(codec.read(token + "A")).isNull();
    }

    @Test
    void nothingInTheDatabaseMakesAToken() {
        Session session = AUTH.signIn(AUTH.account(Role.MEMBER));

        List<String> rows = AUTH.database
                .database()
                .read(handle -> handle.createQuery(
                                "select row_to_json(f)::text from token_family f union all select row_to_json(a)::text from account a")
                        .mapTo(String.class)
                        .list());

        assertThat(rows)
                .isNotEmpty()
                .allSatisfy(row ->
                        assertThat(row).doesNotContain(session.refreshToken()).doesNotContain(AuthFixture.PASSWORD));
    }

    @Test
    void signingOutEndsTheSessionAtOnce() {
        Session session = AUTH.signIn(AUTH.account(Role.MEMBER));
        assertThat(mine(session.token())).isEqualTo(200);

        assertThat(AUTH.server
                        .call("POST", "/auth/logout", session.token(), null)
                        .statusCode())
                .isEqualTo(204);

        assertThat(mine(session.token())).isEqualTo(401);
        assertThat(AUTH.refresh(session.refreshToken()).statusCode()).isEqualTo(401);
    }

    @Test
    void signingOutByARefreshTokenEndsThatSession() {
        Account account = AUTH.account(Role.MEMBER);
        Session here = AUTH.signIn(account);
        Session there = AUTH.signIn(account);

        AUTH.server.post("/auth/logout", here.token(), "{\"refresh_token\":\"" + there.refreshToken() + "\"}");

        assertThat(mine(here.token())).isEqualTo(200);
        assertThat(mine(there.token())).isEqualTo(401);
    }

    @Test
    void aDisabledAccountIsOutWhereverItWas() {
        Account operator = AUTH.account(Role.OPERATOR);
        Account account = AUTH.account(Role.MEMBER);
        Session session = AUTH.signIn(account);
        assertThat(mine(session.token())).isEqualTo(200);

        assertThat(AUTH.server
                        .call(
                                "DELETE",
                                "/users/" + account.id(),
                                AUTH.signIn(operator).token(),
                                null)
                        .statusCode())
                .isEqualTo(204);

        assertThat(mine(session.token())).isEqualTo(401);
        assertThat(AUTH.refresh(session.refreshToken()).statusCode()).isEqualTo(401);
        assertThat(AUTH.login(account.email(), AuthFixture.PASSWORD).statusCode())
                .isEqualTo(401);
    }
}
