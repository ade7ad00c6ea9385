package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.http.ProblemException;
import io.mailblast.monitoring.Signal;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private static final AlertRules RULES =
            new AlertRules(List.of(rule("Many", 10, Severity.WARNING, 2), rule("Too Many", 20, Severity.CRITICAL, 0)));

    private final Incidents incidents = new Incidents(DB.database());
    private final Silences silences = new Silences(DB.database());
    private final Recording email = new Recording(Receivers.EMAIL);
    private final Recording pager = new Recording(Receivers.PAGERDUTY);
    private final List<Lane> lanes = new ArrayList<>();
    private Instant now = START;

    @AfterAll
    static void closeDatabase() {
        DB.close();
    }

    @BeforeEach
    void empty() {
        DB.database().write(handle -> handle.execute("truncate alert, alert_note, alert_told, silence"));
        for (Recording receiver : List.of(email, pager)) {
            lanes.add(Lane.start(
                    receiver,
                    new Lane.Timing(Duration.ZERO, Duration.ofHours(4), Duration.ofMinutes(5)),
                    new ToldRows(DB.database()),
                    () -> now,
                    "https://mail.example.org"));
        }
    }

    @AfterEach
    void close() {
        lanes.forEach(Lane::close);
    }

    @Test
    void anAlertIsPendingThenFiringThenResolvedAndItsReceiverHearsOfBothEnds() throws Exception {
        Watch watch = watch();

        look(watch, 15);
        assertThat(phases()).containsExactly("Many pending");
        look(watch, 15);
        look(watch, 16);
        assertThat(phases()).containsExactly("Many firing");
        assertThat(email.next()).containsExactly("Many firing: 16 mails");
        look(watch, 3);

        assertThat(phases()).containsExactly("Many resolved");
        assertThat(email.next()).containsExactly("Many resolved: 16 mails");
    }

    @Test
    void whatWasPendingAndNeverFiredLeavesNothing() {
        Watch watch = watch();

        look(watch, 15);
        look(watch, 5);

        assertThat(phases()).isEmpty();
    }

    @Test
    void aNewProcessGoesOnWhereTheLastOneStopped() throws Exception {
        Watch first = watch();
        look(first, 15);
        look(first, 15);

        Watch second = watch();
        look(second, 15);

        assertThat(phases()).containsExactly("Many firing");
        assertThat(email.next()).containsExactly("Many firing: 15 mails");
        look(watch(), 15);
        assertThat(email.hearsNothingMore()).isTrue();
    }

    @Test
    void aCriticalAlertKeepsItsWarningQuietAndGoesToWhoIsOnCallAtOnce() throws Exception {
        Watch watch = watch();

        look(watch, 25);
        look(watch, 25);
        look(watch, 25);

        assertThat(phases()).containsExactlyInAnyOrder("Many firing", "Too Many firing");
        assertThat(email.next()).containsExactly("Too Many firing: 25 mails");
        assertThat(pager.next()).containsExactly("Too Many firing: 25 mails");
        assertThat(email.hearsNothingMore()).isTrue();
    }

    @Test
    void aWarningThatNobodyTakesIsEscalatedAndOneThatIsTakenIsNot() throws Exception {
        Watch watch = watch();
        for (int i = 0; i < 3; i++) {
            look(watch, 15);
        }
        assertThat(email.next()).hasSize(1);
        long id = incidents.open().getFirst().id();
        assertThat(pager.hearsNothingMore()).isTrue();

        incidents.acknowledge(id, "ann@example.org", now);
        for (int i = 0; i < 20; i++) {
            look(watch, 15);
        }
        assertThat(pager.hearsNothingMore()).isTrue();
        look(watch, 1);
        for (int i = 0; i < 20; i++) {
            look(watch, 15);
        }

        assertThat(pager.next()).containsExactly("Many firing: 15 mails");
        assertThat(incidents.open().getFirst().escalatedAt()).isPresent();
    }

    @Test
    void aSilenceTellsNobodyUntilItEnds() throws Exception {
        silences.add(Optional.of("Many"), START, START.plus(Duration.ofMinutes(10)), "we know", "ann@example.org");
        Watch watch = watch();

        for (int i = 0; i < 5; i++) {
            look(watch, 15);
        }
        assertThat(phases()).containsExactly("Many firing");
        assertThat(email.hearsNothingMore()).isTrue();
        for (int i = 0; i < 8; i++) {
            look(watch, 15);
        }

        assertThat(email.next()).containsExactly("Many firing: 15 mails");
    }

    @Test
    void whatIsSilencedIsNotEscalatedUntilTheSilenceEnds() {
        silences.add(Optional.of("Many"), START, START.plus(Duration.ofMinutes(30)), "we know", "ann@example.org");
        Watch watch = watch();

        for (int i = 0; i < 30; i++) {
            look(watch, 15);
        }
        assertThat(incidents.open().getFirst().escalatedAt()).isEmpty();
        look(watch, 15);

        assertThat(incidents.open().getFirst().escalatedAt()).isPresent();
    }

    @Test
    void aSilenceOfEverythingLeavesTheWatchdogOut() throws Exception {
        silences.add(Optional.empty(), START, START.plus(Duration.ofMinutes(10)), "we know", "ann@example.org");
        AlertRules rules =
                new AlertRules(List.of(rule("Many", 10, Severity.CRITICAL, 0), rule("Always", 0, Severity.NONE, 0)));
        Watch watch = new Watch(rules, escalation(), incidents, silences, lanes, now);

        look(watch, 15);

        assertThat(email.next()).containsExactly("Always firing: 15 mails");
        assertThat(email.hearsNothingMore()).isTrue();
    }

    @Test
    void otherRulesHoldFromTheNextEvaluationOn() {
        Watch watch = watch();
        for (int i = 0; i < 3; i++) {
            look(watch, 15);
        }

        watch.change(new AlertRules(List.of(rule("Other", 10, Severity.WARNING, 0))));
        look(watch, 15);

        assertThat(phases()).containsExactlyInAnyOrder("Other firing", "Many resolved");
    }

    @Test
    void aClockThatIsSetNeitherFiresNorForgetsWhatIsPending() {
        Watch watch = watch();
        look(watch, 15);

        for (Duration set : List.of(Duration.ofDays(-300), Duration.ofDays(500))) {
            now = now.plus(set);
            watch.shift(set);
            look(watch, 15);
        }

        assertThat(phases()).containsExactly("Many firing");
        Alert alert = incidents.open().getFirst().alert();
        assertThat(Duration.between(alert.activeAt(), alert.firedAt())).isEqualTo(Duration.ofMinutes(2));
        assertThat(alert.firedAt()).isEqualTo(now.minus(Duration.ofMinutes(1)));
    }

    @Test
    void whatALaterClockWroteIsNotWaitedFor() {
        Watch first = watch();
        look(first, 15);

        now = START.minus(Duration.ofDays(300));
        Watch second = watch();
        look(second, 15);
        look(second, 15);
        look(second, 15);

        assertThat(phases()).containsExactly("Many firing");
    }

    @Test
    void whatWasResolvedLongAgoIsForgottenWithItsStory() {
        Watch watch = watch();
        look(watch, 25);
        look(watch, 5);
        assertThat(phases()).containsExactly("Too Many resolved");

        now = now.plus(Duration.ofDays(401));
        look(watch(), 5);

        assertThat(phases()).isEmpty();
    }

    @Test
    void onlyWhatFiresCanBeAcknowledgedAndTheFirstWhoDoesHasIt() {
        Watch watch = watch();
        look(watch, 15);
        long id = incidents.open().getFirst().id();
        assertThatThrownBy(() -> incidents.acknowledge(id, "ann@example.org", now))
                .isInstanceOf(ProblemException.class);

        look(watch, 15);
        look(watch, 15);
        incidents.acknowledge(id, "ann@example.org", now);
        Incident taken = incidents.acknowledge(id, "ben@example.org", now);

        assertThat(taken.acknowledgement().orElseThrow().by()).isEqualTo("ann@example.org");
    }

    @Test
    void whatHasNoRuleAnyMoreIsResolved() {
        Watch watch = watch();
        for (int i = 0; i < 3; i++) {
            look(watch, 15);
        }

        Watch without = new Watch(new AlertRules(List.of()), escalation(), incidents, silences, List.of(), now);
        look(without, 15);

        assertThat(phases()).containsExactly("Many resolved");
    }

    private void look(Watch watch, double backlog) {
        watch.look(Map.of(Signal.QUEUE_BACKLOG, backlog), now);
        now = now.plus(Duration.ofMinutes(1));
    }

    private Watch watch() {
        return new Watch(RULES, escalation(), incidents, silences, lanes, now);
    }

    private static Watch.Escalation escalation() {
        return new Watch.Escalation(Receivers.PAGERDUTY, Duration.ofMinutes(15));
    }

    private List<String> phases() {
        return incidents.page(null, Long.MAX_VALUE, 100).stream()
                .map(each -> each.rule() + " " + Incidents.spelling(each.alert().phase()))
                .toList();
    }

    private static AlertRule rule(String name, double above, Severity severity, int holdMinutes) {
        return new AlertRule(
                name,
                Signal.QUEUE_BACKLOG,
                AlertRule.Comparison.ABOVE,
                above,
                Duration.ofMinutes(holdMinutes),
                Duration.ZERO,
                severity,
                List.of(Receivers.EMAIL),
                "queue-backlog",
                "{value} mails",
                1);
    }

    private static final class Recording implements Receiver {
        private final BlockingQueue<List<String>> heard = new LinkedBlockingQueue<>();
        private final String name;

        private Recording(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Answer tell(Notice notice) {
            heard.add(notice.items().stream()
                    .map(item -> item.name() + (item.firing() ? " firing: " : " resolved: ") + item.summary())
                    .toList());
            return new Answer.Taken();
        }

        private List<String> next() throws InterruptedException {
            List<String> notice = heard.poll(20, TimeUnit.SECONDS);
            assertThat(notice).as("a notice within 20 seconds").isNotNull();
            return notice;
        }

        private boolean hearsNothingMore() throws InterruptedException {
            return heard.poll(700, TimeUnit.MILLISECONDS) == null;
        }
    }
}
