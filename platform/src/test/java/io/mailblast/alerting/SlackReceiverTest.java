package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.alerting.Receiver.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class SlackReceiverTest {

    private static final String SECRET = "/services/T0000/B0000/XXXXXXXX";

    private final HttpPost http = new HttpPost(Duration.ofSeconds(10), InstantSource.system());
    private ReceivingServer slack;
    private Receiver receiver;

    @BeforeEach
    void start() throws IOException {
        slack = new ReceivingServer(200, "ok");
        receiver = new SlackReceiver(slack.uri(SECRET), http);
    }

    @AfterEach
    void close() {
        slack.close();
    }

    private JsonNode posted(Notice notice) throws InterruptedException {
        assertThat(receiver.tell(notice)).isEqualTo(new Answer.Taken());
        JsonNode message = slack.seen().getLast().json();
        assertBlockKit(message);
        return message;
    }

    /// What the reference of Block Kit asks for, of the blocks that are used here.
    private static void assertBlockKit(JsonNode message) {
        assertThat(message.fieldNames()).toIterable().containsExactlyInAnyOrder("text", "blocks");
        assertThat(message.path("text").asText()).isNotBlank().hasSizeLessThanOrEqualTo(3_000);
        assertThat(message.path("blocks").size()).isBetween(1, 50);
        for (JsonNode block : message.path("blocks")) {
            switch (block.path("type").asText()) {
                case "header" -> {
                    assertThat(block.at("/text/type").asText()).isEqualTo("plain_text");
                    assertThat(block.at("/text/text").asText()).isNotBlank().hasSizeLessThanOrEqualTo(150);
                }
                case "section" -> assertMarkdown(block.path("text"));
                case "context" -> {
                    assertThat(block.path("elements").size()).isBetween(1, 10);
                    block.path("elements").forEach(SlackReceiverTest::assertMarkdown);
                }
                default -> throw new AssertionError("another block: " + block);
            }
        }
    }

    private static void assertMarkdown(JsonNode text) {
        assertThat(text.path("type").asText()).isEqualTo("mrkdwn");
        assertThat(text.path("verbatim").asBoolean()).isTrue();
        assertThat(text.path("text").asText()).isNotBlank().hasSizeLessThanOrEqualTo(3_000);
    }

    @Test
    void aReportIsItsSummaryAndCallsNobody() throws Exception {
        assertThat(receiver.tell(Notices.digest())).isEqualTo(new Answer.Taken());

        JsonNode message = slack.seen().getLast().json();
        assertBlockKit(message);
        assertThat(message.at("/blocks/0/text/text").asText()).isEqualTo("MailBlast daily report of mail.example.org");
        assertThat(message.at("/blocks/1/text/text").asText())
                .isEqualTo("• 11 of 12 targets were met; missed: API, p95.\n• No alert fired &lt;!here&gt;.");
    }

    @Test
    void oneAlertIsOneMessageWithAllThatMatters() throws Exception {
        JsonNode message = posted(Notices.of(Notices.escalated(CRASH)));

        assertThat(slack.only().path()).isEqualTo(SECRET);
        assertThat(message.path("text").asText())
                .isEqualTo("[critical] Worker Crash (escalated): 2 workers ended without being told to");
        assertThat(message.at("/blocks/0/text/text").asText()).isEqualTo("[critical] Worker Crash (escalated)");
        assertThat(message.at("/blocks/1/text/text").asText()).isEqualTo("""
                        *Worker Crash* (critical)
                        2 workers ended without being told to
                        `workers_missing &gt; 0` is 2""");
        assertThat(message.at("/blocks/2/elements/0/text").asText())
                .isEqualTo("since 2026-03-01 10:00:00 UTC · escalated · runbook docs/runbooks/worker-crash.md");
        assertThat(message.at("/blocks/3/elements/0/text").asText()).isEqualTo("<https://mail.example.org|Console>");
    }

    @Test
    void aTrialComparesNothing() throws Exception {
        JsonNode message = posted(Notices.of(Notices.trial()));

        assertThat(message.at("/blocks/1/text/text").asText()).isEqualTo("*Trial* (warning)\nNothing is wrong");
    }

    @Test
    void whatIsResolvedSaysWhenAndByWhomItWasTaken() throws Exception {
        JsonNode message = posted(Notices.of(Notices.resolved(Notices.acknowledged(CRASH, "ann@example.org"))));

        assertThat(message.at("/blocks/0/text/text").asText()).isEqualTo("[resolved] Worker Crash");
        assertThat(message.at("/blocks/1/text/text").asText()).contains("(resolved)", "` was 2");
        assertThat(message.at("/blocks/2/elements/0/text").asText())
                .contains("resolved 2026-03-01 10:20:00 UTC", "acknowledged by ann@example.org");
    }

    @Test
    void nothingInAnAlertMeansAnythingToSlack() throws Exception {
        String bad = "<!channel> & <https://evil.example|x>\n*b*";
        JsonNode message = posted(Notices.of(Notices.worded(CRASH, bad, bad)));

        String section = message.at("/blocks/1/text/text").asText();
        assertThat(section)
                .contains("&lt;!channel&gt; &amp; &lt;https://evil.example|x&gt; *b*")
                .doesNotContain("<", "&lt;!channel&gt; & ");
        assertThat(section.lines()).hasSize(3);
        assertThat(message.path("text").asText()).doesNotContain("<", "\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 23, 24, 35, 500})
    void manyAlertsAreCutWithHowManyAreMissing(int count) throws Exception {
        JsonNode message = posted(Notices.many(count));

        List<JsonNode> sections = message.path("blocks")
                .valueStream()
                .filter(block -> block.path("type").asText().equals("section"))
                .toList();
        assertThat(sections).hasSize(Math.min(count, 23));
        assertThat(message.path("blocks").size()).isLessThanOrEqualTo(50);
        if (count > 23) {
            assertThat(message.toString()).contains("… and " + (count - 23) + " more");
        } else {
            assertThat(message.toString()).doesNotContain(" more\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "<", "&", "😀", "a\n"})
    void longWordsAreCutToWhatSlackTakes(String part) throws Exception {
        String text = part.repeat(5_000);
        JsonNode message = posted(Notices.of(Notices.worded(CRASH, text, text)));

        assertThat(message.at("/blocks/1/text/text").asText()).contains("…").endsWith("` is 2");
        assertThat(message.toString()).doesNotContain("&lt…", "&am…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", " ok\n", "", "{\"success\":true}"})
    void aServerThatSpeaksTheSameTakesIt(String body) throws Exception {
        slack.answerNext(200, body);

        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Taken());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Please sign in</html>", "no", "\u0000\u0001\u0002"})
    void aPageOfAProxyHasNotTakenIt(String body) throws Exception {
        slack.answerNext(200, body);

        assertThat(receiver.tell(Notices.of(CRASH)))
                .isEqualTo(new Answer.Later("answered with something else than `ok`", Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_payload, answered 400 invalid_payload",
        "403, action_prohibited, answered 403 action_prohibited",
        "404, no_service, answered 404 no_service",
        "410, channel_is_archived, answered 410 channel_is_archived",
        "404, '<html>/services/T0000/B0000/XXXXXXXX', answered 404",
        "403, '', answered 403",
    })
    void whatSlackRefusesIsNotRepeated(int status, String body, String reason) throws Exception {
        slack.answerNext(status, body);

        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Never(reason));
    }

    @Test
    void aRateLimitIsKeptTo() throws Exception {
        slack.answerNext(429, "rate_limited", Map.of("Retry-After", "30")).answerNext(500, "rollup_error");

        assertThat(receiver.tell(Notices.of(CRASH)))
                .isEqualTo(new Answer.Later("answered 429", Duration.ofSeconds(30)));
        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Later("answered 500", Duration.ZERO));
    }

    @Test
    void theUrlIsInNoReason() throws Exception {
        slack.close();

        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Later("no connection", Duration.ZERO));
    }
}
