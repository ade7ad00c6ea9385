package io.mailblast.validation.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.observe.Timeline.Point;
import io.mailblast.validation.verdict.Judged.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void intervalsOfPercentilesHoldTheTrueOneAboutNineteenTimesOfTwenty() {
        Random random = new Random(11);
        int held = 0;
        for (int run = 0; run < 1_000; run++) {
            Histogram histogram = new Histogram(3);
            for (int i = 0; i < 400; i++) {
                histogram.recordValue((long) (1e6 * random.nextDouble()));
            }
            Interval interval = Statistics.ofPercentile(histogram, 95);
            held += interval.low() <= 951_000 && interval.high() >= 949_000 ? 1 : 0;
        }

        assertThat(held).isBetween(930, 995);
    }

    @Test
    void wilsonsIntervalIsThatOfTheTextbook() {
        Interval interval = Statistics.ofShare(10, 100);

        assertThat(interval.low()).isCloseTo(0.0552, within(0.0005));
        assertThat(interval.high()).isCloseTo(0.1744, within(0.0005));
        assertThat(Statistics.ofShare(0, 1_000).high()).isCloseTo(0.0038, within(0.0002));
    }

    @Test
    void aTrendIsFoundThroughOutliersAndNoneInNoise() {
        Random random = new Random(5);
        List<Point> rising = new ArrayList<>();
        List<Point> noise = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            double off = i % 17 == 0 ? 500 : random.nextGaussian();
            rising.add(new Point(i, 100 + 0.05 * i + off));
            noise.add(new Point(i, 100 + 5 * random.nextGaussian()));
        }

        assertThat(Statistics.trend(rising).slope()).isCloseTo(0.05, within(0.02));
        assertThat(Statistics.trend(rising).certainty()).isGreaterThan(0.95);
        assertThat(Math.abs(Statistics.trend(noise).slope())).isLessThan(0.005);
    }

    @Test
    void chanceAloneIsATrendAboutOnceInTwentyTimes() {
        Random random = new Random(9);
        int found = 0;
        for (int run = 0; run < 400; run++) {
            List<Point> noise = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                noise.add(new Point(i, random.nextGaussian()));
            }
            found += Statistics.trend(noise).certainty() > 0.95 ? 1 : 0;
        }

        assertThat(found).isBetween(5, 40);
    }

    @Test
    void theNormalDistributionIsThatOfTheTables() {
        assertThat(Statistics.normal(1.96)).isCloseTo(0.9750, within(0.0001));
        assertThat(Statistics.normal(-1)).isCloseTo(0.1587, within(0.0001));
    }
}
