package io.mailblast.simulator.sns;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// A signed message as SNS posts it (SNS developer guide, "HTTP/HTTPS notification JSON format" and "Verifying the
/// signatures of Amazon SNS messages").
///
/// @param type `Notification` or `SubscriptionConfirmation`
record SnsMessage(String type, String messageId, byte[] body) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String SUBJECT = "Amazon SES Email Event Notification";

    /// @param origin where the simulator answers, `http://HOST:PORT`
    static SnsMessage notification(String text, Instant now, String origin, SigningKey key) {
        String id = UUID.randomUUID().toString();
        Map<String, String> signed = new LinkedHashMap<>();
        signed.put("Message", text);
        signed.put("MessageId", id);
        signed.put("Subject", SUBJECT);
        signed.put("Timestamp", timestamp(now));
        signed.put("TopicArn", Topic.ARN);
        signed.put("Type", "Notification");
        return signed("Notification", id, signed, Map.of("UnsubscribeURL", link(origin, "Unsubscribe")), origin, key);
    }

    static SnsMessage confirmation(Instant now, String origin, SigningKey key) {
        String id = UUID.randomUUID().toString();
        Map<String, String> signed = new LinkedHashMap<>();
        signed.put(
                "Message",
                "You have chosen to subscribe to the topic " + Topic.ARN + ".\nTo confirm the subscription,"
                        + " visit the SubscribeURL included in this message.");
        signed.put("MessageId", id);
        signed.put("SubscribeURL", link(origin, "ConfirmSubscription"));
        signed.put("Timestamp", timestamp(now));
        signed.put("Token", UUID.randomUUID().toString().replace("-", ""));
        signed.put("TopicArn", Topic.ARN);
        signed.put("Type", "SubscriptionConfirmation");
        return signed("SubscriptionConfirmation", id, signed, Map.of(), origin, key);
    }

    /// The signature covers the fields in byte order of their names, each name and value on a line of its own.
    private static SnsMessage signed(
            String type,
            String id,
            Map<String, String> fields,
            Map<String, String> unsigned,
            String origin,
            SigningKey key) {
        StringBuilder text = new StringBuilder(2048);
        fields.forEach(
                (name, value) -> text.append(name).append('\n').append(value).append('\n'));
        ByteArrayOutputStream body = new ByteArrayOutputStream(3072);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("Type", type);
            for (Map.Entry<String, String> field : fields.entrySet()) {
                if (!field.getKey().equals("Type")) {
                    json.writeStringField(field.getKey(), field.getValue());
                }
            }
            json.writeStringField("SignatureVersion", "2");
            json.writeStringField("Signature", key.sign(text.toString()));
            json.writeStringField("SigningCertURL", origin + Topic.CERTIFICATE_PATH);
            for (Map.Entry<String, String> field : unsigned.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        return new SnsMessage(type, id, body.toByteArray());
    }

    private static String timestamp(Instant now) {
        return now.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String link(String origin, String action) {
        return origin + "/?Action=" + action + "&SubscriptionArn=" + Topic.ARN + ":simulator";
    }
}
