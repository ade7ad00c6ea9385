package io.mailblast.simulator.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SendingAccountTest {

    private final AtomicLong nowNs = new AtomicLong();

    private SendingAccount account(double rate, long quota) {
        return new SendingAccount(
                rate, quota, () -> Instant.parse("2026-05-01T10:00:00Z").plusNanos(nowNs.get()), nowNs::get);
    }

    private void pass(Duration time) {
        nowNs.addAndGet(time.toNanos());
    }

    @Test
    void oneSecondsWorthGoesAtOnceAndThenTheRateHolds() {
        SendingAccount account = account(14, -1);
        for (int i = 0; i < 14; i++) {
            assertThat(account.take(1)).isEmpty();
        }
        assertThat(account.take(1)).contains(Refusal.RATE_EXCEEDED);

        int taken = 0;
        for (int ms = 0; ms < 10_000; ms++) {
            pass(Duration.ofMillis(1));
            taken += account.take(1).isEmpty() ? 1 : 0;
        }

        assertThat(taken).isBetween(139, 140);
    }

    @Test
    void aMailToManyGoesThroughAndIsPaidForAfterwards() {
        SendingAccount account = account(1, -1);
        assertThat(account.take(5)).isEmpty();

        pass(Duration.ofMillis(4_900));
        assertThat(account.take(1)).contains(Refusal.RATE_EXCEEDED);

        pass(Duration.ofMillis(200));
        assertThat(account.take(1)).isEmpty();
    }

    @Test
    void theQuotaComesBackAfterTwentyFourHours() {
        SendingAccount account = account(1_000, 10);
        assertThat(account.take(10)).isEmpty();
        assertThat(account.take(1)).contains(Refusal.QUOTA_EXCEEDED);

        pass(Duration.ofHours(23));
        assertThat(account.take(1)).contains(Refusal.QUOTA_EXCEEDED);
        pass(Duration.ofHours(1));

        assertThat(account.limits().sentLast24Hours()).isZero();
        assertThat(account.take(1)).isEmpty();
    }

    @Test
    void whatAnEarlierRunSentCountsForItsDay() {
        SendingAccount account = account(1_000, 10);

        account.sentEarlier(Instant.parse("2026-05-01T00:00:00Z"));
        account.sentEarlier(Instant.parse("2026-04-29T00:00:00Z"));

        assertThat(account.limits().sentLast24Hours()).isEqualTo(1);
    }
}
