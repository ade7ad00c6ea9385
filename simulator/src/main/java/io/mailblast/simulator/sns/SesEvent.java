package io.mailblast.simulator.sns;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mailblast.simulator.mail.Addresses;
import io.mailblast.simulator.record.AcceptedMail;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What SES publishes about a mail, in the format of event publishing with a configuration set
/// (SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS").
public sealed interface SesEvent {

    /// Why a mail came back.
    enum BounceKind {
        NO_SUCH_MAILBOX("General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
        SUPPRESSED(
                "Suppressed",
                "5.1.1",
                "Amazon SES has suppressed sending to this address because it has a recent"
                        + " history of bouncing as an invalid address."),
        ON_ACCOUNT_SUPPRESSION_LIST(
                "OnAccountSuppressionList",
                "5.1.1",
                "Amazon SES did not send the message to this"
                        + " address because it is on the suppression list for your account.");

        private final String subType;
        private final String status;
        private final String diagnostic;

        BounceKind(String subType, String status, String diagnostic) {
            this.subType = subType;
            this.status = status;
            this.diagnostic = diagnostic;
        }
    }

    AcceptedMail mail();

    Instant at();

    /// The recipient's server took the mail.
    record Delivery(AcceptedMail mail, Instant at) implements SesEvent {}

    /// The mail came back, for good.
    record Bounce(AcceptedMail mail, Instant at, BounceKind kind) implements SesEvent {}

    /// The recipient called it spam.
    record Complaint(AcceptedMail mail, Instant at) implements SesEvent {}

    /// The event as SES writes it.
    default String toJson() {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator json = Format.JSON.createGenerator(text)) {
            json.writeStartObject();
            switch (this) {
                case Delivery delivery -> Format.delivery(json, delivery);
                case Bounce bounce -> Format.bounce(json, bounce);
                case Complaint complaint -> Format.complaint(json, complaint);
            }
            Format.mail(json, mail());
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    /// How each part is written.
    final class Format {

        private static final JsonFactory JSON = new JsonFactory();
        private static final String MTA = "a8-53.smtp-out.amazonses.com";

        private Format() {}

        private static void delivery(JsonGenerator json, Delivery event) throws IOException {
            json.writeStringField("eventType", "Delivery");
            json.writeObjectFieldStart("delivery");
            json.writeStringField("timestamp", event.at().toString());
            json.writeNumberField(
                    "processingTimeMillis",
                    Math.max(
                            0,
                            Duration.between(event.mail().acceptedAt(), event.at())
                                    .toMillis()));
            strings(json, "recipients", List.of(event.mail().recipient()));
            json.writeStringField("smtpResponse", "250 2.6.0 Message received");
            json.writeStringField("reportingMTA", MTA);
            json.writeEndObject();
        }

        private static void bounce(JsonGenerator json, Bounce event) throws IOException {
            json.writeStringField("eventType", "Bounce");
            json.writeObjectFieldStart("bounce");
            json.writeStringField("bounceType", "Permanent");
            json.writeStringField("bounceSubType", event.kind().subType);
            json.writeArrayFieldStart("bouncedRecipients");
            json.writeStartObject();
            json.writeStringField("emailAddress", event.mail().recipient());
            json.writeStringField("action", "failed");
            json.writeStringField("status", event.kind().status);
            json.writeStringField("diagnosticCode", event.kind().diagnostic);
            json.writeEndObject();
            json.writeEndArray();
            json.writeStringField("timestamp", event.at().toString());
            json.writeStringField("feedbackId", feedbackId(event));
            json.writeStringField("reportingMTA", "dns; " + MTA);
            json.writeEndObject();
        }

        private static void complaint(JsonGenerator json, Complaint event) throws IOException {
            json.writeStringField("eventType", "Complaint");
            json.writeObjectFieldStart("complaint");
            json.writeArrayFieldStart("complainedRecipients");
            json.writeStartObject();
            json.writeStringField("emailAddress", event.mail().recipient());
            json.writeEndObject();
            json.writeEndArray();
            json.writeStringField("timestamp", event.at().toString());
            json.writeStringField("feedbackId", feedbackId(event));
            json.writeStringField("userAgent", "Amazon SES Mailbox Simulator");
            json.writeStringField("complaintFeedbackType", "abuse");
            json.writeStringField("arrivalDate", event.at().toString());
            json.writeEndObject();
        }

        private static String feedbackId(SesEvent event) {
            UUID id = UUID.nameUUIDFromBytes((event.mail().messageId()
                            + event.mail().recipient()
                            + event.getClass().getSimpleName())
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return event.mail().messageId().substring(0, 16) + "-" + id + "-000000";
        }

        private static void mail(JsonGenerator json, AcceptedMail mail) throws IOException {
            String sender = Addresses.bare(mail.from()).orElse(mail.from());
            json.writeObjectFieldStart("mail");
            json.writeStringField("timestamp", mail.acceptedAt().toString());
            json.writeStringField("source", mail.from());
            json.writeStringField(
                    "sourceArn", "arn:aws:ses:" + Topic.REGION + ":" + Topic.ACCOUNT + ":identity/" + sender);
            json.writeStringField("sendingAccountId", Topic.ACCOUNT);
            json.writeStringField("messageId", mail.messageId());
            strings(json, "destination", mail.destination());
            json.writeBooleanField("headersTruncated", false);
            json.writeArrayFieldStart("headers");
            header(json, "From", mail.from());
            header(json, "To", String.join(", ", mail.destination()));
            header(json, "Subject", mail.subject());
            json.writeEndArray();
            json.writeObjectFieldStart("commonHeaders");
            strings(json, "from", List.of(mail.from()));
            strings(json, "to", mail.destination());
            json.writeStringField("messageId", mail.messageId());
            json.writeStringField("subject", mail.subject());
            json.writeEndObject();
            json.writeObjectFieldStart("tags");
            strings(json, "ses:from-domain", List.of(Addresses.domain(sender)));
            strings(json, "ses:caller-identity", List.of("simulator"));
            for (Map.Entry<String, String> tag : mail.tags().entrySet()) {
                strings(json, tag.getKey(), List.of(tag.getValue()));
            }
            json.writeEndObject();
            json.writeEndObject();
        }

        private static void header(JsonGenerator json, String name, String value) throws IOException {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeStringField("value", value);
            json.writeEndObject();
        }

        private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }
}
