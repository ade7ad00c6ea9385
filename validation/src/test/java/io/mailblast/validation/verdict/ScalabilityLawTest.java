package io.mailblast.validation.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.verdict.ScalabilityLaw.Point;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScalabilityLawTest {

    private static List<Point> points(ScalabilityLaw law, double noise) {
        Random random = new Random(11);
        return IntStream.of(1, 2, 4, 8, 16, 32, 64, 128)
                .mapToObj(users -> new Point(users, law.perSecond(users) * (1 + noise * (2 * random.nextDouble() - 1))))
                .toList();
    }

    @Test
    void theLawThatMadeThePointsIsFound() {
        ScalabilityLaw found = ScalabilityLaw.fit(points(new ScalabilityLaw(100, 0.05, 0.0005, 1), 0));

        assertThat(found.lambda()).isCloseTo(100, within(0.001));
        assertThat(found.sigma()).isCloseTo(0.05, within(1e-6));
        assertThat(found.kappa()).isCloseTo(0.0005, within(1e-8));
        assertThat(found.r2()).isCloseTo(1, within(1e-9));
        assertThat(found.peakUsers()).isCloseTo(Math.sqrt(0.95 / 0.0005), within(0.01));
    }

    @Test
    void pointsThatAreSomePercentOffMoveItLittle() {
        ScalabilityLaw found = ScalabilityLaw.fit(points(new ScalabilityLaw(100, 0.05, 0.0005, 1), 0.03));

        assertThat(found.lambda()).isCloseTo(100, within(5.0));
        assertThat(found.peakUsers()).isCloseTo(43.6, within(6.0));
        assertThat(found.r2()).isGreaterThan(0.98);
    }

    @Test
    void whatIsBoundByOneResourceAloneHasNoPeakAndApproachesTheBound() {
        ScalabilityLaw found = ScalabilityLaw.fit(points(new ScalabilityLaw(100, 0.1, 0, 1), 0));

        assertThat(found.kappa()).isCloseTo(0, within(1e-9));
        assertThat(found.mostPerSecond()).isCloseTo(1_000, within(1.0));
    }

    @Test
    void neitherCoefficientBecomesNegativeWhereThroughputRisesFasterThanUsers() {
        ScalabilityLaw found =
                ScalabilityLaw.fit(List.of(new Point(1, 10), new Point(2, 22), new Point(4, 48), new Point(8, 100)));

        assertThat(found.sigma()).isNotNegative();
        assertThat(found.kappa()).isNotNegative();
        assertThat(found.peakUsers()).isInfinite();
        assertThat(found.mostPerSecond()).isInfinite();
    }
}
