package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.alerting.Lane.Status;
import io.mailblast.alerting.Lane.Told;
import io.mailblast.alerting.Lane.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final Recording receiver = new Recording();
    private final Remembered memory = new Remembered();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<Lane> lanes = new ArrayList<>();

    @AfterEach
    void close() {
        lanes.forEach(Lane::close);
    }

    @Test
    void whatComesTogetherIsToldTogetherTheWorstFirst() throws Exception {
        Lane lane = lane(Duration.ofMillis(200));

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING), 2L, wish(2, Status.FIRING, Severity.CRITICAL)));

        assertThat(receiver.next()).containsExactly("alert 2 firing", "alert 1 firing");
        assertThat(receiver.hearsNothingMore()).isTrue();
    }

    @Test
    void nothingIsToldTwiceAndTheEndOnce() throws Exception {
        Lane lane = lane(Duration.ZERO);
        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        assertThat(receiver.next()).containsExactly("alert 1 firing");

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        assertThat(receiver.hearsNothingMore()).isTrue();
        lane.want(Map.of(1L, wish(1, Status.RESOLVED, Severity.WARNING)));

        assertThat(receiver.next()).containsExactly("alert 1 resolved");
        assertThat(receiver.hearsNothingMore()).isTrue();
    }

    @Test
    void theEndOfWhatNobodyHeardOfIsNotTold() throws Exception {
        Lane lane = lane(Duration.ofMillis(300));

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        lane.want(Map.of(1L, wish(1, Status.RESOLVED, Severity.WARNING)));

        assertThat(receiver.hearsNothingMore()).isTrue();
    }

    @Test
    void whatGoesOnFiringIsRepeatedUntilSomebodyHasIt() throws Exception {
        Lane lane = lane(Duration.ZERO);
        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        assertThat(receiver.next()).hasSize(1);

        now.set(START.plus(HOUR));
        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        assertThat(receiver.next()).containsExactly("alert 1 firing");
        now.set(START.plus(HOUR.multipliedBy(3)));
        lane.want(Map.of(1L, wish(1, Status.ACKNOWLEDGED, Severity.WARNING)));

        assertThat(receiver.hearsNothingMore()).isTrue();
    }

    @Test
    void whatIsQuietIsNotToldButItsEndIsToWhomWasTold() throws Exception {
        Lane lane = lane(Duration.ZERO);
        lane.want(Map.of(1L, wish(1, Status.QUIET, Severity.WARNING)));
        assertThat(receiver.hearsNothingMore()).isTrue();
        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));
        assertThat(receiver.next()).hasSize(1);

        lane.want(Map.of(1L, wish(1, Status.QUIET, Severity.WARNING)));
        assertThat(receiver.hearsNothingMore()).isTrue();
        lane.want(Map.of(1L, wish(1, Status.RESOLVED, Severity.WARNING)));

        assertThat(receiver.next()).containsExactly("alert 1 resolved");
    }

    @Test
    void whatIsNotTakenIsTriedAgainAndIsTroubleMeanwhile() throws Exception {
        receiver.answers.add(new Receiver.Answer.Later("503", Duration.ZERO));
        Lane lane = lane(Duration.ZERO);

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));

        assertThat(receiver.next()).containsExactly("alert 1 firing");
        assertThat(receiver.next()).containsExactly("alert 1 firing");
        assertThat(memory.awaitProblem()).isEmpty();
        assertThat(lane.trouble()).isEmpty();
    }

    @Test
    void whatIsRefusedIsNotRepeatedAtOnceButIsTrouble() throws Exception {
        receiver.answers.add(new Receiver.Answer.Never("400 no such channel"));
        Lane lane = lane(Duration.ZERO);

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));

        assertThat(receiver.next()).hasSize(1);
        assertThat(memory.awaitProblem()).contains("400 no such channel");
        assertThat(lane.trouble()).contains("400 no such channel");
        assertThat(receiver.hearsNothingMore()).isTrue();
    }

    @Test
    void aFailureOfOursEndsNoLane() throws Exception {
        receiver.failures.add(new IllegalStateException("https://hooks.example.org/secret"));
        Lane lane = lane(Duration.ZERO);

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));

        assertThat(receiver.next()).containsExactly("alert 1 firing");
        assertThat(memory.awaitProblem()).isEmpty();
    }

    @Test
    void whatIsNoTroubleIsToldOftenSoThatItsAbsenceIsSeen() throws Exception {
        Lane lane = lane(Duration.ZERO);
        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.NONE)));
        assertThat(receiver.next()).hasSize(1);

        now.set(START.plus(Duration.ofMinutes(5)));

        assertThat(receiver.next()).containsExactly("alert 1 firing");
    }

    @Test
    void ofOneRuleTheEndOfTheOlderIsToldBeforeTheNewer() throws Exception {
        memory.rows.put(10L, new Told(Status.FIRING, START));
        Lane lane = lane(Duration.ZERO);
        lane.recall();

        lane.want(Map.of(
                10L, wish(10, "same", Status.RESOLVED, Severity.WARNING),
                11L, wish(11, "same", Status.FIRING, Severity.WARNING)));

        assertThat(receiver.next()).containsExactly("same resolved", "same firing");
    }

    @Test
    void aClockThatWasSetBackPutsOffNoRepeat() throws Exception {
        memory.rows.put(1L, new Told(Status.FIRING, START.plus(Duration.ofDays(300))));
        Lane lane = lane(Duration.ZERO);
        lane.recall();

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));

        assertThat(receiver.next()).containsExactly("alert 1 firing");
    }

    @Test
    void itOwesTheEndOfWhatItTold() {
        memory.rows.put(1L, new Told(Status.FIRING, START));
        memory.rows.put(2L, new Told(Status.RESOLVED, START));
        Lane lane = lane(Duration.ZERO);
        lane.recall();

        assertThat(lane.owes(1)).isTrue();
        assertThat(lane.owes(2)).isFalse();
        assertThat(lane.owes(3)).isFalse();
    }

    @Test
    void aRestartTellsNobodyAgain() throws Exception {
        memory.rows.put(1L, new Told(Status.FIRING, START));
        Lane lane = lane(Duration.ZERO);
        lane.recall();

        lane.want(Map.of(1L, wish(1, Status.FIRING, Severity.WARNING)));

        assertThat(receiver.hearsNothingMore()).isTrue();
    }

    private Lane lane(Duration groupWait) {
        Lane lane = Lane.start(
                receiver,
                new Lane.Timing(groupWait, HOUR, Duration.ofMinutes(5)),
                memory,
                now::get,
                "https://mail.example.org");
        lanes.add(lane);
        return lane;
    }

    private static Wish wish(long id, Status status, Severity severity) {
        return wish(id, "alert " + id, status, severity);
    }

    private static Wish wish(long id, String name, Status status, Severity severity) {
        return new Wish(
                status,
                new Notice.Item(
                        Long.toString(id),
                        "mailblast/" + id,
                        name,
                        severity,
                        "It is bad",
                        "queue_backlog > 1",
                        "2",
                        "queue-backlog",
                        List.of(),
                        START,
                        status == Status.RESOLVED ? Optional.of(START) : Optional.empty(),
                        Optional.empty(),
                        false));
    }

    /// Takes everything but where it was told to answer otherwise.
    private static final class Recording implements Receiver {
        private final BlockingQueue<List<String>> heard = new LinkedBlockingQueue<>();
        private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        private final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();

        @Override
        public String name() {
            return "recording";
        }

        @Override
        public Answer tell(Notice notice) {
            RuntimeException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            heard.add(notice.items().stream()
                    .map(item -> item.name() + (item.firing() ? " firing" : " resolved"))
                    .toList());
            Answer answer = answers.poll();
            return answer == null ? new Answer.Taken() : answer;
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

    private static final class Remembered implements Lane.Memory {
        private final Map<Long, Told> rows = new ConcurrentHashMap<>();
        private final BlockingQueue<Optional<String>> problems = new LinkedBlockingQueue<>();

        @Override
        public Map<Long, Told> told(String receiver) {
            return new HashMap<>(rows);
        }

        @Override
        public void told(String receiver, Map<Long, Told> news, Optional<String> problem) {
            rows.putAll(news);
            problems.add(problem);
        }

        private Optional<String> awaitProblem() throws InterruptedException {
            Optional<String> problem = problems.poll(20, TimeUnit.SECONDS);
            assertThat(problem).as("it is remembered within 20 seconds").isNotNull();
            return problem;
        }
    }
}
