package io.mailblast.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {

    private static final Duration KEEP = Duration.ofSeconds(10);

    private final AtomicLong nowNs = new AtomicLong();
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final AnswerCache cache = new AnswerCache(
            new AnalyticsConfig(KEEP, 1_000, "", Duration.ofSeconds(30)),
            new SimpleMeterRegistry(),
            nowNs::get,
            background::add);
    private final AtomicInteger asked = new AtomicInteger();

    private int ask(String question) {
        return cache.get(1, question, asked::incrementAndGet);
    }

    private void later(double seconds) {
        nowNs.addAndGet((long) (seconds * 1e9));
    }

    @Test
    void anAnswerIsGivenAgainWhileItIsYoungAndNeverWhenItIsOlderThanAllowed() {
        assertThat(ask("a")).isEqualTo(1);
        later(7);
        assertThat(ask("a")).isEqualTo(1);
        later(3.1);
        assertThat(ask("a")).isEqualTo(2);
        assertThat(background).isEmpty();
    }

    @Test
    void anAnswerThatIsAskedForLateInItsLifeIsMadeAnewOnceInTheBackground() {
        assertThat(ask("a")).isEqualTo(1);
        later(7.6);
        assertThat(ask("a")).isEqualTo(1);
        assertThat(ask("a")).isEqualTo(1);

        assertThat(background).hasSize(1);
        background.remove().run();
        assertThat(ask("a")).isEqualTo(2);
        later(7);
        assertThat(ask("a")).as("its life began anew").isEqualTo(2);
    }

    @Test
    void oneThatCannotBeMadeAnewIsKeptForTheRestOfItsLife() {
        assertThat(ask("a")).isEqualTo(1);
        later(7.6);
        assertThat(cache.<Integer>get(1, "a", () -> {
                    throw new IllegalStateException("the database is away");
                }))
                .isEqualTo(1);

        background.remove().run();

        assertThat(ask("a")).isEqualTo(1);
    }

    @Test
    void notAllAnswersRunOutAtOnce() {
        IntStream.range(0, 500).forEach(i -> ask("question " + i));
        later(9);
        int before = asked.get();
        IntStream.range(0, 500).forEach(i -> ask("question " + i));

        assertThat(asked.get() - before).isBetween(100, 400);
    }

    @Test
    void ofThoseWhoAskTheSameAtOnceOneWorks() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread first = Thread.startVirtualThread(() -> cache.get(1, "a", () -> {
            begun.countDown();
            awaitQuietly(go);
            return asked.incrementAndGet();
        }));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        // However long it takes.
        later(3_600);
        Thread second = Thread.startVirtualThread(() -> ask("a"));
        go.countDown();
        first.join();
        second.join();

        assertThat(asked).hasValue(1);
    }

    @Test
    void aFailureIsToldAndNotKept() {
        assertThatThrownBy(() -> cache.get(1, "a", () -> {
                    throw new IllegalStateException("the database is away");
                }))
                .hasMessage("the database is away");

        assertThat(ask("a")).isEqualTo(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
