package io.mailblast.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What Amazon SNS posts to an HTTP endpoint (Amazon SNS Developer Guide, "Parsing Amazon SNS message formats").
///
/// @param type one of [#NOTIFICATION], [#SUBSCRIPTION], [#UNSUBSCRIPTION]
/// @param message what was published
/// @param subscribeUrl of a confirmation, else empty
/// @param version `1` (SHA-1) or `2` (SHA-256)
/// @param signed the bytes that the signature is over
record SnsMessage(
        String type,
        String messageId,
        String topicArn,
        String message,
        String subscribeUrl,
        String signingCertUrl,
        String version,
        byte[] signature,
        byte[] signed) {

    static final String NOTIFICATION = "Notification";
    static final String SUBSCRIPTION = "SubscriptionConfirmation";
    static final String UNSUBSCRIPTION = "UnsubscribeConfirmation";

    /// SNS sends at most 256 KB; in JSON its quotes are escaped, and the envelope goes around it.
    static final int MAX_BYTES = 640 << 10;

    private static final int MAX_FIELD = 4_096;

    /// In the order in which they are signed: by name.
    private static final List<String> SIGNED_NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");

    private static final List<String> SIGNED_CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    /// The body is no SNS message; the message says why.
    static final class MalformedMessageException extends Exception {
        MalformedMessageException(String message) {
            super(message, null, false, false);
        }
    }

    static SnsMessage parse(byte[] body) throws MalformedMessageException {
        JsonNode root;
        try {
            root = Json.tree(body);
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("The body is not well-formed JSON.");
        } catch (IOException e) {
            throw new MalformedMessageException("The body is not well-formed.");
        }
        if (root == null || !root.isObject()) {
            throw new MalformedMessageException("The body must be a JSON object.");
        }
        String type = required(root, "Type");
        boolean notification = type.equals(NOTIFICATION);
        if (!notification && !type.equals(SUBSCRIPTION) && !type.equals(UNSUBSCRIPTION)) {
            throw new MalformedMessageException("Type is none that SNS sends.");
        }
        String version = required(root, "SignatureVersion");
        if (!version.equals("1") && !version.equals("2")) {
            throw new MalformedMessageException("SignatureVersion must be 1 or 2.");
        }
        Map<String, String> fields = new TreeMap<>();
        for (String name : notification ? SIGNED_NOTIFICATION : SIGNED_CONFIRMATION) {
            if (name.equals("Subject")) {
                if (root.hasNonNull(name)) {
                    fields.put(name, required(root, name));
                }
            } else {
                fields.put(name, required(root, name));
            }
        }
        return new SnsMessage(
                type,
                fields.getOrDefault("MessageId", ""),
                fields.getOrDefault("TopicArn", ""),
                fields.getOrDefault("Message", ""),
                fields.getOrDefault("SubscribeURL", ""),
                required(root, "SigningCertURL"),
                version,
                base64(required(root, "Signature")),
                signed(fields));
    }

    private static byte[] signed(Map<String, String> fields) {
        StringBuilder signed = new StringBuilder();
        fields.forEach(
                (name, value) -> signed.append(name).append('\n').append(value).append('\n'));
        return signed.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] base64(String text) throws MalformedMessageException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("Signature is not base64.");
        }
    }

    private static String required(JsonNode root, String name) throws MalformedMessageException {
        JsonNode value = root.get(name);
        if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
            throw new MalformedMessageException(name + " is missing or no text.");
        }
        if (value.textValue().length() > MAX_FIELD && !name.equals("Message")) {
            throw new MalformedMessageException(name + " is too long.");
        }
        return value.textValue();
    }
}
