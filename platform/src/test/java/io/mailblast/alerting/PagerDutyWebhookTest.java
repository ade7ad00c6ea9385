package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagerDutyWebhookTest {

    private static final String SECRET = "0123456789abcdefghijklmnop";
    private static final String KEY = "mailblast/Worker Crash@mail.example.org";
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final TestDatabase db = TestDatabase.create();
    private final Incidents incidents = new Incidents(db.database());
    private final TestServer server =
            new TestServer(new PagerDutyWebhook(incidents, config(SECRET), "https://mail.example.org", () -> NOON));

    @AfterAll
    void close() {
        server.close();
        db.close();
    }

    @BeforeEach
    void fires() {
        db.database().write(handle -> handle.execute("truncate alert, alert_note, alert_told, silence"));
        Instant active = NOON.minus(Duration.ofMinutes(10));
        Alert alert = new Alert(Alert.Phase.FIRING, 1, active, active, null, null);
        incidents.save(
                List.of(new Incident(
                        1, "Worker Crash", Severity.CRITICAL, alert, "It is bad", Optional.empty(), Optional.empty())),
                List.of());
    }

    @Test
    void whoAcknowledgesThereHasItHere() {
        String event = event("incident.acknowledged", KEY);

        int status = post(server, event, "v1=" + signature(event, SECRET));

        assertThat(status).isEqualTo(200);
        assertThat(taken()).contains(new Incident.Acknowledgement(NOON, "Ann Example (PagerDuty)"));
    }

    @Test
    void whileASecretIsReplacedOneOfTwoSignaturesVerifies() {
        String event = event("incident.acknowledged", KEY);

        int status = post(server, event, "v1=" + signature(event, "another secret"), "v1=" + signature(event, SECRET));

        assertThat(status).isEqualTo(200);
        assertThat(taken()).isPresent();
    }

    @Test
    void whatIsNotSignedIsNotBelieved() {
        String event = event("incident.acknowledged", KEY);

        assertThat(post(server, event, "v1=" + signature(event, "another secret")))
                .isEqualTo(403);
        assertThat(post(server, event, "v1=")).isEqualTo(403);
        assertThat(post(server, event + " ", "v1=" + signature(event, SECRET))).isEqualTo(403);
        assertThat(taken()).isEmpty();
    }

    @Test
    void withoutASecretNothingIsBelieved() {
        String event = event("incident.acknowledged", KEY);
        try (TestServer open =
                new TestServer(new PagerDutyWebhook(incidents, config(""), "https://mail.example.org", () -> NOON))) {
            assertThat(post(open, event, "v1=" + signature(event, SECRET))).isEqualTo(403);
        }
        assertThat(taken()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailblast/Worker Crash@other.example.org", "mailblast/No Such@mail.example.org", ""})
    void incidentsOfOthersSayNothing(String key) {
        String event = event("incident.acknowledged", key);

        assertThat(post(server, event, "v1=" + signature(event, SECRET))).isEqualTo(200);
        assertThat(taken()).isEmpty();
    }

    @Test
    void otherEventsSayNothingAndGarbageIsBadInput() {
        String resolved = event("incident.resolved", KEY);

        assertThat(post(server, resolved, "v1=" + signature(resolved, SECRET))).isEqualTo(200);
        assertThat(post(server, "[]", "v1=" + signature("[]", SECRET))).isEqualTo(200);
        assertThat(post(server, "{", "v1=" + signature("{", SECRET))).isEqualTo(400);
        assertThat(taken()).isEmpty();
    }

    private Optional<Incident.Acknowledgement> taken() {
        return incidents.find(1).orElseThrow().acknowledgement();
    }

    private static int post(TestServer server, String body, String... signatures) {
        return server.send(HttpRequest.newBuilder(server.uri("/webhooks/pagerduty"))
                        .header("Content-Type", "application/json")
                        .header("X-PagerDuty-Signature", String.join(",", signatures))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build())
                .statusCode();
    }

    private static String event(String type, String key) {
        return """
                {"event": {"event_type": "%s", "resource_type": "incident",
                  "agent": {"id": "P1", "type": "user_reference", "summary": "Ann Example"},
                  "data": {"id": "Q1", "type": "incident", "incident_key": "%s"}}}
                """.formatted(type, key);
    }

    private static String signature(String body, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AlertingConfig config(String secret) {
        return AlertingConfigs.defaultsBut("pagerdutyWebhookSecret", secret);
    }
}
