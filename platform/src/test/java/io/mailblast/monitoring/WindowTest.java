package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTest {

    private double part;
    private double whole;
    private long nowNs;
    private final Window window = new Window(() -> part, () -> whole, Duration.ofMinutes(1), () -> nowNs);

    @Test
    void aRatioIsOfWhatGrewWithinTheTime() {
        part = 500;
        whole = 1_000;
        assertThat(window.ratio(1)).isNaN();

        after(30, 10, 40);
        assertThat(window.ratio(1)).isEqualTo(0.25);

        after(60, 0, 100);
        after(30, 0, 100);
        assertThat(window.ratio(1)).isZero();
    }

    @Test
    void ofTooLittleThereIsNoRatio() {
        assertThat(window.ratio(100)).isNaN();

        after(10, 99, 99);
        assertThat(window.ratio(100)).isNaN();
        after(10, 1, 1);

        assertThat(window.ratio(100)).isEqualTo(1);
    }

    @Test
    void aRateIsKnownFromTheSecondQuestionOn() {
        assertThat(window.perSecond()).isNaN();

        after(10, 50, 0);

        assertThat(window.perSecond()).isEqualTo(5);
    }

    @Test
    void aCounterThatFallsBeginsAnew() {
        part = 1_000;
        assertThat(window.growth()).isZero();

        after(10, -990, 0);
        assertThat(window.growth()).isZero();
        after(10, 7, 0);

        assertThat(window.growth()).isEqualTo(7);
    }

    private void after(int seconds, double moreOfPart, double moreOfWhole) {
        window.growth();
        nowNs += Duration.ofSeconds(seconds).toNanos();
        part += moreOfPart;
        whole += moreOfWhole;
    }
}
