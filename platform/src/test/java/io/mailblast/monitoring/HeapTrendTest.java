package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapTrendTest {

    private static final double MB = 1e6;

    private long nowNs = 1;
    private double live;
    private final HeapTrend trend = new HeapTrend(() -> live, Duration.ofHours(4), () -> nowNs);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aLeakIsSeenThroughTheNoiseOfCollections(long seed) {
        Random random = new Random(seed);

        double growth = after(Duration.ofHours(8), hours -> 200 * MB + 20 * MB * hours + noise(random, 15 * MB));

        assertThat(growth).as("seed %d", seed).isCloseTo(80 / 320.0, within(0.06));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatOnlySwingsIsNone(long seed) {
        Random random = new Random(seed);

        double growth = after(Duration.ofHours(8), hours -> 200 * MB + noise(random, 60 * MB));

        assertThat(growth).as("seed %d", seed).isZero();
    }

    @Test
    void cachesThatFillUpAreNone() {
        Random random = new Random(3);

        double growth = after(
                Duration.ofHours(8), hours -> 100 * MB + 80 * MB * (1 - Math.exp(-hours * 2)) + noise(random, 5 * MB));

        assertThat(growth).isZero();
    }

    @Test
    void smallGrowthIsNone() {
        double growth = after(Duration.ofHours(8), hours -> 50 * MB + 5 * MB * hours);

        assertThat(growth).isZero();
    }

    @Test
    void nothingIsSaidBeforeOneWindowAndAHalf() {
        assertThat(after(Duration.ofHours(5), hours -> 200 * MB + 50 * MB * hours))
                .isNaN();
    }

    @Test
    void whereNothingHasToBeCollectedThereIsNone() {
        assertThat(after(Duration.ofHours(20), _ -> 123 * MB)).isZero();
    }

    @Test
    void oneThatHasEndedIsNoneOnceItIsOldThoughNothingIsCollectedAnyMore() {
        DoubleUnaryOperator leak = hours -> 100 * MB + 50 * MB * Math.min(hours, 7);

        assertThat(after(Duration.ofHours(8), leak)).isGreaterThan(0.05);
        assertThat(after(Duration.ofHours(5), _ -> 450 * MB)).isZero();
    }

    @Test
    void aStepUpIsNoLeakOnceItIsOld() {
        double growth = after(
                Duration.ofHours(12),
                hours -> (hours < 5 ? 100 : 300) * MB + noise(new Random(Math.round(hours * 1e6)), MB));

        assertThat(growth).isZero();
    }

    private static double noise(Random random, double most) {
        return (random.nextDouble() - 0.5) * most;
    }

    /// @param liveBytes by hours
    private double after(Duration time, DoubleUnaryOperator liveBytes) {
        double growth = Double.NaN;
        long start = nowNs;
        while (nowNs - start < time.toNanos()) {
            live = liveBytes.applyAsDouble((nowNs - start) / 3.6e12);
            growth = trend.growth();
            nowNs += Duration.ofSeconds(10).toNanos();
        }
        return growth;
    }
}
