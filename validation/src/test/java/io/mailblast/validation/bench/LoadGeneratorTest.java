package io.mailblast.validation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.TinyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoadGeneratorTest {

    private static final byte[] REQUEST = HttpRequests.get("http://127.0.0.1:1", "/", "test");

    private static LoadPlan paced(int connections, double perSecond, Duration duration) {
        return new LoadPlan(List.of(REQUEST), Set.of(200), connections, perSecond, Duration.ZERO, duration);
    }

    /// Answers at once, but for 300 ms of silence that begin 300 ms after its first request.
    private static TinyServer pausing() throws IOException {
        AtomicLong first = new AtomicLong();
        return TinyServer.start(_ -> {
            long now = System.nanoTime();
            boolean _ = first.compareAndSet(0, now);
            long begin = first.get() + 300_000_000L;
            long end = begin + 300_000_000L;
            if (now >= begin) {
                for (long left = end - now; left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
            return TinyServer.ok();
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPausedServerIsSeenByAllWhoWereMeantToAskMeanwhile() throws IOException {
        try (TinyServer server = pausing()) {
            LoadResult load = new LoadGenerator(server.address()).run(paced(2, 200, Duration.ofSeconds(1)));

            assertThat(load.errors()).isZero();
            assertThat(load.answered()).isEqualTo(200);
            // Some 60 of 200 were meant to start in the pause, and waited up to 300 ms: not 2, one a connection.
            assertThat(load.latencyMs(90)).isGreaterThan(80);
            assertThat(load.maxLatencyMs()).isGreaterThan(250);
        }
    }

    @Test
    void aPacedPlanStartsAsManyAsItsRateSays() throws IOException {
        AtomicLong asked = new AtomicLong();
        try (TinyServer server = TinyServer.start(_ -> {
            long _ = asked.incrementAndGet();
            return TinyServer.ok();
        })) {
            LoadPlan plan =
                    new LoadPlan(List.of(REQUEST), Set.of(200), 8, 500, Duration.ofMillis(200), Duration.ofMillis(400));

            LoadResult load = new LoadGenerator(server.address()).run(plan);

            assertThat(asked).hasValue(300);
            assertThat(load.answered()).isEqualTo(200);
            assertThat(load.latencyNs().getTotalCount()).isEqualTo(200);
            assertThat(load.perSecond()).isEqualTo(500);
        }
    }

    @Test
    void withoutAPaceEachConnectionAsksAsSoonAsItIsAnswered() throws IOException {
        // Whoever comes first waits for the others: on a busy machine all would be over before the last has come.
        CountDownLatch allHaveCome = new CountDownLatch(4);
        try (TinyServer server = TinyServer.start(_ -> {
            allHaveCome.countDown();
            await(allHaveCome);
            return TinyServer.ok();
        })) {
            LoadPlan plan =
                    new LoadPlan(List.of(REQUEST), Set.of(200), 4, 0, Duration.ofMillis(100), Duration.ofMillis(900));

            LoadResult load = new LoadGenerator(server.address()).run(plan);

            assertThat(load.errors()).isZero();
            assertThat(load.answered()).isGreaterThan(100);
            assertThat(server.connections()).isEqualTo(4);
        }
    }

    @Test
    void requestsAreSentInTurn() throws IOException {
        AtomicLong opens = new AtomicLong();
        AtomicLong clicks = new AtomicLong();
        List<byte[]> requests = List.of(
                HttpRequests.get("http://127.0.0.1:1", "/open", "test"),
                HttpRequests.get("http://127.0.0.1:1", "/click", "test"));
        try (TinyServer server = TinyServer.start(head -> {
            long _ = (head.startsWith("GET /open ") ? opens : clicks).incrementAndGet();
            return TinyServer.ok();
        })) {
            LoadPlan plan = new LoadPlan(requests, Set.of(200), 3, 200, Duration.ZERO, Duration.ofMillis(500));

            LoadResult _ = new LoadGenerator(server.address()).run(plan);

            assertThat(opens).hasValue(50);
            assertThat(clicks).hasValue(50);
        }
    }

    @Test
    void anUnexpectedStatusIsAnErrorThatIsNamed() throws IOException {
        try (TinyServer server = TinyServer.start(
                _ -> TinyServer.bytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"))) {
            LoadResult load = new LoadGenerator(server.address()).run(paced(2, 50, Duration.ofMillis(200)));

            assertThat(load.answered()).isZero();
            assertThat(load.errors()).isEqualTo(10);
            assertThat(load.problem()).isEqualTo("status 503");
        }
    }

    @Test
    @Timeout(20)
    void aServerThatNeverAnswersEndsThePlanAndFailsEveryRequestOfIt() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (TinyServer server = TinyServer.start(_ -> {
            await(never);
            return List.of();
        })) {
            LoadResult load = new LoadGenerator(server.address(), Duration.ofMillis(200))
                    .run(paced(3, 100, Duration.ofMillis(300)));
            never.countDown();

            assertThat(load.answered()).isZero();
            assertThat(load.errors()).isEqualTo(30);
            assertThat(load.maxLatencyMs()).isGreaterThan(200);
            assertThat(load.problem()).contains("no answer");
        }
    }

    @Test
    void aGeneratorThatTakesTheMachineForItselfSaysSo() {
        LoadResult load = new LoadResult(
                1,
                0,
                Duration.ofSeconds(1),
                new org.HdrHistogram.Histogram(3),
                new org.HdrHistogram.Histogram(3),
                1.5,
                "");

        assertThat(load.selfDoubt(2))
                .hasValueSatisfying(words -> assertThat(words).contains("1.5 of 2 cores"));
        assertThat(load.selfDoubt(16)).isEmpty();
    }

    @Test
    void aGeneratorThatWasLateSaysSo() {
        org.HdrHistogram.Histogram late = new org.HdrHistogram.Histogram(3);
        late.recordValue(7_000_000);
        LoadResult load = new LoadResult(1, 0, Duration.ofSeconds(1), new org.HdrHistogram.Histogram(3), late, 0.1, "");

        assertThat(load.selfDoubt(2))
                .hasValueSatisfying(words -> assertThat(words).contains("7.0 ms"));
    }
}
