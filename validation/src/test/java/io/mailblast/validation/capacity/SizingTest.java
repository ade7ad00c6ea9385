package io.mailblast.validation.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.installation.CannotRunException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SizingTest {

    private static final Costs COSTS = costs(Map.of());
    private static final Hardware HARDWARE = new Hardware(2, 32);

    /// Round numbers: a core does 10,000 mails or events a second, in whatever process.
    private static Costs costs(Map<String, Double> others) {
        Map<String, Double> figures = new HashMap<>(Map.of(
                "smtp_worker_us", 100.0,
                "ses_worker_us", 200.0,
                "event_answer_us", 100.0,
                "event_ingest_us", 100.0));
        for (String of : new String[] {"smtp", "ses", "event", "contact"}) {
            figures.put(of + "_database_us", 100.0);
            figures.put(of + "_wal_bytes", 1_000.0);
            figures.put(of + "_bytes", 100.0);
            figures.put(of + "_writes", 0.1);
        }
        figures.putAll(others);
        return new Costs("a test", figures);
    }

    private static Demand demand(double mails, double largest, Duration latency, int connections) {
        return new Demand(
                mails,
                4,
                largest,
                Duration.ofHours(1),
                0.6,
                0.05,
                2 * largest,
                12,
                Demand.Provider.SMTP,
                latency,
                connections);
    }

    private static Needs needs(Demand demand) {
        return new Sizing(COSTS, HARDWARE).of(demand);
    }

    @Test
    void aMillionMailsAMonthFitOneMachine() {
        Needs needs = needs(demand(1e6, 50_000, Duration.ofMillis(50), 48));

        assertThat(needs.workers()).isOne();
        assertThat(needs.trackers()).isOne();
        assertThat(needs.ingesters()).isOne();
        assertThat(needs.needsKafka()).isFalse();
        assertThat(needs.fitsOneMachine(HARDWARE)).isTrue();
        assertThat(needs.day().largestMinutes()).isLessThan(60);
    }

    @Test
    void aWorkerIsAsFastAsItComputesOrAsItsProviderAnswers() {
        assertThat(Sizing.workerPerSecond(COSTS, Demand.Provider.SMTP, Duration.ZERO, 8, 1))
                .isEqualTo(10_000);
        assertThat(Sizing.workerPerSecond(COSTS, Demand.Provider.SMTP, Duration.ofMillis(50), 8, 1))
                .isEqualTo(8 / 0.065, within(1e-9));
    }

    /// Ten a second each: 36,000 within the hour, beside which nearly nothing is due.
    @Test
    void thereAreAsManyWorkersAsAreInTimeAndNotOneMore() {
        assertThat(needs(demand(1, 36_000, Duration.ofMillis(985), 10)).workers())
                .isEqualTo(2);
        assertThat(needs(demand(1, 35_990, Duration.ofMillis(985), 10)).workers())
                .isEqualTo(1);
        assertThat(needs(demand(1, 359_000, Duration.ofMillis(985), 10)).workers())
                .isEqualTo(10);
    }

    @Test
    void whereNoNumberOfWorkersIsInTimeItSaysWhatHelps() {
        assertThatThrownBy(() -> needs(demand(1, 1e10, Duration.ofSeconds(1), 1)))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("--within");
    }

    @Test
    void whatIsDueIsSentAndReadersReadHalfOfItWithinTwoHours() {
        Demand demand = demand(1, 1_000_000, Duration.ZERO, 1);
        BusiestDay.Course course = new BusiestDay(demand).run(1e9);

        assertThat(Arrays.stream(course.sentPerMinute()).sum()).isCloseTo(1_000_000, within(1.0));
        assertThat(course.largestMinutes()).isLessThan(1);
        double inTwoHours = Arrays.stream(course.eventsPerMinute(), 600, 720).sum();
        assertThat(inTwoHours / (1_000_000 * 0.65)).isCloseTo(0.5, within(0.001));
    }

    /// A day like all others: what is read on it of the days before and of itself is what is sent on it.
    @Test
    void inTheLongRunAsMuchIsReadAsIsSent() {
        Demand steady = new Demand(30e6, 1, 0, Duration.ofHours(1), 1, 0, 0, 0, Demand.Provider.SMTP, Duration.ZERO, 1);
        BusiestDay.Course course = new BusiestDay(steady).run(1e9);

        double sent = Arrays.stream(course.sentPerMinute()).sum();
        assertThat(Arrays.stream(course.eventsPerMinute()).sum()).isCloseTo(sent, within(sent / 1_000));
    }

    @Test
    void whatGrowsTooLargeForOneDatabaseSaysByHowMuch() {
        Needs needs = needs(demand(200e9, 1, Duration.ZERO, 1));

        assertThat(needs.growth()).isLessThan(1);
        assertThat(needs.needsKafka()).isTrue();
        assertThat(needs.partitions()).isGreaterThanOrEqualTo(4 * needs.ingesters());
        assertThat(needs.first().what()).isEqualTo("PostgreSQL");
        assertThat(needs.fitsOneMachine(HARDWARE)).isFalse();
    }

    @Test
    void whatIsKeptIsContactsAndSoManyMonthsOfMailsAndEvents() {
        Needs needs = needs(demand(1e6, 1_000, Duration.ZERO, 1));

        assertThat(needs.monthBytes()).isCloseTo(1e6 * 100 + 1e6 * 0.65 * 100, within(1.0));
        assertThat(needs.databaseBytes()).isCloseTo(2_000 * 100 + 12 * needs.monthBytes(), within(1.0));
    }

    @Test
    void costsWithoutAFigureAreNamed() {
        Costs half = new Costs("half a file", Map.of("smtp_worker_us", 1.0));

        assertThatThrownBy(() -> new Sizing(half, HARDWARE).of(demand(1e6, 1, Duration.ZERO, 1)))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("half a file");
    }
}
