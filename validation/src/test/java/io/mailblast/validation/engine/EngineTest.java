package io.mailblast.validation.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.TinyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTest {

    private static final byte[] REQUEST = HttpRequests.get("http://127.0.0.1:1", "/x", "test");
    private static final Call CALL = connection -> {
        int status = connection.exchange(REQUEST);
        return status == 200 ? Outcome.GOOD : Outcome.ofUnexpected(status, connection.saysWhen());
    };

    private final Recording recording = new Recording();

    private static List<byte[]> slowly(long ns) {
        LockSupport.parkNanos(ns);
        return TinyServer.ok();
    }

    private static RateProfile rate(double perSecond, double seconds) {
        return new RateProfile().then((long) (seconds * 1e9), perSecond, perSecond);
    }

    private Tally run(TinyServer server, RateProfile profile, Duration timeout, int connections)
            throws InterruptedException {
        try (Engine engine = new Engine(server.address(), recording, timeout, connections)) {
            engine.run(List.of(new Stream("x", Arrivals.even(profile), CALL)), engine.nowNs());
            engine.drain();
        }
        return recording.tally(List.of("x"), 0, 1_000);
    }

    @Test
    void everyArrivalIsARequest() throws Exception {
        try (TinyServer server = TinyServer.start(_ -> TinyServer.ok())) {
            Tally tally = run(server, rate(200, 2), Duration.ofSeconds(5), 64);

            assertThat(tally.good()).isEqualTo(400);
            assertThat(tally.errors()).isZero();
            assertThat(server.connections()).isLessThanOrEqualTo(64);
        }
    }

    /// The tail of what a server's pause of a second does to requests that come evenly: those of the pause's
    /// begin wait all of it, those of its end hardly at all. Measured from when they were really sent it would
    /// be one slow request of each connection.
    @ParameterizedTest
    @CsvSource({"64", "4"})
    void aServerThatStandsStillForASecondShowsTheSecondInTheTail(int connections) throws Exception {
        AtomicLong stillUntilNs = new AtomicLong();
        long beginNs = System.nanoTime();
        Function<String, List<byte[]>> standingStill = request -> {
            long now = System.nanoTime();
            if (stillUntilNs.get() == 0 && now - beginNs > 2_000_000_000L) {
                stillUntilNs.compareAndSet(0, now + 1_000_000_000L);
            }
            LockSupport.parkNanos(stillUntilNs.get() - System.nanoTime());
            return TinyServer.ok();
        };

        try (TinyServer server = TinyServer.start(standingStill)) {
            Tally tally = run(server, rate(100, 5), Duration.ofSeconds(10), connections);

            assertThat(tally.all()).isEqualTo(500);
            // A fifth of the requests came in the pause, evenly: half of them, a tenth of all, waited half of it or
            // more. What would be hidden is too little; a busy machine makes it more.
            assertThat(tally.latencyMs(100)).isBetween(940.0, 2_500.0);
            assertThat(tally.latencyMs(90)).isBetween(400.0, 1_500.0);
            assertThat(tally.latencyMs(75)).isLessThan(400);
        }
    }

    @Test
    void severalServersAreAskedInTurnByTheirConnections() throws Exception {
        try (TinyServer one = TinyServer.start(_ -> slowly(2_000_000));
                TinyServer other = TinyServer.start(_ -> slowly(2_000_000));
                Engine engine = new Engine(one.address(), recording)) {
            engine.target(List.of(one.address(), other.address()));

            engine.users(6, Duration.ZERO, engine.nowNs() + 500_000_000L, () -> new Stream("x", () -> 0, CALL));
            engine.drain();

            assertThat(other.connections()).isPositive();
            assertThat(one.connections() - other.connections()).isBetween(0, 1);
            assertThat(recording.tally(List.of("x"), 0, 1_000).errors()).isZero();
        }
    }

    @Test
    void whatHangsIsATimeOut() throws Exception {
        try (TinyServer server = TinyServer.start(_ -> slowly(TimeUnit.SECONDS.toNanos(3)))) {
            Tally tally = run(server, rate(10, 1), Duration.ofMillis(300), 64);

            assertThat(tally.outcomes()).containsOnlyKeys(Outcome.TIMEOUT).containsEntry(Outcome.TIMEOUT, 10L);
            assertThat(tally.latencyMs(50)).isBetween(290.0, 2_500.0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 500 No, SERVER_ERROR",
        "HTTP/1.1 404 No, UNEXPECTED",
        "HTTP/1.1 429 No, SHED",
        "HTTP/1.1 503 No, SERVER_ERROR",
        "'HTTP/1.1 503 No\r\nRetry-After: 1', SHED",
    })
    void errorsAreToldApart(String head, Outcome expected) throws Exception {
        try (TinyServer server = TinyServer.start(_ -> TinyServer.bytes(head + "\r\nContent-Length: 0\r\n\r\n"))) {
            assertThat(run(server, rate(20, 0.5), Duration.ofSeconds(5), 8).outcomes())
                    .containsOnlyKeys(expected);
        }
    }

    @Test
    void aServerThatHangsUpIsAConnectionLost() throws Exception {
        try (TinyServer server = TinyServer.start(_ -> List.of())) {
            assertThat(run(server, rate(20, 0.5), Duration.ofSeconds(5), 8).outcomes())
                    .containsOnlyKeys(Outcome.RESET);
            assertThat(recording.problems().values()).allMatch(words -> words.contains("closed"));
        }
    }

    @Test
    void secondsAreMergedWithoutLoss() {
        for (int i = 0; i < 30_000; i++) {
            recording.record("x", i * 1_000_000L, i * 1_000L, Outcome.GOOD);
        }
        recording.record("x", 1_000_000L, 99_000_000L, Outcome.GOOD);

        Tally all = recording.tally(List.of("x"), 0, 30);

        assertThat(all.all()).isEqualTo(30_001);
        assertThat(all.latencyUs().getTotalCount()).isEqualTo(30_001);
        assertThat(all.latencyMs(50)).isCloseTo(15, within(0.02));
        assertThat(recording.tally(List.of("x"), 0, 1).latencyMs(100)).isCloseTo(99, within(0.1));
        assertThat(recording.lines()).hasSize(30);
    }

    @Test
    void usersAskOneAfterTheOther() throws IOException, InterruptedException {
        try (TinyServer server = TinyServer.start(_ -> slowly(20_000_000));
                Engine engine = new Engine(server.address(), recording)) {
            engine.users(
                    5,
                    Duration.ofMillis(80),
                    engine.nowNs() + 2_000_000_000L,
                    () -> new Stream("x", () -> Long.MAX_VALUE, CALL));
        }

        // 5 users, each about every 100 ms, for 2 s; less often on a busy machine.
        assertThat(recording.tally(List.of("x"), 0, 10).good()).isBetween(25L, 105L);
    }
}
