package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailblast.simulator.sns.Notifier;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/// Notifications as a webhook gets them. The signature is verified here from the words of the SNS developer
/// guide ("Verifying the signatures of Amazon SNS messages"), without a line of the simulator's own.
final class SnsTest {

    private static final List<String> NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private static boolean isGenuine(JsonNode message, X509Certificate certificate) throws Exception {
        StringBuilder signed = new StringBuilder();
        for (String name : message.path("Type").asText().equals("Notification") ? NOTIFICATION : CONFIRMATION) {
            if (message.has(name)) {
                signed.append(name)
                        .append('\n')
                        .append(message.path(name).asText())
                        .append('\n');
            }
        }
        assertThat(message.path("SignatureVersion").asText()).isEqualTo("2");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(certificate.getPublicKey());
        signature.update(signed.toString().getBytes(StandardCharsets.UTF_8));
        return signature.verify(
                Base64.getDecoder().decode(message.path("Signature").asText()));
    }

    private static X509Certificate certificate(byte[] pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    @Test
    void eventsArriveSignedInTheFormatOfEventPublishing() throws Exception {
        try (RecordingServer webhook = new RecordingServer();
                Running running = Running.start(Running.Choice.in(home)
                        .notify(webhook.uri("/webhooks/ses"), 0, Notifier.Confirmation.LEFT_OUT));
                SesV2Client ses = running.ses()) {
            Map<String, String> ids = List.of("success", "bounce+x", "complaint", "suppressionlist").stream()
                    .collect(Collectors.toMap(
                            it -> it,
                            it -> ses.sendEmail(Mails.to(it + "@example.net")
                                            .emailTags(Mails.tag("campaign", "c9"))
                                            .build())
                                    .messageId()));
            running.settled();

            String url = running.origin() + "/SimpleNotificationService-simulator.pem";
            X509Certificate certificate = certificate(running.get("/SimpleNotificationService-simulator.pem")
                    .body()
                    .getBytes(StandardCharsets.US_ASCII));
            certificate.verify(certificate.getPublicKey());
            certificate.checkValidity();
            assertThat(certificate).isEqualTo(certificate(Files.readAllBytes(home.resolve("sns-certificate.pem"))));

            List<RecordingServer.Seen> seen = webhook.seen("/webhooks/ses");
            assertThat(seen).hasSize(5).allSatisfy(it -> {
                JsonNode message = JSON.readTree(it.body());
                assertThat(isGenuine(message, certificate)).isTrue();
                assertThat(message.path("SigningCertURL").asText()).isEqualTo(url);
                assertThat(message.path("TopicArn").asText())
                        .isEqualTo("arn:aws:sns:us-east-1:000000000000:mailblast-events");
                assertThat(it.header("x-amz-sns-message-type")).isEqualTo("Notification");
                assertThat(it.header("x-amz-sns-message-id"))
                        .isEqualTo(message.path("MessageId").asText());
                JsonNode forged = JSON.readTree(it.body().replace("c9", "c8"));
                assertThat(isGenuine(forged, certificate)).isFalse();
            });
            Map<String, JsonNode> events = seen.stream()
                    .map(SnsTest::event)
                    .collect(Collectors.toMap(
                            it -> it.path("eventType").asText() + " "
                                    + it.path("mail")
                                            .path("destination")
                                            .path(0)
                                            .asText(),
                            it -> it));
            JsonNode delivery = events.getOrDefault("Delivery success@example.net", JSON.nullNode());
            assertThat(delivery.path("mail").path("messageId").asText()).isEqualTo(ids.get("success"));
            assertThat(delivery.path("mail")
                            .path("tags")
                            .path("campaign")
                            .path(0)
                            .asText())
                    .isEqualTo("c9");
            assertThat(delivery.path("delivery").path("recipients").path(0).asText())
                    .isEqualTo("success@example.net");
            assertThat(delivery.path("delivery").path("smtpResponse").asText()).startsWith("250");
            JsonNode bounce = events.getOrDefault("Bounce bounce+x@example.net", JSON.nullNode())
                    .path("bounce");
            assertThat(bounce.path("bounceType").asText()).isEqualTo("Permanent");
            assertThat(bounce.path("bounceSubType").asText()).isEqualTo("General");
            assertThat(bounce.path("bouncedRecipients")
                            .path(0)
                            .path("emailAddress")
                            .asText())
                    .isEqualTo("bounce+x@example.net");
            assertThat(bounce.path("bouncedRecipients").path(0).path("status").asText())
                    .isEqualTo("5.1.1");
            assertThat(events.getOrDefault("Bounce suppressionlist@example.net", JSON.nullNode())
                            .path("bounce")
                            .path("bounceSubType")
                            .asText())
                    .isEqualTo("Suppressed");
            assertThat(events).containsKey("Delivery complaint@example.net");
            assertThat(events.getOrDefault("Complaint complaint@example.net", JSON.nullNode())
                            .path("complaint")
                            .path("complaintFeedbackType")
                            .asText())
                    .isEqualTo("abuse");
        }
    }

    private static JsonNode event(RecordingServer.Seen seen) {
        try {
            return JSON.readTree(JSON.readTree(seen.body()).path("Message").asText());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWebhookThatComesUpLateStillGetsEverything() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Running running = Running.start(Running.Choice.in(home)
                        .notify(URI.create("http://127.0.0.1:" + port + "/hook"), 0, Notifier.Confirmation.LEFT_OUT));
                SesV2Client ses = running.ses()) {
            ses.sendEmail(Mails.to("success@example.net").build());
            JsonNode early = running.await(counts -> counts.path("delivered").asInt() == 1);
            assertThat(early.path("idle").asBoolean()).isFalse();

            try (RecordingServer webhook = new RecordingServer(port)) {
                webhook.failNext(2);
                running.settled();

                assertThat(webhook.seen("/hook")).hasSize(1);
            }
        }
    }

    @Test
    void aNotificationCanComeTwiceWithTheSameIdentifier() throws Exception {
        try (RecordingServer webhook = new RecordingServer();
                Running running = Running.start(
                        Running.Choice.in(home).notify(webhook.uri("/hook"), 1, Notifier.Confirmation.LEFT_OUT));
                SesV2Client ses = running.ses()) {
            ses.sendEmail(Mails.to("success@example.net").build());
            running.settled();

            assertThat(webhook.seen("/hook")).hasSize(2);
            assertThat(webhook.seen("/hook").stream()
                            .map(it -> it.header("x-amz-sns-message-id"))
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void aWebhookThatRefusesIsGivenUp() throws Exception {
        try (RecordingServer webhook = new RecordingServer();
                Running running = Running.start(
                        Running.Choice.in(home).notify(webhook.uri("/missing"), 0, Notifier.Confirmation.LEFT_OUT));
                SesV2Client ses = running.ses()) {
            ses.sendEmail(Mails.to("success@example.net").build());

            assertThat(running.settled().path("notifications_given_up").asInt()).isEqualTo(1);
            assertThat(webhook.seen("/missing")).hasSize(5);
        }
    }

    @Test
    void aSubscriptionIsConfirmedOnlyWhenAsked() throws Exception {
        try (RecordingServer webhook = new RecordingServer();
                Running running = Running.start(
                        Running.Choice.in(home).notify(webhook.uri("/hook"), 0, Notifier.Confirmation.SENT))) {
            running.settled();

            JsonNode message = JSON.readTree(webhook.seen("/hook").getFirst().body());
            assertThat(message.path("Type").asText()).isEqualTo("SubscriptionConfirmation");
            assertThat(isGenuine(message, certificate(Files.readAllBytes(home.resolve("sns-certificate.pem")))))
                    .isTrue();
        }
    }

    @Test
    void theKeyIsKeptAndReadableByItsOwnerOnly() throws Exception {
        Running.start(Running.Choice.in(home)).close();
        byte[] first = Files.readAllBytes(home.resolve("sns-certificate.pem"));

        Running.start(Running.Choice.in(home)).close();

        assertThat(Files.readAllBytes(home.resolve("sns-certificate.pem"))).isEqualTo(first);
        assertThat(Files.getPosixFilePermissions(home.resolve("sns-key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
}
