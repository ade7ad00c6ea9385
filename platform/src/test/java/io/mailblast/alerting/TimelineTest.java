package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private Instant wall = Instant.parse("2026-03-01T00:00:00Z");
    private long passedNs;
    private final Timeline timeline = new Timeline(() -> wall, () -> passedNs);

    @Test
    void itGoesOnByWhatPassed() {
        pass(Duration.ofMinutes(7));

        assertThat(timeline.now()).isEqualTo(wall);
        assertThat(timeline.follow()).isZero();
    }

    @Test
    void aClockThatIsSetIsOnlyFollowedWhenAskedTo() {
        wall = wall.minus(Duration.ofDays(300));
        assertThat(timeline.now()).isEqualTo(wall.plus(Duration.ofDays(300)));

        assertThat(timeline.follow()).isEqualTo(Duration.ofDays(-300));

        assertThat(timeline.now()).isEqualTo(wall);
        assertThat(timeline.follow()).isZero();
    }

    @Test
    void aLittleDifferenceIsNoSetting() {
        wall = wall.plusSeconds(4);

        assertThat(timeline.follow()).isZero();
        assertThat(timeline.now()).isEqualTo(wall.minusSeconds(4));
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        passedNs += time.toNanos();
    }
}
