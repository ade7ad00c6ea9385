package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallTest {

    private long nowNs;
    private final Stall stall = new Stall(() -> nowNs);

    @Test
    void itLastsSinceSomethingWasDone() {
        assertThat(stall.seconds(5, true)).isZero();
        pass(60);
        assertThat(stall.seconds(5, true)).isEqualTo(60);
        pass(60);

        assertThat(stall.seconds(6, true)).isZero();
    }

    @Test
    void whatCouldNotGoIsNotStalled() {
        stall.seconds(5, true);
        pass(60);
        assertThat(stall.seconds(5, false)).isZero();
        pass(60);

        assertThat(stall.seconds(5, true)).isEqualTo(60);
    }

    private void pass(int seconds) {
        nowNs += Duration.ofSeconds(seconds).toNanos();
    }
}
