package io.mailblast.validation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.traffic.TestTraffic;
import io.mailblast.validation.traffic.Traffic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long ZERO = 1_800_000_000L * SECOND;

    private final Recording recording = new Recording();
    private final Traffic traffic = TestTraffic.none();
    private final Turn turn = new Turn(meant(), 0, recording, traffic, ZERO);

    private static Map<Endpoint, RateProfile> meant() {
        Map<Endpoint, RateProfile> meant = new EnumMap<>(Endpoint.class);
        meant.put(Endpoint.TRACK_OPEN, new RateProfile().then(10 * SECOND, 10, 10));
        return meant;
    }

    private void answered(int count, Outcome outcome) {
        for (int i = 0; i < count; i++) {
            turn.take(new Told.Answered(Endpoint.TRACK_OPEN, ZERO + 3 * SECOND + i, 2_000_000, outcome));
        }
    }

    @Test
    void anAnswerIsRecordedInTheSecondInWhichItsRequestBegan() {
        answered(1, Outcome.GOOD);

        Tally tally = recording.tally(List.of("track-open"), 3, 4);
        assertThat(tally.good()).isEqualTo(1);
        assertThat(tally.latencyMs(100)).isBetween(2.0, 2.01);
    }

    @Test
    void whatWasAnsweredMustBeCountedAndWhatBrokeMay() {
        answered(5, Outcome.GOOD);
        answered(2, Outcome.SERVER_ERROR);
        answered(3, Outcome.SHED);
        answered(4, Outcome.NEVER_SENT);

        assertThat(traffic.opens().least()).isEqualTo(5);
        assertThat(traffic.opens().most()).isEqualTo(7);
    }

    @Test
    void whatAToolThatWasKilledHasNotToldIsUnknown() {
        answered(40, Outcome.GOOD);

        // 50 were to begin by then.
        turn.giveUp(5 * SECOND);

        assertThat(traffic.opens().least()).isEqualTo(40);
        assertThat(traffic.opens().most()).isEqualTo(51);
    }

    @Test
    void aToolThatBeganMuchLessThanItWasToldIsDoubted() {
        answered(80, Outcome.GOOD);

        assertThat(turn.doubt("k6", 10 * SECOND))
                .hasValueSatisfying(words -> assertThat(words).contains("k6", "80", "100"));
    }

    @Test
    void aFewThatWereUnderWayAtTheEndAreNoDoubt() {
        answered(1, Outcome.GOOD);

        assertThat(turn.doubt("k6", SECOND / 2)).isEmpty();
    }

    @Test
    void whatItDroppedItHasToldAndIsAnErrorNotADoubt() {
        answered(60, Outcome.GOOD);
        answered(40, Outcome.NEVER_SENT);

        assertThat(turn.doubt("k6", 10 * SECOND)).isEmpty();
        assertThat(recording.errors()).isEqualTo(40);
    }

    @Test
    void aCampaignThatWasMadeCanBeSent() {
        turn.take(new Told.Made(77));

        assertThat(turn.isSilent()).isTrue();
        assertThat(traffic.campaigns().least()).isZero();
    }
}
