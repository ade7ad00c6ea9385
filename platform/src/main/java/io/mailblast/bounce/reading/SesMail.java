package io.mailblast.bounce.reading;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailblast.bounce.reading.MailParts.Part;
import io.mailblast.bounce.reading.RecipientReader.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Reads notifications of Amazon SES that SNS sends by mail, as JSON in the text (Amazon SES Developer Guide, "Amazon
/// SNS notification contents").
final class SesMail {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_RECIPIENTS = 100;

    private SesMail() {}

    static List<BouncedRecipient> read(MailParts parts, Function<Told, BouncedRecipient> judge) {
        for (Part part : parts.parts()) {
            String text = part.text().strip();
            if (part.depth() == 0 && text.startsWith("{") && text.contains("notificationType")) {
                return read(text, judge);
            }
        }
        return List.of();
    }

    private static List<BouncedRecipient> read(String text, Function<Told, BouncedRecipient> judge) {
        JsonNode root;
        try {
            // A mail folds lines in the middle of a value.
            root = MAPPER.readTree(text.replaceAll("[\\r\\n]+", ""));
        } catch (JsonProcessingException e) {
            return List.of();
        }
        if (root.path("Message").isTextual()) {
            return read(root.path("Message").textValue(), judge);
        }
        List<BouncedRecipient> recipients = new ArrayList<>();
        switch (root.path("notificationType").asText("")) {
            case "Bounce" ->
                root.path("bounce")
                        .path("bouncedRecipients")
                        .forEach(node -> recipients.add(judge.apply(bounced(node))));
            case "Complaint" ->
                root.path("complaint")
                        .path("complainedRecipients")
                        .forEach(node -> recipients.add(new BouncedRecipient(
                                node.path("emailAddress").asText(""),
                                "",
                                Reason.FEEDBACK,
                                Kind.COMPLAINT,
                                "SES complaint")));
            case "Delivery" -> {
                String said = root.path("delivery").path("smtpResponse").asText("");
                root.path("delivery")
                        .path("recipients")
                        .forEach(node -> recipients.add(new BouncedRecipient(
                                node.asText(""),
                                EnhancedStatus.of(said).text(),
                                Reason.DELIVERED,
                                Kind.DELIVERED,
                                said)));
            }
            default -> {}
        }
        return recipients.size() > MAX_RECIPIENTS ? recipients.subList(0, MAX_RECIPIENTS) : recipients;
    }

    private static Told bounced(JsonNode node) {
        String said = node.path("diagnosticCode").asText("");
        int semicolon = said.indexOf(';');
        return new Told(
                node.path("emailAddress").asText(""),
                EnhancedStatus.of(node.path("status").asText("")),
                semicolon > 0 && semicolon < 20 ? said.substring(semicolon + 1).strip() : said,
                "",
                "",
                node.path("action").asText("").toLowerCase(Locale.ROOT),
                semicolon > 0 && semicolon < 20 ? said.substring(0, semicolon).toLowerCase(Locale.ROOT) : "",
                "",
                "");
    }
}
