package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    private final Admission admission = new Admission(4, SHORT);

    private final Deque<Admission.Turn> taken = new ArrayDeque<>();

    private boolean enters(Admission.Kind kind) throws InterruptedException {
        Admission.Turn turn = admission.enter(kind);
        if (turn != null) {
            taken.add(turn);
        }
        return turn != null;
    }

    private void enter(Admission.Kind... kinds) throws InterruptedException {
        for (Admission.Kind kind : List.of(kinds)) {
            assertThat(enters(kind)).isTrue();
        }
    }

    private void leaveFirst() {
        taken.remove().close();
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
        leaveFirst();

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
        leaveFirst();
        leaveFirst();

        enter(Admission.Kind.ANALYTICS, Admission.Kind.ANALYTICS);
    }

    @Test
    void whatMustNeverWaitHasNoTurn() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);

        assertThat(enters(Admission.Kind.FREE)).isTrue();
        taken.removeLast().close();
        assertThat(enters(Admission.Kind.USUAL)).isFalse();
    }

    @Test
    void thereAreFewerTurnsWhileProcessorsAreShortButNeverNone() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);
        admission.adjust(true);
        assertThat(admission.turns()).as("three quarters of those in use").isEqualTo(3);

        leaveFirst();
        assertThat(enters(Admission.Kind.USUAL)).as("a fourth beside the three").isFalse();
        leaveFirst();
        enter(Admission.Kind.USUAL);
        admission.adjust(true);
        admission.adjust(true);
        admission.adjust(true);
        assertThat(admission.turns()).isEqualTo(Admission.LEAST);
    }

    @Test
    void whatNobodyUsedIsGoneAtOnceWhenProcessorsAreShort() throws InterruptedException {
        Admission large = new Admission(64, SHORT);
        for (int i = 0; i < 8; i++) {
            assertThat(large.enter(Admission.Kind.USUAL)).isNotNull();
        }
        large.adjust(true);

        assertThat(large.turns()).isEqualTo(6);
    }

    @Test
    void allTurnsComeBackWhenProcessorsAreFree() throws InterruptedException {
        admission.adjust(true);
        assertThat(admission.turns()).isEqualTo(Admission.LEAST);
        for (int i = 0; i < 5; i++) {
            admission.adjust(false);
        }

        assertThat(admission.turns()).isEqualTo(4);
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);
        assertThat(enters(Admission.Kind.USUAL)).isFalse();
    }

    @Test
    void signingInTakesATurnOnlyWhileProcessorsAreShort() throws InterruptedException {
        enter(Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL, Admission.Kind.USUAL);
        assertThat(enters(Admission.Kind.SIGN_IN)).isTrue();
        admission.adjust(true);

        assertThat(enters(Admission.Kind.SIGN_IN)).isFalse();
        taken.removeLast().close();
        assertThat(enters(Admission.Kind.USUAL))
                .as("it had no turn to give back")
                .isFalse();
    }

    @Test
    void whoeverMayAskIsFreeAndUploadsAre() {
        Route.Handler none = _ -> Answer.noContent();

        assertThat(Admission.Kind.of(Route.get("/track/open/{id}", "a")
                        .access(Access.PUBLIC)
                        .answers(204)
                        .handle(none)))
                .isEqualTo(Admission.Kind.FREE);
        assertThat(Admission.Kind.of(Route.post("/auth/login", "a")
                        .access(Access.PUBLIC)
                        .answers(204)
                        .handle(none)))
                .isEqualTo(Admission.Kind.SIGN_IN);
        assertThat(Admission.Kind.of(Route.post("/contacts/import", "b")
                        .consumes("text/csv")
                        .answers(204)
                        .handle(none)))
                .isEqualTo(Admission.Kind.FREE);
        assertThat(Admission.Kind.of(
                        Route.get("/analytics/overview", "c").answers(204).handle(none)))
                .isEqualTo(Admission.Kind.ANALYTICS);
        assertThat(Admission.Kind.of(
                        Route.get("/contacts/export", "c").answers(204).handle(none)))
                .isEqualTo(Admission.Kind.ANALYTICS);
        assertThat(Admission.Kind.of(Route.get("/campaigns", "d").answers(204).handle(none)))
                .isEqualTo(Admission.Kind.USUAL);
    }
}
