package io.mailblast.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.event.CampaignCounts;
import io.mailblast.event.EventKind;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.event.Refusals;
import io.mailblast.event.Rollups;
import io.mailblast.key.Keyring;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class SesWebhookRoutesTest {

    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:events";
    private static final String CERTIFICATE =
            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
    private static final SigningKey SNS = SigningKey.make("sns.amazonaws.com");
    private static final SigningKey STRANGER = SigningKey.make("stranger.example");

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 10, List.of());
    private final List<URI> fetched = new CopyOnWriteArrayList<>();
    private FileEventLog log;
    private Refusals refusals;
    private MessageIdCodec identifiers;
    private TestServer server;

    /// What SNS serves; tests that want another set it.
    private volatile Fetcher sns = uri -> SNS.pem();

    @BeforeEach
    void start() throws IOException {
        log = FileEventLog.open(folder.resolve("log"), config(), registry);
        refusals = Refusals.start(db.database(), log, _ -> true, "home", Duration.ofMillis(100), () -> true);
        identifiers = MessageIdCodec.tracking(Keyring.open(folder.resolve("keys"), "tracking"));
        server = new TestServer(routes(new WebhookConfig(List.of(TOPIC), ""), true));
    }

    @AfterEach
    void close() {
        server.close();
        refusals.close();
        log.close();
        db.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aSignedDeliveryIsAnEventHoweverOftenItComes(String version) throws Exception {
        String body = SNS.notification(TOPIC, CERTIFICATE, version, ses("eventType", "Delivery", "m-1", 1))
                .toString();

        for (int i = 0; i < 3; i++) {
            assertThat(post(body, "text/plain; charset=UTF-8").statusCode()).isEqualTo(200);
        }
        post(
                SNS.notification(TOPIC, CERTIFICATE, version, ses("notificationType", "Delivery", "m-1", 1))
                        .put("MessageId", "another")
                        .toString(),
                "application/json");

        ingest();
        assertThat(counts().get(EventKind.DELIVERED)).isEqualTo(new CampaignCounts.Count(1, 0, 1, 1));
        assertThat(fetched).containsExactly(URI.create(CERTIFICATE));
    }

    @Test
    void bouncesAndComplaintsOfBothSpellingsSuppressAsTheyShould() throws Exception {
        for (String spelling : List.of("eventType", "notificationType")) {
            int first = spelling.equals("eventType") ? 0 : 3;
            assertThat(send(bounce(spelling, "Permanent", first)).statusCode()).isEqualTo(200);
            assertThat(send(bounce(spelling, "Transient", first + 1)).statusCode())
                    .isEqualTo(200);
            assertThat(send(ses(spelling, "Complaint", "c-" + first, first + 2)).statusCode())
                    .isEqualTo(200);
        }

        ingest();
        assertThat(counts().get(EventKind.BOUNCED)).isEqualTo(new CampaignCounts.Count(4, 0, 4, 4));
        assertThat(counts().get(EventKind.COMPLAINED)).isEqualTo(new CampaignCounts.Count(2, 0, 2, 2));
        assertThat(texts("select address || ' ' || reason from suppression order by address"))
                .containsExactly(
                        campaign.address(0) + " hard_bounce",
                        campaign.address(2) + " complaint",
                        campaign.address(3) + " hard_bounce",
                        campaign.address(5) + " complaint");
        assertThat(texts("select detail from event where hard order by recipient_no")
                        .getFirst())
                .contains("Permanent/General 5.1.1 smtp; 550 5.1.1 user unknown");
    }

    @Test
    void noAddressOfARecipientIsKeptToTellFactsApart() throws Exception {
        send(ses("eventType", "Delivery", "m-1", 1));
        ingest();

        assertThat(texts("select recipient from provider_event")).hasSize(1).noneMatch(r -> r.contains("@"));
    }

    @Test
    void whatSaysNothingThatCountsIsAnsweredAndIgnored() throws Exception {
        MessageId test = new MessageId(campaign.workspaceId(), campaign.id(), 1, MessageId.TEST);
        for (String message : List.of(
                "Successfully validated SNS topic for Amazon SES event publishing.",
                ses("eventType", "Send", "m-1", 1),
                ses("eventType", "Delivery", "m-1", identifiers.write(test)),
                ses("eventType", "Delivery", "m-1", "forged"),
                "{}",
                "[]",
                "null")) {
            assertThat(send(message).statusCode()).as(message).isEqualTo(200);
        }

        assertThat(log.read(log.start(), 10).entries()).isEmpty();
        assertThat(registry.get("mailblast.webhook.ignored").counter().count()).isEqualTo(7);
    }

    @Test
    void whatIsNotSignedBySnsForOurTopicIsRefused() {
        ObjectNode good = SNS.notification(TOPIC, CERTIFICATE, "2", ses("eventType", "Delivery", "m-1", 1));

        assertThat(post(good.deepCopy().put("Message", "changed").toString()).statusCode())
                .isEqualTo(403);
        assertThat(post(STRANGER.notification(TOPIC, CERTIFICATE, "2", "x").toString())
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(SNS.notification(TOPIC.replace("events", "other"), CERTIFICATE, "2", "x")
                                .toString())
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(SNS.notification(TOPIC, "https://evil.example/x.pem", "2", "x")
                                .toString())
                        .statusCode())
                .isEqualTo(403);
        assertThat(fetched).allMatch(uri -> uri.getHost().equals("sns.eu-west-1.amazonaws.com"));
        assertThat(log.read(log.start(), 10).entries()).isEmpty();
    }

    @Test
    void aCertificateOfSomebodyElseIsNotBelieved() {
        sns = uri -> STRANGER.pem();

        HttpResponse<String> answer =
                post(STRANGER.notification(TOPIC, CERTIFICATE, "2", "x").toString());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("not valid now, or not one of SNS");
    }

    @Test
    void aCertificateThatCannotBeHadIsAskedForOnce() {
        sns = uri -> {
            throw new IOException("no route");
        };
        for (int i = 0; i < 5; i++) {
            assertThat(send("x").statusCode()).isEqualTo(503);
        }
        assertThat(fetched).hasSize(1);
    }

    @Test
    void aStrangerCannotMakeUsFetchWithoutBound() {
        for (int i = 0; i < 60; i++) {
            String url = CERTIFICATE.replace("0123456789abcdef0123456789abcdef", String.format("%032d", i));
            post(STRANGER.notification(TOPIC, url, "2", "x").toString());
        }
        // The minute may turn within the test.
        assertThat(fetched).hasSizeLessThanOrEqualTo(40);
    }

    @Test
    void whatIsNoSnsMessageIsMalformed() {
        ObjectNode good = SNS.notification(TOPIC, CERTIFICATE, "2", "x");
        for (String body : List.of(
                "",
                "{",
                "[]",
                "null",
                "{}",
                good.deepCopy().put("Type", "Other").toString(),
                good.deepCopy().put("SignatureVersion", "3").toString(),
                good.deepCopy().put("Signature", "***").toString(),
                good.deepCopy().put("Message", 1).toString(),
                good.deepCopy().put("Timestamp", "x".repeat(5_000)).toString())) {
            assertThat(post(body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(post("x".repeat(700_000)).statusCode()).isEqualTo(413);
        assertThat(post("{}", "text/html").statusCode()).isEqualTo(415);
        assertThat(fetched).isEmpty();
    }

    @Test
    void aSubscriptionIsConfirmedAtSnsAndNowhereElse() {
        String confirm = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=y";

        assertThat(post(SNS.subscription(TOPIC, CERTIFICATE, confirm).toString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(SNS.subscription(TOPIC, CERTIFICATE, "https://evil.example/?Action=ConfirmSubscription")
                                .toString())
                        .statusCode())
                .isEqualTo(403);
        assertThat(fetched).containsExactly(URI.create(CERTIFICATE), URI.create(confirm));
    }

    @Test
    void theSimulatorsCertificateIsReadOnceItIsThereAndNothingIsFetched() throws Exception {
        Path pem = folder.resolve("simulator.pem");
        String url = "http://127.0.0.1:9999/certificate.pem";
        try (TestServer simulated = new TestServer(routes(new WebhookConfig(List.of(TOPIC), pem.toString()), false))) {
            String body = STRANGER.notification(TOPIC, url, "2", ses("eventType", "Delivery", "m-1", 1))
                    .toString();
            assertThat(post(simulated, body, "text/plain").statusCode()).isEqualTo(503);

            Files.write(pem, STRANGER.pem());

            assertThat(post(simulated, body, "text/plain").statusCode()).isEqualTo(200);
            assertThat(post(simulated, SNS.notification(TOPIC, url, "2", "x").toString(), "text/plain")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(fetched).isEmpty();
            assertThat(log.read(log.start(), 10).entries()).hasSize(1);
        }
    }

    @Test
    void theSimulatorIsNeverBelievedBesideARealProvider() {
        assertThatThrownBy(() -> routes(new WebhookConfig(List.of(TOPIC), "/some/where.pem"), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("webhook.simulator_certificate");
    }

    private SesWebhookRoutes routes(WebhookConfig config, boolean realProvider) {
        return new SesWebhookRoutes(
                log, refusals, identifiers, config, realProvider, InstantSource.system(), registry, uri -> {
                    fetched.add(uri);
                    return sns.get(uri);
                });
    }

    private static EventLogConfig config() {
        return new EventLogConfig(EventLogConfig.Durability.FSYNC, 64 << 10, 1 << 20, Duration.ZERO, 1_000, 7);
    }

    private String ses(String spelling, String type, String providerId, int recipientNo) {
        return ses(spelling, type, providerId, identifiers.write(campaign.message(recipientNo)));
    }

    private static String ses(String spelling, String type, String providerId, String tag) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put(spelling, type);
        ObjectNode mail =
                root.putObject("mail").put("messageId", providerId).put("timestamp", "2026-03-02T00:54:00.000Z");
        mail.putObject("tags").putArray("mailblast-message").add(tag);
        ObjectNode of =
                root.putObject(type.toLowerCase(java.util.Locale.ROOT)).put("timestamp", "2026-03-02T00:54:05.000Z");
        switch (type) {
            case "Delivery" -> of.putArray("recipients").add("Person@Example.com");
            case "Complaint" ->
                of.put("complaintFeedbackType", "abuse")
                        .putArray("complainedRecipients")
                        .addObject()
                        .put("emailAddress", "person@example.com");
            default -> of.put("x", "y");
        }
        return root.toString();
    }

    private String bounce(String spelling, String type, int recipientNo) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put(spelling, "Bounce");
        root.putObject("mail")
                .put("messageId", "b-" + recipientNo)
                .put("timestamp", "2026-03-02T00:54:00.000Z")
                .putObject("tags")
                .putArray("mailblast-message")
                .add(identifiers.write(campaign.message(recipientNo)));
        root.putObject("bounce")
                .put("bounceType", type)
                .put("bounceSubType", "General")
                .put("timestamp", "2026-03-02T00:54:05.000Z")
                .putArray("bouncedRecipients")
                .addObject()
                .put("emailAddress", "person@example.com")
                .put("status", "5.1.1")
                .put("diagnosticCode", "smtp; 550 5.1.1 user unknown");
        return root.toString();
    }

    private HttpResponse<String> send(String message) {
        return post(SNS.notification(TOPIC, CERTIFICATE, "2", message).toString());
    }

    private HttpResponse<String> post(String body) {
        return post(body, "text/plain; charset=UTF-8");
    }

    private HttpResponse<String> post(String body, String contentType) {
        return post(server, body, contentType);
    }

    private static HttpResponse<String> post(TestServer to, String body, String contentType) {
        return to.send(HttpRequest.newBuilder(to.uri("/webhooks/ses"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", contentType)
                .header("x-amz-sns-message-type", "Notification")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private void ingest() throws InterruptedException {
        try (Ingester ingester =
                Ingester.start(db.database(), log, config(), InstantSource.system(), new SimpleMeterRegistry())) {
            assertThat(ingester.awaitDrained(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(db.database().read(Rollups::verify)).isEmpty();
    }

    private Map<EventKind, CampaignCounts.Count> counts() {
        return db.database().read(handle -> CampaignCounts.of(handle, campaign.workspaceId(), campaign.id()));
    }

    private List<String> texts(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
