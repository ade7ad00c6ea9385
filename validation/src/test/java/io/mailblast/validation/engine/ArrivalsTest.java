package io.mailblast.validation.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {

    private static final long SECOND = 1_000_000_000L;

    private static List<Long> all(Arrivals arrivals) {
        List<Long> times = new ArrayList<>();
        for (long at = arrivals.nextFireTimeNs(); at != Long.MAX_VALUE; at = arrivals.nextFireTimeNs()) {
            times.add(at);
        }
        return times;
    }

    @Test
    void evenArrivalsDoNotDriftHoweverLongItLasts() {
        long hours = 12 * 3_600 * SECOND;

        List<Long> times = all(Arrivals.even(new RateProfile().then(hours, 7, 7)));

        assertThat(times).hasSize(12 * 3_600 * 7);
        for (int i = 0; i < times.size(); i += 9_999) {
            assertThat(times.get(i) / 1e9).isCloseTo((i + 0.5) / 7, within(1e-6));
        }
    }

    @Test
    void aRampHasItsArrivalsWhereTheRateIsHigh() {
        List<Long> times = all(Arrivals.even(new RateProfile().then(100 * SECOND, 0, 10)));

        assertThat(times).hasSize(500).isSorted();
        // Half of the time has passed when a quarter has come.
        assertThat(times.stream().filter(at -> at < 50 * SECOND)).hasSize(125);
    }

    @Test
    void howManyMustHaveBeenByAMomentIsWhatHasBegunByThen() {
        RateProfile profile = new RateProfile()
                .then(20 * SECOND, 0, 40)
                .then(10 * SECOND, 5, 5)
                .then(5 * SECOND, 30, 0);
        List<Long> times = all(Arrivals.even(profile));

        for (int second = 0; second <= 40; second++) {
            long by = second * SECOND;
            assertThat(profile.arrivalsBy(by))
                    .as("by second %d", second)
                    .isCloseTo((double) times.stream().filter(at -> at <= by).count(), within(1.0));
        }
        assertThat(profile.arrivalsBy(-SECOND)).isZero();
        assertThat(profile.arrivalsBy(100 * SECOND)).isEqualTo(profile.arrivals());
    }

    @Test
    void linesFollowEachOther() {
        RateProfile profile = new RateProfile()
                .then(10 * SECOND, 10, 10)
                .then(10 * SECOND, 100, 100)
                .then(10 * SECOND, 0, 0)
                .then(10 * SECOND, 10, 10);

        List<Long> times = all(Arrivals.even(profile));

        assertThat(times).hasSize(1_200);
        assertThat(times.stream().filter(at -> at >= 10 * SECOND && at < 20 * SECOND))
                .hasSize(1_000);
        assertThat(times).noneMatch(at -> at >= 20 * SECOND && at < 30 * SECOND);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 20_261_128})
    void randomArrivalsAreAPoissonProcess(long seed) {
        List<Long> times = all(Arrivals.random(new RateProfile().then(1_000 * SECOND, 20, 20), seed));

        assertThat(times.size()).isCloseTo(20_000, within(600)); // four standard deviations
        double mean = 0;
        double square = 0;
        for (int i = 1; i < times.size(); i++) {
            double gap = (times.get(i) - times.get(i - 1)) / 1e9;
            mean += gap;
            square += gap * gap;
        }
        mean /= times.size() - 1;
        double deviation = Math.sqrt(square / (times.size() - 1) - mean * mean);
        assertThat(deviation / mean)
                .as("exponential gaps deviate by their mean, seed %d", seed)
                .isCloseTo(1, within(0.05));
    }

    @Test
    void theSameSeedComesAtTheSameTimes() {
        RateProfile profile = new RateProfile().then(10 * SECOND, 5, 50);

        assertThat(all(Arrivals.random(profile, 3))).isEqualTo(all(Arrivals.random(profile, 3)));
        assertThat(all(Arrivals.random(profile, 3))).isNotEqualTo(all(Arrivals.random(profile, 4)));
    }
}
