package io.mailblast.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.event.Event;
import io.mailblast.event.ProviderFact;
import io.mailblast.http.Json;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What SES publishes about a message (Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to
/// Amazon SNS"): both the event records of a configuration set (`eventType`) and the feedback notifications of an
/// identity (`notificationType`).
final class SesNotification {

    /// The tag that says which message it is: its tracking identifier.
    static final String TAG = "mailblast-message";

    private static final int MAX_RECIPIENTS = 50;
    private static final int DIGEST_BYTES = 16;

    private final MessageIdCodec identifiers;

    SesNotification(MessageIdCodec identifiers) {
        this.identifiers = identifiers;
    }

    /// @return an event for each recipient, or nothing for what is none of ours, or none that counts
    List<Event> events(String text, Instant now) {
        JsonNode root;
        try {
            root = Json.tree(text);
        } catch (JsonProcessingException e) {
            // SES tells a new topic in plain words that it may publish to it.
            return List.of();
        }
        JsonNode mail = root.path("mail");
        Optional<MessageId> message = message(mail);
        String providerId = mail.path("messageId").asText("");
        if (message.isEmpty() || providerId.isEmpty() || message.get().has(MessageId.TEST)) {
            return List.of();
        }
        Instant sentAt = time(mail.path("timestamp"), now);
        String type =
                root.path("eventType").asText(root.path("notificationType").asText(""));
        JsonNode of = root.path(type.toLowerCase(Locale.ROOT));
        Instant at = time(of.path("timestamp"), now);
        List<Event> events = new ArrayList<>();
        for (JsonNode recipient : recipients(type, of)) {
            String address = recipient.isTextual()
                    ? recipient.textValue()
                    : recipient.path("emailAddress").asText("");
            if (!address.isBlank() && events.size() < MAX_RECIPIENTS) {
                ProviderFact fact = new ProviderFact(providerId, digest(providerId, address), sentAt);
                events.add(event(type, of, recipient, message.get(), at, fact));
            }
        }
        return events;
    }

    private Optional<MessageId> message(JsonNode mail) {
        JsonNode tag = mail.path("tags").path(TAG).path(0);
        return tag.isTextual() ? Optional.ofNullable(identifiers.read(tag.textValue())) : Optional.empty();
    }

    private static Iterable<JsonNode> recipients(String type, JsonNode of) {
        return switch (type) {
            case "Delivery" -> of.path("recipients");
            case "Bounce" -> of.path("bouncedRecipients");
            case "Complaint" -> of.path("complainedRecipients");
            default -> List.of();
        };
    }

    private static Event event(
            String type, JsonNode of, JsonNode recipient, MessageId message, Instant at, ProviderFact fact) {
        return switch (type) {
            case "Bounce" -> {
                String detail = bounceDetail(of, recipient);
                // Only what SES calls permanent is: of an undetermined one nobody knows.
                yield of.path("bounceType").asText("").equals("Permanent")
                        ? Event.hardBounce(message, at, detail, fact)
                        : Event.softBounce(message, at, detail, fact);
            }
            case "Complaint" ->
                Event.complained(message, at, of.path("complaintFeedbackType").asText(""), fact);
            default -> Event.delivered(message, at, fact);
        };
    }

    private static String bounceDetail(JsonNode of, JsonNode recipient) {
        String said = recipient.path("diagnosticCode").asText("");
        String kind = of.path("bounceType").asText("") + "/"
                + of.path("bounceSubType").asText("");
        String status = recipient.path("status").asText("");
        return (kind + " " + status + " " + said).strip();
    }

    private static Instant time(JsonNode value, Instant otherwise) {
        if (!value.isTextual()) {
            return otherwise;
        }
        try {
            return OffsetDateTime.parse(value.textValue()).toInstant();
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    /// The address is needed only to tell recipients of one message apart, so the log and the table need not have it.
    private static String digest(String providerId, String address) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((providerId + "\n" + address.strip().toLowerCase(Locale.ROOT))
                            .getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
