package io.mailblast.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.http.ProblemException;
import io.mailblast.testing.SettableClock;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SignInTest {

    private static final AuthFixture AUTH = new AuthFixture();

    @AfterAll
    static void close() {
        AUTH.close();
    }

    @Test
    void wrongOnesGetTheSameAnswerWhateverIsWrong() {
        try (AuthFixture fresh = new AuthFixture()) {
            HttpResponse<String> password =
                    fresh.login(fresh.account(Role.MEMBER).email(), "wrong password");
            HttpResponse<String> account = fresh.login("nobody@example.com", AuthFixture.PASSWORD);
            HttpResponse<String> address = fresh.login("no address at all", AuthFixture.PASSWORD);

            assertThat(List.of(password.statusCode(), account.statusCode(), address.statusCode()))
                    .containsOnly(401);
            assertThat(account.body()).isEqualTo(password.body()).isEqualTo(address.body());
            assertThat(account.headers().firstValue("WWW-Authenticate")).isPresent();
        }
    }

    @Test
    void wrongOnesTakeTheSameTimeWhetherOrNotTheAccountExists() {
        try (AuthFixture fresh = new AuthFixture(new AuthConfig(
                Duration.ofMinutes(15), Duration.ofDays(1), Duration.ofHours(12), 1_000, Duration.ofMinutes(5), 2))) {
            String email = fresh.account(Role.MEMBER).email();
            long[] there = new long[21];
            long[] notThere = new long[21];
            for (int i = 0; i < there.length; i++) {
                there[i] = nanos(() -> fresh.login(email, "wrong password"));
                notThere[i] = nanos(() -> fresh.login("nobody@example.com", "wrong password"));
            }
            Arrays.sort(there);
            Arrays.sort(notThere);
            // Medians: without the hash of nobody's password the second would take a tenth of the first.
            assertThat(notThere[10]).isBetween(there[10] / 2, there[10] * 2);
        }
    }

    private static long nanos(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    @Test
    void tooManyFailuresForOneAccountAreAnswered429UntilTheWindowHasPassed() {
        try (AuthFixture fresh = new AuthFixture()) {
            Account account = fresh.account(Role.MEMBER);
            for (int i = 0; i < 5; i++) {
                assertThat(fresh.login(account.email(), "wrong password").statusCode())
                        .isEqualTo(401);
            }

            HttpResponse<String> blocked = fresh.login(account.email(), AuthFixture.PASSWORD);

            assertThat(blocked.statusCode()).isEqualTo(429);
            assertThat(Long.parseLong(
                            blocked.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(290L, 301L);
            fresh.clock.pass(Duration.ofMinutes(5));
            assertThat(fresh.login(account.email(), AuthFixture.PASSWORD).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void tooManyFailuresFromOneClientAreAnswered429WhateverAccountsItTries() {
        try (AuthFixture fresh = new AuthFixture()) {
            Account own = fresh.account(Role.MEMBER);
            for (int i = 0; i < 5; i++) {
                assertThat(fresh.login("nobody" + i + "@example.com", "wrong password")
                                .statusCode())
                        .isEqualTo(401);
            }

            assertThat(fresh.login(own.email(), AuthFixture.PASSWORD).statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void successesAreNotCounted() {
        Account account = AUTH.account(Role.MEMBER);
        for (int i = 0; i < 12; i++) {
            assertThat(AUTH.login(account.email(), AuthFixture.PASSWORD).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aSuccessDoesNotClearTheClientThatTriesOthers() {
        SettableClock clock = new SettableClock();
        SignInLimits limits = new SignInLimits(3, Duration.ofMinutes(1), clock);
        for (int i = 0; i < 3; i++) {
            limits.failed("victim" + i + "@example.com", "192.0.2.1");
            limits.succeeded("own@example.com");
        }

        assertThat(limits.wait("next@example.com", "192.0.2.1")).isPresent();
        assertThat(limits.wait("next@example.com", "192.0.2.2")).isEmpty();
    }

    @Test
    void aClientOfIpv6IsItsNetwork() {
        SignInLimits limits = new SignInLimits(2, Duration.ofMinutes(1), new SettableClock());
        limits.failed("a@example.com", "2001:db8:1:2::1");
        limits.failed("b@example.com", "2001:db8:1:2::2");

        assertThat(limits.wait("c@example.com", "2001:db8:1:2:ffff::3")).isPresent();
        assertThat(limits.wait("c@example.com", "2001:db8:1:3::3")).isEmpty();
    }

    @Test
    void malformedSignInsNameTheirFields() {
        HttpResponse<String> response = AUTH.server.post("/auth/login", "", "{\"email\":5,\"more\":true}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(response).path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("email", "password", "more");
    }

    @Test
    void passwordsAreKeptAsArgon2idAndEachHashIsItsOwn() {
        try (Passwords passwords = new Passwords(2)) {
            String one = passwords.hash("pässword with ümlauts");
            String two = passwords.hash("pässword with ümlauts");

            assertThat(one).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").isNotEqualTo(two);
            assertThat(passwords.matches("pässword with ümlauts", one)).isTrue();
            assertThat(passwords.matches("pa\u0308ssword with u\u0308mlauts", one))
                    .as("the same letters, typed on another system")
                    .isTrue();
            assertThat(passwords.matches("pässword with umlauts", one)).isFalse();
        }
    }

    /// Made by the library that was used before.
    @Test
    void aHashOfAnEarlierVersionHolds() {
        String earlier = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg"
                + "$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4";
        try (Passwords passwords = new Passwords(1)) {
            assertThat(passwords.matches("correct horse battery", earlier)).isTrue();
            assertThat(passwords.matches("correct horse batter", earlier)).isFalse();
        }
    }

    @Test
    void whoWouldWaitTooLongForAHashIsSentAway() throws InterruptedException {
        try (Passwords passwords = new Passwords(1, 2)) {
            AtomicInteger done = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            List<Thread> users = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                users.add(Thread.ofPlatform().start(() -> {
                    try {
                        passwords.hash("some password");
                        done.incrementAndGet();
                    } catch (ProblemException e) {
                        assertThat(e.problem().status()).isEqualTo(503);
                        refused.incrementAndGet();
                    }
                }));
            }
            for (Thread user : users) {
                user.join();
            }
            assertThat(done.get() + refused.get()).isEqualTo(30);
            assertThat(refused.get()).isPositive();
            assertThat(done.get()).isGreaterThanOrEqualTo(3);
        }
        Passwords closed = new Passwords(1);
        closed.close();
        assertThatThrownBy(() -> closed.hash("some password")).isInstanceOf(ProblemException.class);
    }
}
