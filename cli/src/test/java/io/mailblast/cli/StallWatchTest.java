package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final Duration STALL = Duration.ofSeconds(20);

    private final StallWatch watch = new StallWatch(0);
    private long nowNs;
    private long beats;

    @Test
    void whoFinishesSomethingNowAndThenIsLeftAlone() {
        for (int second = 0; second < 300; second++) {
            assertThat(after(beat(second / 15, 100, 0, ""))).isEmpty();
        }
    }

    @Test
    void whoHasNothingToDoIsLeftAlone() {
        for (int second = 0; second < 300; second++) {
            assertThat(after(beat(5, 0, 0, ""))).isEmpty();
        }
    }

    @Test
    void whoHasAReasonIsLeftAloneAndGetsTheWholeTimeOnceItIsOver() {
        for (int second = 0; second < 300; second++) {
            assertThat(after(beat(5, 9, 0, "The database does not answer."))).isEmpty();
        }
        for (int second = 0; second < 20; second++) {
            assertThat(after(beat(5, 9, 0, ""))).isEmpty();
        }
        assertThat(after(beat(5, 9, 0, "")))
                .hasValueSatisfying(why -> assertThat(why).isEqualTo("it finished nothing for 20 s while 9 wait"));
    }

    @Test
    void silenceCountsFromTheLastBeatAndNotFromALookThatCameLate() {
        Beat only = beat(1, 0, 0, "");
        assertThat(after(only)).isEmpty();
        nowNs += Duration.ofHours(8).toNanos();
        for (int second = 0; second < 9; second++) {
            assertThat(after(only)).as("second %s", second).isEmpty();
        }
        assertThat(after(only)).isEmpty();
        assertThat(after(only)).contains("it said nothing for 10 s");
    }

    @Test
    void beforeItsFirstBeatAWorkerMayWaitForItsDatabase() {
        for (int second = 0; second < 90; second++) {
            assertThat(after(null)).isEmpty();
        }
        assertThat(after(null)).contains("it said nothing for 90 s");
    }

    @Test
    void whatIsNoBeatIsSilence() {
        assertThat(Beat.parse("{\"finished\":1,\"waiting\":2,\"making_ms\":3,\"reason\":\"x\"}", 4))
                .contains(new Beat(4, 1, 2, 3, "x"));
        assertThat(Beat.parse("{\"finished\":\"many\"}", 4)).isEmpty();
        assertThat(Beat.parse("{\"finished\":1", 4)).isEmpty();
        assertThat(Beat.parse("", 4)).isEmpty();
    }

    private Beat beat(long finished, long waiting, long makingMs, String reason) {
        return new Beat(++beats, finished, waiting, makingMs, reason);
    }

    /// One second later.
    private Optional<String> after(@Nullable Beat beat) {
        nowNs += 1_000_000_000L;
        return watch.look(nowNs, beat, STALL);
    }
}
