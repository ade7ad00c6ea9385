package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.alerting.Receiver.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class PagerDutyReceiverTest {

    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String ACCEPTED =
            "{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"a\"}";

    private final HttpPost http = new HttpPost(Duration.ofSeconds(10), InstantSource.system());
    private ReceivingServer pagerDuty;
    private Receiver receiver;

    @BeforeEach
    void start() throws IOException {
        pagerDuty = new ReceivingServer(202, ACCEPTED);
        receiver = new PagerDutyReceiver(pagerDuty.uri("/v2/enqueue"), KEY, http);
    }

    @AfterEach
    void close() {
        pagerDuty.close();
    }

    private List<JsonNode> events() {
        List<JsonNode> events =
                pagerDuty.seen().stream().map(ReceivingServer.Seen::json).toList();
        events.forEach(PagerDutyReceiverTest::assertEvent);
        return events;
    }

    /// What the reference of the Events API v2 asks for.
    private static void assertEvent(JsonNode event) {
        assertThat(event.path("routing_key").asText()).hasSize(32);
        assertThat(event.path("dedup_key").asText()).isNotEmpty().hasSizeLessThanOrEqualTo(255);
        if (!event.path("event_action").asText().equals("trigger")) {
            assertThat(event.path("event_action").asText()).isIn("acknowledge", "resolve");
            assertThat(event.fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("routing_key", "event_action", "dedup_key");
            return;
        }
        JsonNode payload = event.path("payload");
        assertThat(payload.path("summary").asText()).isNotBlank().hasSizeLessThanOrEqualTo(1_024);
        assertThat(payload.path("source").asText()).isNotBlank();
        assertThat(payload.path("severity").asText()).isIn("critical", "error", "warning", "info");
        assertThat(OffsetDateTime.parse(payload.path("timestamp").asText())).isNotNull();
        assertThat(payload.path("custom_details").isObject()).isTrue();
        assertThat(event.path("links"))
                .allMatch(link -> link.path("href").asText().startsWith("https://"));
        assertThat(payload.fieldNames())
                .toIterable()
                .isSubsetOf(
                        "summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details");
    }

    @Test
    void whatFiresTriggersAnAlert() throws Exception {
        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Taken());

        assertThat(pagerDuty.only().path()).isEqualTo("/v2/enqueue");
        JsonNode event = events().getFirst();
        assertThat(event.path("event_action").asText()).isEqualTo("trigger");
        assertThat(event.path("routing_key").asText()).isEqualTo(KEY);
        assertThat(event.path("dedup_key").asText()).isEqualTo("mailblast/Worker Crash@mail.example.org");
        assertThat(event.at("/payload/summary").asText())
                .isEqualTo("Worker Crash: 2 workers ended without being told to");
        assertThat(event.at("/payload/severity").asText()).isEqualTo("critical");
        assertThat(event.at("/payload/source").asText()).isEqualTo("mail.example.org");
        assertThat(event.at("/payload/component").asText()).isEqualTo("workers_missing");
        assertThat(event.at("/payload/timestamp").asText()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(event.at("/payload/custom_details/runbook").asText()).isEqualTo("docs/runbooks/worker-crash.md");
        assertThat(event.at("/links/0/href").asText()).isEqualTo("https://mail.example.org");
    }

    @Test
    void anAcknowledgementAndAResolutionGoByTheSameKey() throws Exception {
        Notice.Item taken = Notices.acknowledged(CRASH, "ann@example.org");

        receiver.tell(Notices.of(CRASH));
        receiver.tell(Notices.of(taken));
        receiver.tell(Notices.of(Notices.resolved(taken)));

        assertThat(receiver.takesAcknowledgements()).isTrue();
        assertThat(events())
                .extracting(event -> event.path("event_action").asText())
                .containsExactly("trigger", "acknowledge", "resolve");
        assertThat(events())
                .extracting(event -> event.path("dedup_key").asText())
                .containsOnly("mailblast/Worker Crash@mail.example.org");
    }

    @ParameterizedTest
    @CsvSource({"NONE, info", "WARNING, warning", "CRITICAL, critical"})
    void severitiesAreThoseOfPagerDuty(Severity ours, String theirs) throws Exception {
        receiver.tell(Notices.of(Notices.severity(CRASH, ours)));

        assertThat(events().getFirst().at("/payload/severity").asText()).isEqualTo(theirs);
    }

    @Test
    void longWordsAreCut() throws Exception {
        String text = "a\r\n😀".repeat(1_000);
        receiver.tell(Notices.of(Notices.worded(Notices.keyed(CRASH, "k".repeat(1_000)), text, text)));

        assertThat(events().getFirst().at("/payload/summary").asText())
                .endsWith("…")
                .doesNotContain("\n");
    }

    @Test
    void eachAlertIsAnEventOfItsOwn() throws Exception {
        assertThat(receiver.tell(Notices.many(3))).isEqualTo(new Answer.Taken());

        assertThat(events())
                .extracting(event -> event.path("dedup_key").asText())
                .containsExactly("key-1@mail.example.org", "key-2@mail.example.org", "key-3@mail.example.org");
    }

    @Test
    void anEventThatIsRefusedStopsNoOther() throws Exception {
        pagerDuty.answerNext(400, "{\"status\":\"invalid event\",\"errors\":[\"'payload' is missing\"]}");

        assertThat(receiver.tell(Notices.many(3))).isEqualTo(new Answer.Never("answered 400: 'payload' is missing"));
        assertThat(events()).hasSize(3);
    }

    @Test
    void whereOneMustBeRepeatedAllAre() throws Exception {
        pagerDuty.answerNext(400, "{}").answerNext(500, "oops").answerNext(400, "{}");

        assertThat(receiver.tell(Notices.many(4))).isEqualTo(new Answer.Later("answered 500", Duration.ZERO));
        assertThat(events()).hasSize(4);
    }

    @Test
    void aRateLimitEndsTheRound() throws Exception {
        pagerDuty
                .answerNext(202, ACCEPTED)
                .answerNext(429, "{\"status\":\"throttle exceeded\"}", Map.of("Retry-After", "60"));

        assertThat(receiver.tell(Notices.many(4))).isEqualTo(new Answer.Later("answered 429", Duration.ofMinutes(1)));
        assertThat(events()).hasSize(2);
    }

    @Test
    void whereNothingAnswersOneTryIsEnough() throws Exception {
        HttpPost impatient = new HttpPost(Duration.ofMillis(200), InstantSource.system());
        try (Hole hole = Hole.silent("")) {
            long begun = System.nanoTime();

            assertThat(new PagerDutyReceiver(hole.uri(), KEY, impatient).tell(Notices.many(100)))
                    .isEqualTo(new Answer.Later("no answer in time", Duration.ZERO));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Please sign in</html>", "garbage"})
    void aPageOfAProxyHasNotTakenIt(String body) throws Exception {
        pagerDuty.answerNext(200, body);

        assertThat(receiver.tell(Notices.of(CRASH)))
                .isEqualTo(new Answer.Later("answered with something else than JSON", Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\":[\"'routing_key' " + KEY + " is unknown\"]}",
                "<html>" + KEY,
                "{\"errors\":\"x\"}",
                "[",
                "",
            })
    void theKeyIsInNoReason(String body) throws Exception {
        pagerDuty.answerNext(400, body);

        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Never("answered 400"));
    }
}
