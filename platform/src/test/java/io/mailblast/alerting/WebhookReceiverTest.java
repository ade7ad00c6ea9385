package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.alerting.Receiver.Answer;
import io.mailblast.http.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class WebhookReceiverTest {

    private final HttpPost http = new HttpPost(Duration.ofSeconds(10), InstantSource.system());
    private ReceivingServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ReceivingServer(200, "<html>thanks</html>");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Answer tell(String token, Notice notice) throws InterruptedException {
        return new WebhookReceiver(server.uri("/hook?key=secret"), token, http).tell(notice);
    }

    @Test
    void aReportIsAllOfItsData() throws Exception {
        Answer answer = new WebhookReceiver(server.uri("/hook"), "", http).tell(Notices.digest());

        assertThat(answer).isEqualTo(new Answer.Taken());
        assertThat(server.only().json()).isEqualTo(Json.MAPPER.readTree("""
                {"version": 1, "console": "https://mail.example.org", "report": {"period": "daily"}}
                """));
    }

    @Test
    void theBodyIsAsDocumented() throws Exception {
        Notice.Item done = Notices.escalated(Notices.resolved(Notices.acknowledged(CRASH, "ann@example.org")));

        assertThat(tell("", Notices.of(CRASH, done))).isEqualTo(new Answer.Taken());

        JsonNode expected = Json.MAPPER.readTree("""
                {"version": 1, "console": "https://mail.example.org", "alerts": [{
                  "id": "018f3f6e-0000-7000-8000-000000000001", "key": "mailblast/Worker Crash",
                  "name": "Worker Crash", "status": "firing", "severity": "critical",
                  "summary": "2 workers ended without being told to", "expression": "workers_missing > 0", "value": "2",
                  "runbook": "worker-crash", "fired_at": "2026-03-01T10:00:00Z", "resolved_at": null,
                  "acknowledged_by": null, "escalated": false
                }, {
                  "id": "018f3f6e-0000-7000-8000-000000000001", "key": "mailblast/Worker Crash",
                  "name": "Worker Crash", "status": "resolved", "severity": "critical",
                  "summary": "2 workers ended without being told to", "expression": "workers_missing > 0", "value": "2",
                  "runbook": "worker-crash", "fired_at": "2026-03-01T10:00:00Z",
                  "resolved_at": "2026-03-01T10:20:00Z", "acknowledged_by": "ann@example.org", "escalated": true
                }]}
                """);
        assertThat(server.only().json()).isEqualTo(expected);
        assertThat(server.only().path()).isEqualTo("/hook?key=secret");
        assertThat(server.only().headers()).doesNotContainKey("Authorization");
    }

    @Test
    void theTokenIsSentWhereThereIsOne() throws Exception {
        tell("hush", Notices.of(CRASH));

        assertThat(server.only().header("Authorization")).isEqualTo("Bearer hush");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204})
    void anyGoodStatusTakesIt(int status) throws Exception {
        server.answerNext(status, "");

        assertThat(tell("", Notices.of(CRASH))).isEqualTo(new Answer.Taken());
    }

    @Test
    void othersAreSortedByTheirStatus() throws Exception {
        server.answerNext(401, "hush").answerNext(503, "hush", Map.of("Retry-After", "5"));

        assertThat(tell("hush", Notices.of(CRASH))).isEqualTo(new Answer.Never("answered 401"));
        assertThat(tell("hush", Notices.of(CRASH))).isEqualTo(new Answer.Later("answered 503", Duration.ofSeconds(5)));
    }
}
