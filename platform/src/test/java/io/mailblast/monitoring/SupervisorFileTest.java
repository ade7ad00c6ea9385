package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisorFileTest {

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path home;

    @Test
    void whereNobodySupervisesNothingIsTold() {
        SupervisorFile file = new SupervisorFile(home, clock, 1);

        assertThat(file.restarts()).isZero();
        assertThat(file.restartsLastHour()).isZero();
        assertThat(file.crashLoop()).isEmpty();
    }

    @Test
    void anEndOfTheApiBeforeThisOneCountsFromTheStartOfThisOneOn() throws IOException {
        Instant now = clock.instant();
        write("{\"api_exits\":[" + exit(now.minusSeconds(4), "ended with code 137", "") + ","
                + exit(now.minus(Duration.ofMinutes(10)), "old", "") + "]}");
        SupervisorFile file = new SupervisorFile(home, clock, 1);

        assertThat(file.apiExitsWithin(Duration.ofSeconds(1))).isEqualTo(1);
        clock.pass(Duration.ofSeconds(2));
        assertThat(file.apiExitsWithin(Duration.ofSeconds(1))).isZero();
    }

    @Test
    void aCrashLoopIsToldWithTheLastDeathWhileItLasts() throws IOException {
        Instant now = clock.instant();
        write("{\"restarts\":12,\"crash_loop_until\":\"" + now.plusSeconds(60) + "\",\"exits\":["
                + exit(now.minus(Duration.ofMinutes(61)), "old", "") + ","
                + exit(now.minusSeconds(9), "ended with code 134", "") + ","
                + exit(now.minusSeconds(3), "was killed", "worker-1.txt") + "]}");
        SupervisorFile file = new SupervisorFile(home, clock, 1);

        assertThat(file.restarts()).isEqualTo(12);
        assertThat(file.restartsLastHour()).isEqualTo(2);
        assertThat(file.crashLoop())
                .hasValueSatisfying(told ->
                        assertThat(told).contains("2 times in the last hour", "was killed", "dumps/worker-1.txt"));

        write("{\"restarts\":12,\"crash_loop_until\":\"" + now.minusSeconds(1) + "\"}");

        assertThat(file.crashLoop()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "{\"restarts\":\"x\",\"exits\":7,\"crash_loop_until\":\"soon\"}"})
    void aFileThatIsNoneTellsNothing(String content) throws IOException {
        write(content);
        SupervisorFile file = new SupervisorFile(home, clock, 1);

        assertThat(file.restarts()).isZero();
        assertThat(file.restartsLastHour()).isZero();
        assertThat(file.crashLoop()).isEmpty();
    }

    private static String exit(Instant at, String reason, String dump) {
        return "{\"at\":\"" + at + "\",\"code\":137,\"reason\":\"" + reason + "\",\"dump\":\"" + dump + "\"}";
    }

    private void write(String content) throws IOException {
        Files.writeString(home.resolve("supervisor.json"), content);
    }
}
