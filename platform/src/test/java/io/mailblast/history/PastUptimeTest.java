package io.mailblast.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PastUptimeTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final TestDatabase db = TestDatabase.create();
    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final PastUptime uptime = new PastUptime(db.database(), clock, 1);

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void nothingIsSaidInTheFirstHour() {
        runs(start("host:1"), Duration.ofMinutes(59));

        assertThat(uptime.ratio()).isNaN();
    }

    @Test
    void whoeverIsAlwaysThereIsUp() {
        runs(start("host:1"), Duration.ofMinutes(100));

        assertThat(uptime.ratio()).isEqualTo(1);
    }

    @Test
    void aProcessThatDiedIsDownUntilTheNextOneStarts() {
        runs(start("host:1"), Duration.ofMinutes(90));
        now = now.plus(Duration.ofMinutes(10));
        runs(start("host:1"), Duration.ofMinutes(100));

        assertThat(uptime.ratio()).isCloseTo(0.95, within(0.002));
    }

    @Test
    void anOrderedStopCountsNeitherWay() {
        History first = start("host:1");
        runs(first, Duration.ofMinutes(90));
        first.close();
        now = now.plus(Duration.ofHours(10));
        runs(start("host:1"), Duration.ofMinutes(100));

        assertThat(uptime.ratio()).isEqualTo(1);
    }

    @Test
    void aProcessThatDiesAfterAnotherWasStoppedInOrderIsDown() {
        History first = start("host:1");
        History second = start("host:2");
        runs(first, second, Duration.ofMinutes(60));
        first.close();
        runs(second, Duration.ofMinutes(30));
        now = now.plus(Duration.ofMinutes(10));
        runs(start("host:2"), Duration.ofMinutes(100));

        assertThat(uptime.ratio()).isCloseTo(0.95, within(0.002));
    }

    @Test
    void whileOneOfTwoIsThereMailBlastIsUp() {
        History first = start("host:1");
        History second = start("host:2");
        runs(first, second, Duration.ofMinutes(60));
        runs(second, Duration.ofMinutes(60));

        assertThat(uptime.ratio()).isEqualTo(1);
    }

    @Test
    void aWorkerAloneIsNotUp() {
        runs(start("host:1"), Duration.ofMinutes(90));
        runs(
                new History(db.database(), History.Role.WORKER, "host/1", () -> Map.of("a", 1.0), 1, clock),
                Duration.ofMinutes(10));

        assertThat(uptime.ratio()).isCloseTo(0.9, within(0.002));
    }

    private History start(String place) {
        return new History(db.database(), History.Role.API, place, () -> Map.of("a", 1.0), 1, clock);
    }

    private void runs(History history, Duration time) {
        runs(history, history, time);
    }

    private void runs(History first, History second, Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            first.record();
            second.record();
            now = now.plusSeconds(10);
        }
    }
}
