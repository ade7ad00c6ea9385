package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentLatenciesTest {

    private final AtomicLong now = new AtomicLong();
    private final RecentLatencies latencies = new RecentLatencies(Duration.ofMinutes(5), now::get);

    @Test
    void percentilesAreThoseOfWhatWasRecorded() {
        for (int i = 1; i <= 1_000; i++) {
            latencies.record(TimeUnit.MILLISECONDS.toNanos(i));
        }

        assertThat(latencies.recent().getTotalCount()).isEqualTo(1_000);
        assertThat(latencies.recent().getValueAtPercentile(95) / 1_000.0).isCloseTo(950, within(10.0));
        assertThat(latencies.recent().getMean() / 1_000.0).isCloseTo(500, within(5.0));
    }

    @Test
    void whatIsOlderThanTheWindowIsForgottenPartByPart() {
        latencies.record(TimeUnit.SECONDS.toNanos(1));
        after(Duration.ofMinutes(1));
        assertThat(latencies.recent().getTotalCount()).isEqualTo(1);
        latencies.record(TimeUnit.MILLISECONDS.toNanos(1));
        after(Duration.ofMinutes(4));
        assertThat(latencies.recent().getTotalCount()).isEqualTo(2);
        after(Duration.ofMinutes(1));
        assertThat(latencies.recent().getMaxValue()).isLessThan(2_000);
        after(Duration.ofMinutes(5));
        assertThat(latencies.recent().getTotalCount()).isZero();
        assertThat(latencies.count()).isEqualTo(2);
    }

    @Test
    void nothingIsLostWhileManyRecordAndSomebodyAsks() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int j = 0; j < 20_000; j++) {
                    latencies.record(1_000_000);
                }
            }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            after(Duration.ofSeconds(1));
            assertThat(latencies.recent().getTotalCount()).isLessThanOrEqualTo(160_000);
        }
        for (Thread each : threads) {
            each.join();
        }

        assertThat(latencies.count()).isEqualTo(160_000);
    }

    @Test
    void whatIsBeyondAllBoundsIsAsFarAsTheyGo() {
        latencies.record(-5);
        latencies.record(0);
        latencies.record(TimeUnit.DAYS.toNanos(1));

        assertThat(latencies.recent().getTotalCount()).isEqualTo(3);
        assertThat(latencies.recent().getMaxValue()).isGreaterThan(TimeUnit.MINUTES.toMicros(9));
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
