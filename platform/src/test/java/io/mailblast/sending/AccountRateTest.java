package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What takes a second is told to the database: a row that was raised a minute ago, a worker whose next beat is far
/// off.
class AccountRateTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final Duration AFTER = Duration.ofMillis(10);

    private final String account = "account " + System.identityHashCode(this);

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void liveWorkersThatHaveSomethingToSendTakeEqualPartsAndOthersNone() {
        Member first = sender();
        Member second = sender();
        Member third = sender();
        Member idle = member(account, false);
        member("another account", true);
        execute("update worker set stopped_at = now() where id = " + sender().id());
        execute("update worker set beat_at = now() - interval '6 seconds' where id = " + sender().id());

        first.rate().quota(900);
        second.rate().refresh();
        third.rate().refresh();
        idle.rate().refresh();

        assertThat(first.pace().rate()).isEqualTo(300);
        assertThat(second.pace().rate()).isEqualTo(300);
        assertThat(third.pace().rate()).isEqualTo(300);
        assertThat(idle.pace().rate()).as("as if it began now").isEqualTo(225);
    }

    @Test
    void thePartOfAWorkerThatIsGoneGoesToTheOthers() {
        Member first = sender();
        Member second = sender();
        first.rate().quota(900);
        assertThat(first.pace().rate()).isEqualTo(450);

        execute("update worker set stopped_at = now() where id = " + second.id());
        first.rate().refresh();

        assertThat(first.pace().rate()).isEqualTo(900);
    }

    @Test
    void whatTellsOneWorkerThatItIsTooFastSlowsAllOfTheAccountAndNobodyElse() {
        Member told = sender();
        Member other = sender();
        Member stranger = member("a quiet " + account, true);
        told.rate().quota(1_000);
        other.rate().refresh();
        stranger.rate().quota(1_000);
        execute("update provider_account set per_second = 600");

        told.rate().throttled(AFTER);

        assertThat(number("select throttles from provider_account where name = '" + account + "'"))
                .isEqualTo(1);
        assertThat(perSecond())
                .as("every request was throttled, at one a second of each worker")
                .isEqualTo(1);
        untilRaised("1 hour");
        other.rate().refresh();
        told.rate().refresh();
        stranger.rate().refresh();
        assertThat(told.pace().rate()).isEqualTo(0.5);
        assertThat(other.pace().rate()).isEqualTo(0.5);
        assertThat(stranger.pace().rate()).isGreaterThanOrEqualTo(600);
    }

    @Test
    void theRateIsCutByHalfOfTheShareThatWasThrottledOfWhatAllReached() {
        Member told = sender();
        Member other = sender();
        told.rate().quota(1e9);
        for (int i = 0; i < 500; i++) {
            told.metrics().begun();
        }
        told.metrics().sample();
        double reached = told.metrics().attemptsPerSecond();

        told.rate().throttled(AFTER);

        double share = Math.min(1, 1 / (2 * reached));
        double expected = Math.max(1, 2 * Math.max(1, reached) * (1 - share / 2));
        assertThat(perSecond()).isCloseTo(expected, within(expected / 1e6));
        untilRaised("1 hour");
        other.rate().refresh();
        assertThat(other.pace().rate()).isCloseTo(expected / 2, within(expected / 1e6));
    }

    @Test
    void workersThatAreThrottledInTheSameSecondCutTheRateOnce() {
        Member first = sender();
        Member second = sender();
        first.rate().quota(1_000);
        first.rate().throttled(AFTER);
        execute("update provider_account set per_second = 500, throttled_at = clock_timestamp() + interval '1 hour'");

        second.rate().throttled(AFTER);

        assertThat(perSecond()).isEqualTo(500);
        assertThat(number("select throttles from provider_account where name = '" + account + "'"))
                .isEqualTo(1);
    }

    @Test
    void theRateRisesOnceASecondByAStepThatGrowsByHalfUntilAllOfItIsBack() {
        Member first = sender();
        Member second = sender();
        first.rate().quota(150);
        execute(
                "update provider_account set per_second = 100, step = 8, throttled_at = clock_timestamp() where name = '"
                        + account + "'");

        double[] expected = {108, 120, 138, 150, 150};
        for (double rate : expected) {
            untilRaised("-1 minute");
            first.rate().refresh();
            untilRaised("1 hour");
            second.rate().refresh();

            assertThat(perSecond()).isEqualTo(rate);
            assertThat(first.pace().rate()).isEqualTo(rate / 2);
            assertThat(second.pace().rate()).isEqualTo(rate / 2);
        }
        assertThat(number("select count(*) from provider_account where throttled_at is null and name = '" + account
                        + "'"))
                .as("all of it is back, so what is throttled next is another matter")
                .isEqualTo(1);
    }

    @Test
    void aQuotaThatGrowsDoesNotUndoACutAndOneThatShrinksHoldsAtOnce() {
        Member worker = sender();
        worker.rate().quota(1_000);
        execute("update provider_account set per_second = 100, step = 1, throttled_at = clock_timestamp(), "
                + "raised_at = clock_timestamp() + interval '1 hour' where name = '" + account + "'");

        worker.rate().quota(2_000);
        assertThat(worker.pace().rate()).isEqualTo(100);

        worker.rate().quota(40);
        assertThat(worker.pace().rate()).isEqualTo(40);
    }

    /// A worker's own row, and its part in the rate.
    private record Member(long id, AccountRate rate, Pace pace, SendingMetrics metrics) {}

    private Member sender() {
        return member(account, true);
    }

    private static Member member(String of, boolean sends) {
        long id = number("""
                insert into worker (host, pid, version, metrics_port, account, sends, beat_at)
                values ('h', 1, 'test', 0, '%s', %b, now() + interval '1 hour') returning id
                """.formatted(of, sends));
        Pace pace = new Pace();
        SendingMetrics metrics = new SendingMetrics(new SimpleMeterRegistry());
        return new Member(id, new AccountRate(DB.database(), id, of, pace, metrics), pace, metrics);
    }

    private void untilRaised(String interval) {
        execute("update provider_account set raised_at = clock_timestamp() + interval '" + interval + "' where name = '"
                + account + "'");
    }

    private double perSecond() {
        return DB.database()
                .read(handle -> handle.createQuery("select per_second from provider_account where name = :name")
                        .bind("name", account)
                        .mapTo(Double.class)
                        .one());
    }

    private static long number(String query) {
        return DB.database()
                .read(handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    private static void execute(String statement) {
        DB.database().read(handle -> handle.execute(statement));
    }
}
