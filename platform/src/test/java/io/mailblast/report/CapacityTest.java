package io.mailblast.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.alerting.AlertRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapacityTest {

    private static final Instant NOW = Instant.parse("2026-03-31T00:00:00Z");

    private final Capacity capacity = new Capacity(1);

    @Test
    void whatGrowsIsReachedWhenTheLineThroughItsDailyPeaksReachesTheLimit() {
        Random random = new Random(7);
        // 60 days from 40%, half a percent a day, with a peak in the evening and noise.
        Line line = hours(
                60 * 24,
                hour -> 0.40 + 0.005 * hour / 24 + (hour % 24 == 20 ? 0.05 : 0) + random.nextGaussian() * 0.002);

        Report.Resource disk = capacity.resource(Measure.DISK_USED, line, OptionalDouble.of(0.95), NOW);

        assertThat(disk.outlook()).isEqualTo(Report.Outlook.RISES);
        assertThat(disk.now()).isCloseTo(0.75, within(0.01));
        assertThat(disk.perDay()).isCloseTo(0.005, within(0.0003));
        assertThat(disk.reachedAt()).isBetween(NOW.plus(Duration.ofDays(36)), NOW.plus(Duration.ofDays(44)));
    }

    @Test
    void whatOnlyGoesUpAndDownIsSteady() {
        Line line = hours(60 * 24, hour -> 0.3 + 0.2 * Math.sin(hour / 24.0 * 2 * Math.PI) + 0.01 * (hour / 24 % 7));

        Report.Resource cpu = capacity.resource(Measure.CPU, line, OptionalDouble.of(0.95), NOW);

        assertThat(cpu.outlook()).isEqualTo(Report.Outlook.STEADY);
        assertThat(cpu.reachedAt()).isNull();
    }

    @Test
    void anOddDayMovesNothing() {
        Line line = hours(60 * 24, hour -> hour / 24 == 58 ? 0.9 : 0.3);

        assertThat(capacity.resource(Measure.CPU, line, OptionalDouble.of(0.95), NOW)
                        .outlook())
                .isEqualTo(Report.Outlook.STEADY);
    }

    @Test
    void whatIsAtItsLimitIsReachedNow() {
        Line line = hours(30 * 24, _ -> 0.97);

        Report.Resource memory = capacity.resource(Measure.MEMORY, line, OptionalDouble.of(0.95), NOW);

        assertThat(memory.outlook()).isEqualTo(Report.Outlook.REACHED);
        assertThat(memory.reachedAt()).isEqualTo(NOW);
    }

    @Test
    void ofSomeHoursNothingIsSaid() {
        assertThat(capacity.resource(Measure.CPU, hours(11, hour -> hour * 0.05), OptionalDouble.of(0.95), NOW)
                        .outlook())
                .isEqualTo(Report.Outlook.UNKNOWN);
        assertThat(capacity.resource(Measure.CPU, new Line(List.of()), OptionalDouble.of(0.95), NOW)
                        .now())
                .isNull();
    }

    @Test
    void ofSomeDaysTheHoursAreLookedAt() {
        Line line = hours(3 * 24, hour -> 0.10 + 0.01 * hour / 24);

        Report.Resource disk = capacity.resource(Measure.DISK_USED, line, OptionalDouble.of(0.95), NOW);

        assertThat(disk.outlook()).isEqualTo(Report.Outlook.RISES);
        assertThat(disk.perDay()).isCloseTo(0.01, within(0.001));
        assertThat(disk.days()).isCloseTo(3, within(0.1));
    }

    @Test
    void whatWouldTakeDecadesHasNoDay() {
        Line line = hours(60 * 24, hour -> 0.10 + 0.00001 * hour / 24);

        Report.Resource disk = capacity.resource(Measure.DISK_USED, line, OptionalDouble.of(0.95), NOW);

        assertThat(disk.outlook()).isEqualTo(Report.Outlook.RISES);
        assertThat(disk.reachedAt()).isNull();
    }

    @Test
    void theLimitIsWhereTheWorstAlertFires() {
        var rules = AlertRules.shipped().rules();

        assertThat(Capacity.limit(Measure.CPU, rules)).hasValue(0.95);
        assertThat(Capacity.limit(Measure.DB_POOL, rules)).hasValue(0.95);
        assertThat(Capacity.limit(Measure.DATABASE, rules)).isEmpty();
        assertThat(Capacity.RESOURCES)
                .allMatch(each -> Capacity.limit(each, rules).isPresent());
    }

    /// Up to now.
    private static Line hours(int count, IntToDoubleFunction value) {
        return new Line(IntStream.range(0, count)
                .mapToObj(hour -> new Line.Point(
                        NOW.minus(Duration.ofHours(count - hour)),
                        value.applyAsDouble(hour),
                        value.applyAsDouble(hour)))
                .toList());
    }
}
