package io.mailblast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a campaign that was told to send: by whom, when, and in which states.
class LifecycleRoutesTest extends CampaignScene {

    /// What each state allows: pause, resume, cancel.
    @ParameterizedTest
    @CsvSource({
        "draft, 409, 409, 409",
        "held, 409, 200, 202",
        "queueing, 200, 409, 202",
        "sending, 200, 409, 202",
        "paused, 409, 200, 202",
        "sent, 409, 409, 409",
        "cancelling, 409, 409, 409",
        "cancelled, 409, 409, 409"
    })
    void aStateAllowsWhatItAllowsAndSaysSo(String state, int pause, int resume, int cancel) {
        String path = make(draft("Allowed " + state, "<p>x</p>"));
        for (var change :
                Map.of("/pause", pause, "/resume", resume, "/cancel", cancel).entrySet()) {
            inState(path, state);

            HttpResponse<String> answer = server.call("POST", path + change.getKey(), token, null);

            assertThat(answer.statusCode()).as(change.getKey()).isEqualTo(change.getValue());
            if (change.getValue() == 409) {
                assertThat(answer.body()).contains("The campaign is " + state + ";");
            }
        }
    }

    @Test
    void aCampaignIsPausedResumedAndCancelled() {
        String path = make(complete("Life"));
        send(path, "");

        String paused = stateAfter(path, "/pause");
        String resumedBeforeItsSnapshot = stateAfter(path, "/resume");
        inState(path, "sending");
        execute("update campaign set queued_at = now() where id = " + id(path));
        stateAfter(path, "/pause");
        String resumed = stateAfter(path, "/resume");
        execute("insert into worker (id, host, pid, version) overriding system value values (77, 'h', 1, 'v')");
        execute("insert into send_range (campaign_id, first_no, last_no, state, worker_id, lease_until) values ("
                + id(path) + ", 0, 0, 'leased', 77, now() + interval '1 minute')");
        String cancelling = stateAfter(path, "/cancel");

        assertThat(List.of(paused, resumedBeforeItsSnapshot, resumed, cancelling))
                .containsExactly("paused", "queueing", "sending", "cancelling");
    }

    @Test
    void aCampaignThatNobodyCanSendSaysWhyAndOneThatSomebodyCanDoesNot() {
        String path = make(complete("Waits"));
        inState(path, "sending");
        execute("update worker set stopped_at = now()");
        String nobody = reason(path);
        execute("insert into worker (host, pid, version, problem) values ('h', 1, 'v', 'No such certificate.')");
        String refused = reason(path);
        inState(path, "paused");
        String paused = reason(path);
        inState(path, "sending");
        execute("insert into worker (host, pid, version) values ('h', 2, 'v')");
        String sent = reason(path);

        assertThat(List.of(nobody, refused, paused, sent))
                .containsExactly("It waits: no worker is running.", "It waits: No such certificate.", "null", "null");
    }

    private String reason(String path) {
        return TestServer.json(server.get(path, token)).at("/data/state_reason").asText();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2026-07-01T09:00            | Europe/Berlin | 2026-07-01T07:00:00Z | Europe/Berlin
                    2026-12-01T09:00            | Europe/Berlin | 2026-12-01T08:00:00Z | Europe/Berlin
                    2026-07-01T09:00:00+02:00   |               | 2026-07-01T07:00:00Z | UTC
                    2026-07-01T09:00:00-03:00   | Asia/Tokyo    | 2026-07-01T12:00:00Z | Asia/Tokyo
                    2026-10-25T02:30            | Europe/Berlin | 2026-10-25T00:30:00Z | Europe/Berlin
                    2026-10-25T02:30:00+01:00   | Europe/Berlin | 2026-10-25T01:30:00Z | Europe/Berlin
                    """)
    void aTimeIsMeantWhereItIsSaid(String at, String zone, String instant, String shown) {
        String path = make(complete("At " + at + zone));

        JsonNode campaign = TestServer.json(server.post(path + "/schedule", token, schedule(at, zone)))
                .get("data");

        assertThat(campaign.get("state").textValue()).isEqualTo("scheduled");
        assertThat(campaign.get("scheduled_at").textValue()).isEqualTo(instant);
        assertThat(campaign.get("time_zone").textValue()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2026-03-29T02:30            | Europe/Berlin | at        | does not exist
                    2026-07-01T09:00            |               | time_zone | is missing
                    2026-07-01T09:00            | Mars/Olympus  | time_zone | is not a time zone
                    2025-12-31T23:59:59Z        |               | at        | future
                    2040-01-01T00:00:00Z        |               | at        | within
                    tomorrow                    | Europe/Berlin | at        | must be a time
                    """)
    void aTimeThatIsNoneIsRefused(String at, String zone, String field, String message) {
        String path = make(complete("No " + at + zone));

        HttpResponse<String> answer = server.post(path + "/schedule", token, schedule(at, zone));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(answer).at("/errors/0/field").textValue()).isEqualTo(field);
        assertThat(TestServer.json(answer).at("/errors/0/message").textValue()).contains(message);
        assertThat(TestServer.json(server.get(path, token)).at("/data/state").textValue())
                .isEqualTo("draft");
    }

    @Test
    void aScheduledCampaignIsMovedMadeADraftChangedAndScheduledAgain() {
        String path = make(complete("Moved").replace("<p>x</p>", "<a href='https://a.example'>a</a>"));
        String time = schedule("2026-07-01T09:00", "Europe/Berlin");

        int scheduled = server.post(path + "/schedule", token, time).statusCode();
        int moved = server.post(path + "/schedule", token, schedule("2026-07-02T09:00", "Europe/Berlin"))
                .statusCode();
        int changedWhileScheduled =
                server.call("PATCH", path, token, "{\"name\":\"x\"}").statusCode();
        int sent = server.call("POST", path + "/send", token, null).statusCode();
        JsonNode draft = TestServer.json(server.call("DELETE", path + "/schedule", token, null));
        int draftAgain = server.call("DELETE", path + "/schedule", token, null).statusCode();
        int changed = server.call("PATCH", path, token, "{\"name\":\"x\"}").statusCode();
        int again = server.post(path + "/schedule", token, time).statusCode();

        assertThat(List.of(scheduled, moved, changedWhileScheduled, sent, draftAgain, changed, again))
                .containsExactly(200, 200, 409, 409, 409, 200, 200);
        assertThat(draft.at("/data/state").textValue()).isEqualTo("draft");
        assertThat(draft.at("/data/scheduled_at").isNull()).isTrue();
    }

    @Test
    void whatIsMissingForSendingIsMissingForScheduling() {
        String path = make(draft("Incomplete", ""));

        HttpResponse<String> answer =
                server.post(path + "/schedule", token, schedule("2026-07-01T09:00", "Europe/Berlin"));

        assertThat(answer.statusCode()).isEqualTo(422);
    }

    private static String schedule(String at, @org.jspecify.annotations.Nullable String zone) {
        return zone == null ? "{\"at\":\"" + at + "\"}" : "{\"at\":\"" + at + "\",\"time_zone\":\"" + zone + "\"}";
    }

    private String stateAfter(String path, String call) {
        return TestServer.json(server.call("POST", path + call, token, null))
                .at("/data/state")
                .textValue();
    }

    private void inState(String path, String state) {
        execute("update campaign set period = ensure_period(now()), state = '" + state + "' where id = " + id(path));
    }
}
