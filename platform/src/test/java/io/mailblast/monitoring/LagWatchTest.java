package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagWatchTest {

    private long end;
    private long read;
    private long nowNs;
    private final LagWatch lag = new LagWatch(() -> end, () -> read, () -> nowNs);

    @Test
    void whatIsReadHasNoAge() {
        end = 100;
        read = 100;

        assertThat(lag.seconds()).isZero();
    }

    @Test
    void theOldestOfWhatIsNotReadCounts() {
        end = 100;
        assertThat(lag.seconds()).isZero();
        pass(10);
        end = 200;
        assertThat(lag.seconds()).isEqualTo(10);
        pass(10);
        assertThat(lag.seconds()).isEqualTo(20);

        read = 100;
        assertThat(lag.seconds()).isEqualTo(10);
        read = 200;

        assertThat(lag.seconds()).isZero();
    }

    private void pass(int seconds) {
        nowNs += Duration.ofSeconds(seconds).toNanos();
    }
}
