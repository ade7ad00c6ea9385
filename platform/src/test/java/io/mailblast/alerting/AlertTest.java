package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.monitoring.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final double GOOD = 5;
    private static final double BAD = 15;
    private static final double NONE = Double.NaN;

    @Test
    void withoutADurationItFiresAtTheFirstEvaluation() {
        assertThat(story(rule(0, 0), GOOD, BAD, GOOD)).containsExactly("-", "firing", "resolved");
    }

    @Test
    void theThresholdItselfIsNoTrouble() {
        assertThat(story(rule(0, 0), 10, 10.000001)).containsExactly("-", "firing");
    }

    @Test
    void itFiresOnceTheComparisonHeldForItsTime() {
        assertThat(story(rule(2, 0), BAD, BAD, BAD, BAD)).containsExactly("pending", "pending", "firing", "firing");
    }

    @Test
    void oneGoodEvaluationForgetsWhatWasPending() {
        assertThat(story(rule(2, 0), BAD, BAD, GOOD, BAD, BAD, BAD))
                .containsExactly("pending", "pending", "-", "pending", "pending", "firing");
    }

    @Test
    void noValueIsNotZeroAndEndsAnAlert() {
        assertThat(story(below(0), NONE, 5, NONE)).containsExactly("-", "firing", "resolved");
    }

    @Test
    void itGoesOnFiringForAsLongAsItIsKept() {
        assertThat(story(rule(0, 2), BAD, GOOD, GOOD, GOOD, GOOD))
                .containsExactly("firing", "firing", "firing", "resolved", "resolved");
    }

    @Test
    void aBadValueWhileItIsKeptFiringBeginsThatTimeAnew() {
        assertThat(story(rule(0, 2), BAD, GOOD, BAD, GOOD, GOOD, GOOD))
                .containsExactly("firing", "firing", "firing", "firing", "firing", "resolved");
    }

    @Test
    void whatIsResolvedBeginsAnewAsPending() {
        assertThat(story(rule(1, 0), BAD, BAD, GOOD, BAD, BAD))
                .containsExactly("pending", "firing", "resolved", "pending", "firing");
    }

    private static List<String> story(AlertRule rule, double... values) {
        List<String> phases = new ArrayList<>();
        @Nullable Alert alert = null;
        Instant now = START;
        for (double value : values) {
            alert = Alert.next(rule, alert, value, now);
            phases.add(alert == null ? "-" : Incidents.spelling(alert.phase()));
            now = now.plus(Duration.ofMinutes(1));
        }
        return phases;
    }

    static AlertRule rule(int holdMinutes, int keepMinutes) {
        return rule(AlertRule.Comparison.ABOVE, holdMinutes, keepMinutes);
    }

    private static AlertRule below(int holdMinutes) {
        return rule(AlertRule.Comparison.BELOW, holdMinutes, 0);
    }

    private static AlertRule rule(AlertRule.Comparison comparison, int holdMinutes, int keepMinutes) {
        return new AlertRule(
                "Trouble",
                Signal.QUEUE_BACKLOG,
                comparison,
                10,
                Duration.ofMinutes(holdMinutes),
                Duration.ofMinutes(keepMinutes),
                Severity.WARNING,
                List.of(),
                "trouble",
                "{value} too many",
                1);
    }
}
