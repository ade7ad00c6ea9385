package io.mailblast.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final TestDatabase db = TestDatabase.create();
    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final Map<String, Double> readings = new HashMap<>();
    private final PastSeries past = new PastSeries(db.database(), clock, 1);

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void whatIsMeasuredIsKeptEveryTenSeconds() {
        History history = api("host:1");

        for (int step = 0; step < 3; step++) {
            readings.put("queue_depth", 100.0 + step);
            history.record();
            now = now.plusSeconds(10);
        }

        assertThat(points(Resolution.FINE, "queue_depth")).containsExactly(100.0, 101.0, 102.0);
    }

    @Test
    void whatHasNoValueIsMissingAndNotZero() {
        History history = api("host:1");

        readings.put("queue_depth", 1.0);
        history.record();
        readings.clear();
        readings.put("cpu_ratio", 0.5);
        now = now.plusSeconds(10);
        history.record();

        assertThat(points(Resolution.FINE, "queue_depth")).containsExactly(1.0);
        assertThat(points(Resolution.FINE, "cpu_ratio")).containsExactly(0.5);
    }

    @Test
    void minutesAndHoursAreTheMeansOfTheirSamplesWithTheLeastAndMost() {
        History history = api("host:1");

        for (int step = 0; step <= 6 * 61; step++) {
            readings.put("queue_depth", (double) step);
            history.record();
            now = now.plusSeconds(10);
        }

        PastSeries.Point minute = read(Resolution.MINUTE, "queue_depth").getFirst();
        assertThat(List.of(minute.mean(), minute.least(), minute.most())).containsExactly(2.5, 0.0, 5.0);
        List<PastSeries.Point> hours = read(Resolution.HOUR, "queue_depth");
        assertThat(hours).hasSize(1);
        assertThat(hours.getFirst().mean()).isCloseTo(179.5, within(1e-9));
        assertThat(hours.getFirst().most()).isEqualTo(359);
    }

    @Test
    void aMeanOfAnHourWeighsItsMinutesByWhatWasMeasuredInThem() {
        History history = api("host:1");

        readings.put("queue_depth", 0.0);
        for (int step = 0; step < 6; step++) {
            history.record();
            now = now.plusSeconds(10);
        }
        readings.put("queue_depth", 70.0);
        history.record();
        now = START.plus(Duration.ofMinutes(61));
        readings.put("queue_depth", 1.0);
        history.record();

        assertThat(read(Resolution.HOUR, "queue_depth").getFirst().mean()).isCloseTo(10, within(1e-9));
    }

    @Test
    void aSeriesThatComesLaterHasAPlaceInMinutesThatHaveBegun() {
        History history = api("host:1");

        readings.put("a", 1.0);
        history.record();
        now = now.plusSeconds(10);
        readings.put("b", 2.0);
        history.record();
        now = now.plusSeconds(60);
        history.record();

        assertThat(points(Resolution.MINUTE, "a")).containsExactly(1.0);
        assertThat(points(Resolution.MINUTE, "b")).containsExactly(2.0);
    }

    @Test
    void whatARestartedProcessFindsUnrolledIsRolledUp() {
        readings.put("a", 1.0);
        api("host:1").record();
        now = START.plus(Duration.ofHours(3));

        api("host:1").record();

        assertThat(points(Resolution.MINUTE, "a")).containsExactly(1.0);
        assertThat(points(Resolution.HOUR, "a")).containsExactly(1.0);
    }

    @Test
    void eachResolutionIsForgottenInItsTime() {
        readings.put("a", 1.0);
        History history = api("host:1");
        history.record();
        now = START.plus(Duration.ofHours(2));
        history.record();

        now = START.plus(Duration.ofDays(3));
        history.record();
        assertThat(points(Resolution.FINE, "a")).hasSize(1);
        assertThat(points(Resolution.MINUTE, "a")).hasSize(2);

        now = START.plus(Duration.ofDays(40));
        history.record();
        assertThat(points(Resolution.MINUTE, "a")).isEmpty();
        assertThat(points(Resolution.HOUR, "a")).hasSize(3);

        now = START.plus(Duration.ofDays(450));
        history.record();
        assertThat(points(Resolution.HOUR, "a")).isEmpty();
    }

    @Test
    void aStepThatIsRecordedTwiceIsKeptOnce() {
        readings.put("a", 1.0);
        api("host:1").record();
        api("host:1").record();

        assertThat(points(Resolution.FINE, "a")).hasSize(1);
    }

    @Test
    void seriesOfSeveralProcessesAreApartAndTheHighestNewestIsFound() {
        readings.put("memory_growth_ratio", 0.2);
        api("host:1").record();
        readings.put("memory_growth_ratio", 0.1);
        History worker = new History(db.database(), History.Role.WORKER, "host/7", () -> readings, 1, clock);
        worker.record();

        assertThat(past.read(List.of("memory_growth_ratio"), Resolution.FINE, START, START.plusSeconds(60))
                        .series())
                .extracting(PastSeries.Series::node)
                .containsExactly("api@host:1", "worker@host/7");
        assertThat(past.latest("memory_growth_ratio")).hasValue(0.2);
        now = now.plusSeconds(20);
        worker.record();
        assertThat(past.latest("memory_growth_ratio")).hasValue(0.2);
        now = now.plusSeconds(20);
        worker.record();
        assertThat(past.latest("memory_growth_ratio")).hasValue(0.1);
    }

    @Test
    void aChartGetsTheFinestResolutionThatReachesBackAndFits() {
        assertThat(past.resolution(now.minus(Duration.ofHours(1)), now)).isEqualTo(Resolution.FINE);
        assertThat(past.resolution(now.minus(Duration.ofHours(24)), now)).isEqualTo(Resolution.MINUTE);
        assertThat(past.resolution(now.minus(Duration.ofDays(30)), now)).isEqualTo(Resolution.HOUR);
        assertThat(past.resolution(now.minus(Duration.ofDays(400)), now)).isEqualTo(Resolution.HOUR);
    }

    private History api(String place) {
        return new History(db.database(), History.Role.API, place, () -> readings, 1, clock);
    }

    private List<Double> points(Resolution resolution, String name) {
        return read(resolution, name).stream().map(PastSeries.Point::mean).toList();
    }

    private List<PastSeries.Point> read(Resolution resolution, String name) {
        return past
                .read(List.of(name), resolution, START.minus(Duration.ofDays(1)), now.plusSeconds(1))
                .series()
                .stream()
                .flatMap(series -> series.points().stream())
                .toList();
    }
}
