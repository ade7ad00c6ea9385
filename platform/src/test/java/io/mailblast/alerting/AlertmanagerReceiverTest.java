package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.alerting.Receiver.Answer;
import io.mailblast.http.Json;
import io.mailblast.testing.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class AlertmanagerReceiverTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T11:00:00Z"));
    private final HttpPost http = new HttpPost(Duration.ofSeconds(10), clock);
    private ReceivingServer alertmanager;
    private Receiver receiver;

    @BeforeEach
    void start() throws IOException {
        alertmanager = new ReceivingServer(200, "");
        receiver = new AlertmanagerReceiver(alertmanager.origin() + "/prefix", http, clock);
    }

    @AfterEach
    void close() {
        alertmanager.close();
    }

    @Test
    void alertsAreAsTheExportedRulesMakeThem() throws Exception {
        Notice.Item done = Notices.resolved(CRASH);

        assertThat(receiver.tell(Notices.of(CRASH, done))).isEqualTo(new Answer.Taken());

        JsonNode expected = Json.MAPPER.readTree("""
                [{
                  "labels": {"alertname": "Worker Crash", "severity": "critical", "signal": "workers_missing", "installation": "mail.example.org",
                    "notify_email": "true", "notify_pagerduty": "true"},
                  "annotations": {"summary": "2 workers ended without being told to",
                    "runbook": "docs/runbooks/worker-crash.md", "value": "2"},
                  "startsAt": "2026-03-01T10:00:00Z", "endsAt": "2026-03-01T11:04:00Z",
                  "generatorURL": "https://mail.example.org"
                }, {
                  "labels": {"alertname": "Worker Crash", "severity": "critical", "signal": "workers_missing", "installation": "mail.example.org",
                    "notify_email": "true", "notify_pagerduty": "true"},
                  "annotations": {"summary": "2 workers ended without being told to",
                    "runbook": "docs/runbooks/worker-crash.md", "value": "2"},
                  "startsAt": "2026-03-01T10:00:00Z", "endsAt": "2026-03-01T10:20:00Z",
                  "generatorURL": "https://mail.example.org"
                }]
                """);
        assertThat(alertmanager.only().json()).isEqualTo(expected);
        assertThat(alertmanager.only().path()).isEqualTo("/prefix/api/v2/alerts");
    }

    @Test
    void itWantsToHearOfWhatFiresOftenerThanItForgetsIt() {
        assertThat(receiver.forgetsUnlessToldEvery()).contains(Duration.ofMinutes(1));
    }

    @Test
    void itsAnswersAreSortedByTheirStatus() throws Exception {
        alertmanager.answerNext(400, "\"bad\"").answerNext(500, "\"worse\"");

        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Never("answered 400"));
        assertThat(receiver.tell(Notices.of(CRASH))).isEqualTo(new Answer.Later("answered 500", Duration.ZERO));
    }
}
