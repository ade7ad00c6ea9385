package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetriesTest {

    /// So many that each tenth of a range is drawn from, but for once in 10^90 runs.
    private static final int DRAWS = 2_000;

    private static final Instant BEGUN = Instant.parse("2026-03-01T08:00:00Z");

    private final Retries retries = new Retries(config(Duration.ofSeconds(1), Duration.ofMinutes(30)));

    @Test
    void theLongestPauseDoublesWithEachAttemptFromTheFirst() {
        for (int attempt = 1; attempt <= 10; attempt++) {
            long longest = 1_000L << (attempt - 1);

            assertThat(pauses(retries, attempt, Duration.ZERO).getMax())
                    .as("attempt %d", attempt)
                    .isBetween(longest * 9 / 10, longest - 1);
        }
    }

    @Test
    void thePauseIsDrawnFromAllOfItsRangeSoThatNobodyComesBackTogether() {
        LongSummaryStatistics pauses = pauses(retries, 5, Duration.ZERO);

        assertThat(pauses.getMin()).isBetween(0L, 1_600L);
        assertThat(pauses.getMax()).isBetween(14_400L, 15_999L);
        // Seven standard errors of the mean of a uniform draw.
        assertThat(pauses.getAverage()).isBetween(7_270.0, 8_730.0);
    }

    @Test
    void itNeverGrowsPastTheLongestHoweverOftenItIsTried() {
        for (int attempt : new int[] {12, 31, 32, 64, 65, 1_000, Short.MAX_VALUE}) {
            LongSummaryStatistics pauses = pauses(retries, attempt, Duration.ZERO);

            assertThat(pauses.getMin()).as("attempt %d", attempt).isBetween(0L, 180_000L);
            assertThat(pauses.getMax()).as("attempt %d", attempt).isBetween(1_620_000L, 1_799_999L);
        }
    }

    @Test
    void aLongestPauseThatIsNoMultipleOfTheFirstIsKeptToo() {
        Retries odd = new Retries(config(Duration.ofMillis(400), Duration.ofMillis(1_000)));

        assertThat(pauses(odd, 2, Duration.ZERO).getMax()).isBetween(720L, 799L);
        assertThat(pauses(odd, 3, Duration.ZERO).getMax()).isBetween(900L, 999L);
    }

    @Test
    void whatTheProviderAskedForIsWaitedInAnyCaseAndTheJitterComesOnTop() {
        LongSummaryStatistics pauses = pauses(retries, 1, Duration.ofMinutes(5));

        assertThat(pauses.getMin()).isBetween(300_000L, 300_100L);
        assertThat(pauses.getMax()).isBetween(300_900L, 300_999L);
    }

    @Test
    void anAttemptIsTooLateWhereItWouldComeLaterThanItIsTriedFor() {
        Instant last = BEGUN.plus(Duration.ofHours(24));

        assertThat(retries.isTooLate(BEGUN, BEGUN)).isFalse();
        assertThat(retries.isTooLate(BEGUN, last)).isFalse();
        assertThat(retries.isTooLate(BEGUN, last.plusMillis(1))).isTrue();
    }

    private static LongSummaryStatistics pauses(Retries retries, int attempt, Duration atLeast) {
        return LongStream.range(0, DRAWS)
                .map(draw -> retries.pause(attempt, atLeast).toMillis())
                .summaryStatistics();
    }

    private static SendingConfig config(Duration first, Duration longest) {
        return new SendingConfig(
                8,
                50,
                Duration.ofSeconds(2),
                first,
                longest,
                Duration.ofHours(24),
                Duration.ofHours(1),
                Duration.ofDays(400),
                Duration.ZERO);
    }
}
