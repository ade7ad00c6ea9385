package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/alerts` and `/silences`, at noon of the first of March 2026.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlertRoutesTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final TestDatabase db = TestDatabase.create();
    private final TestServer server = new TestServer(new AlertRoutes(db.database(), AlertRules::shipped, () -> NOON));
    private final String operator = server.token(new Principal(account(), 1, true));
    private final String member = server.token(new Principal(account(), 1, false));
    private final Incidents incidents = new Incidents(db.database());

    @AfterAll
    void close() {
        server.close();
        db.close();
    }

    @BeforeEach
    void empty() {
        db.database().write(handle -> handle.execute("truncate alert, alert_note, alert_told, silence"));
    }

    @Test
    void alertsAreListedNewestFirstByPhase() {
        save(1, "Worker Crash", Alert.Phase.RESOLVED);
        save(2, "Queue Stuck", Alert.Phase.FIRING);
        save(3, "High CPU Usage", Alert.Phase.PENDING);

        assertThat(names("/alerts")).containsExactly("High CPU Usage", "Queue Stuck", "Worker Crash");
        assertThat(names("/alerts?phase=firing")).containsExactly("Queue Stuck");
        assertThat(names("/alerts?phase=resolved")).containsExactly("Worker Crash");
    }

    @Test
    void aPageSaysWhereTheNextOneBegins() {
        for (int i = 1; i <= 5; i++) {
            save(i, "Worker Crash", Alert.Phase.RESOLVED);
        }

        JsonNode first = json(server.get("/alerts?limit=3", operator));
        String next = first.at("/page/next").asText();
        JsonNode second = json(server.get("/alerts?limit=3&cursor=" + next, operator));

        assertThat(ids(first)).containsExactly(5L, 4L, 3L);
        assertThat(ids(second)).containsExactly(2L, 1L);
    }

    @Test
    void anAlertTellsItsStory() {
        save(2, "Queue Stuck", Alert.Phase.FIRING);
        new ToldRows(db.database())
                .told("slack", Map.of(2L, new Lane.Told(Lane.Status.FIRING, NOON)), Optional.of("answered 404"));
        server.post("/alerts/2/note", operator, "{\"note\": \"the first\"}");
        HttpResponse<String> noted = server.post("/alerts/2/note", operator, "{\"note\": \"the second\"}");

        JsonNode alert = json(server.get("/alerts/2", operator)).path("data");

        assertThat(noted.statusCode()).isEqualTo(201);
        assertThat(alert.path("phase").asText()).isEqualTo("firing");
        assertThat(alert.path("severity").asText()).isEqualTo("critical");
        assertThat(alert.path("expression").asText()).isEqualTo("queue_stalled_seconds > 120");
        assertThat(alert.path("runbook").asText()).isEqualTo("queue-stuck");
        assertThat(alert.path("notes").findValuesAsText("note")).containsExactly("the first", "the second");
        assertThat(alert.at("/notes/0/author").asText()).isEqualTo("ann@example.org");
        assertThat(alert.at("/told/0/receiver").asText()).isEqualTo("slack");
        assertThat(alert.at("/told/0/problem").asText()).isEqualTo("answered 404");
    }

    @Test
    void whatFiresIsAcknowledgedOnceAndWhatDoesNotIsNot() {
        save(1, "Worker Crash", Alert.Phase.RESOLVED);
        save(2, "Queue Stuck", Alert.Phase.FIRING);

        HttpResponse<String> taken = server.post("/alerts/2/acknowledge", operator, "{}");
        HttpResponse<String> again = server.post("/alerts/2/acknowledge", operator, "{}");

        assertThat(json(taken).at("/data/acknowledged_by").asText()).isEqualTo("ann@example.org");
        assertThat(json(taken).at("/data/acknowledged_at").asText()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(json(again).path("data")).isEqualTo(json(taken).path("data"));
        assertThat(server.post("/alerts/1/acknowledge", operator, "{}").statusCode())
                .isEqualTo(409);
        assertThat(server.post("/alerts/9/acknowledge", operator, "{}").statusCode())
                .isEqualTo(404);
        assertThat(server.post("/alerts/9/note", operator, "{\"note\": \"none\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aSilenceHoldsFromNowUntilItsEndOrUntilItIsEnded() {
        HttpResponse<String> made = server.post(
                "/silences",
                operator,
                "{\"alert\": \"Worker Crash\", \"ends_at\": \"2026-03-01T13:00:00Z\", \"comment\": \"upgrade\"}");
        JsonNode silence = json(made).path("data");

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(silence.path("starts_at").asText()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(silence.path("author").asText()).isEqualTo("ann@example.org");
        assertThat(json(server.get("/silences", operator)).path("data")).containsExactly(silence);

        String path = "/silences/" + silence.path("id").asLong();
        assertThat(made.headers().firstValue("Location")).contains(path);
        assertThat(server.call("DELETE", path, operator, null).statusCode()).isEqualTo(204);
        assertThat(json(server.get("/silences", operator)).path("data")).isEmpty();
        assertThat(server.call("DELETE", path, operator, null).statusCode()).isEqualTo(404);
    }

    @Test
    void aSilenceThatHasBegunEndsNowAndStaysOnRecord() {
        Silences silences = new Silences(db.database());
        long id = silences.add(
                        Optional.empty(),
                        NOON.minus(Duration.ofHours(1)),
                        NOON.plus(Duration.ofHours(1)),
                        "upgrade",
                        "ann@example.org")
                .id();

        server.call("DELETE", "/silences/" + id, operator, null);

        assertThat(json(server.get("/silences", operator)).path("data")).isEmpty();
        assertThat(silences.current(NOON.minusSeconds(1)))
                .extracting(Silences.Silence::endsAt)
                .containsExactly(NOON);
    }

    @ParameterizedTest
    @CsvSource({
        "Worker Crash, 2026-03-01T11:00:00Z, ends_at",
        "Worker Crash, 2027-03-01T11:00:00Z, ends_at",
        "Worker Crash, tomorrow, ends_at",
        "No Such Alert, 2026-03-01T13:00:00Z, alert"
    })
    void aSilenceThatCannotBeIsRefusedByItsField(String alert, String endsAt, String field) {
        HttpResponse<String> answer = server.post(
                "/silences",
                operator,
                "{\"alert\": \"" + alert + "\", \"ends_at\": \"" + endsAt + "\", \"comment\": \"upgrade\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/errors/0/field").asText()).isEqualTo(field);
        assertThat(json(server.get("/silences", operator)).path("data")).isEmpty();
    }

    @Test
    void allOfItIsForOperators() {
        assertThat(server.get("/alerts", member).statusCode()).isEqualTo(403);
        assertThat(server.post("/alerts/1/acknowledge", member, "{}").statusCode())
                .isEqualTo(403);
        assertThat(server.get("/silences", member).statusCode()).isEqualTo(403);
    }

    private void save(long id, String rule, Alert.Phase phase) {
        Instant active = NOON.minus(Duration.ofMinutes(10));
        Alert alert = new Alert(
                phase,
                5,
                active,
                phase == Alert.Phase.PENDING ? null : active,
                null,
                phase == Alert.Phase.RESOLVED ? NOON : null);
        incidents.save(
                List.of(new Incident(
                        id, rule, Severity.CRITICAL, alert, "It is bad", Optional.empty(), Optional.empty())),
                List.of());
    }

    private long account() {
        return db.database()
                .write(handle -> handle.createQuery("""
                        with w as (
                            insert into workspace (name) values ('alerts')
                            on conflict (name) do update set name = excluded.name returning id)
                        insert into account (workspace_id, email, address, role, password_hash)
                        select id, 'ann@example.org', 'ann@example.org', 'operator', 'none' from w
                        on conflict (address) do update set email = excluded.email
                        returning id
                        """).mapTo(Long.class).one());
    }

    private List<String> names(String path) {
        return json(server.get(path, operator)).path("data").findValuesAsText("name");
    }

    private static List<Long> ids(JsonNode page) {
        return page.path("data")
                .valueStream()
                .map(each -> each.path("id").asLong())
                .toList();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return TestServer.json(response);
    }
}
