package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    private final Admission admission = new Admission(4, SHORT);

    private boolean enters(Admission.Kind kind) throws InterruptedException {
        return admission.enter(kind);
    }

    private void enter(Admission.Kind... kinds) throws InterruptedException {
        for (Admission.Kind kind : List.of(kinds)) {
            assertThat(enters(kind)).isTrue();
        }
    }

    @Test
    void oneMoreThanThereAreTurnsIsRefusedAfterItsWait() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);
        long begun = System.nanoTime();

        assertThat(enters(Admission.Kind.USUAL)).isFalse();
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    @Test
    void whoLeavesGivesTheTurnToTheNextOne() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);
        admission.leave(Admission.Kind.USUAL);

        assertThat(enters(Admission.Kind.USUAL)).isTrue();
    }

    @Test
    void analyticsLeavesHalfOfTheTurnsToOthers() throws InterruptedException {
        enter(Admission.Kind.ANALYTICS, Admission.Kind.ANALYTICS);

        assertThat(enters(Admission.Kind.ANALYTICS)).isFalse();
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL);
        assertThat(enters(Admission.Kind.USUAL)).isFalse();
    }

    @Test
    void whatWasRefusedOfAnalyticsTookNoTurnAlong() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);
        assertThat(enters(Admission.Kind.ANALYTICS)).isFalse();
        assertThat(enters(Admission.Kind.ANALYTICS)).isFalse();
        assertThat(enters(Admission.Kind.ANALYTICS)).isFalse();
        admission.leave(Admission.Kind.USUAL);
        admission.leave(Admission.Kind.USUAL);

        enter(Admission.Kind.ANALYTICS, Admission.Kind.ANALYTICS);
    }

    @Test
    void whatMustNeverWaitHasNoTurn() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);

        assertThat(enters(Admission.Kind.FREE)).isTrue();
        admission.leave(Admission.Kind.FREE);
        assertThat(enters(Admission.Kind.USUAL)).isFalse();
    }

    @Test
    void whoeverMayAskIsFreeAndUploadsAre() {
        Route.Handler none = _ -> Answer.noContent();

        assertThat(Admission.Kind.of(Route.get("/track/open/{id}", "a")
                        .access(Access.PUBLIC)
                        .answers(204)
                        .handle(none)))
                .isEqualTo(Admission.Kind.FREE);
        assertThat(Admission.Kind.of(Route.post("/contacts/import", "b")
                        .consumes("text/csv")
                        .answers(204)
                        .handle(none)))
                .isEqualTo(Admission.Kind.FREE);
        assertThat(Admission.Kind.of(
                        Route.get("/analytics/overview", "c").answers(204).handle(none)))
                .isEqualTo(Admission.Kind.ANALYTICS);
        assertThat(Admission.Kind.of(Route.get("/campaigns", "d").answers(204).handle(none)))
                .isEqualTo(Admission.Kind.USUAL);
    }
}
