package io.mailblast.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Json;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;

/// Sends events to PagerDuty's Events API v2: one an alert, `trigger`, `acknowledge` or `resolve`, which PagerDuty
/// joins by `dedup_key`. So an event that was sent twice is one.
///
/// See <https://developer.pagerduty.com/docs/send-alert-event>, and for answers and limits
/// <https://developer.pagerduty.com/docs/events-api-v2-overview>.
final class PagerDutyReceiver implements Receiver {

    private static final int MAX_SUMMARY = 1_024;
    private static final int MAX_KEY = 255;

    private final URI url;
    private final String routingKey;
    private final HttpPost http;

    /// @param routingKey the integration key of a service
    PagerDutyReceiver(URI url, String routingKey, HttpPost http) {
        this.url = url;
        this.routingKey = routingKey;
        this.http = http;
    }

    @Override
    public String name() {
        return Receivers.PAGERDUTY;
    }

    @Override
    public boolean takesAcknowledgements() {
        return true;
    }

    /// An event that fails stops no other, unless nothing answers or we were told to wait. Of the answers the
    /// one that asks for a repeat counts most: it costs nothing.
    @Override
    public Answer tell(Notice notice) throws InterruptedException {
        Answer worst = new Answer.Taken();
        for (Notice.Item item : notice.items()) {
            HttpPost.Reply reply = http.post(url, event(item, notice.console()));
            Answer answer = answer(reply);
            if (answer instanceof Answer.Later || worst instanceof Answer.Taken) {
                worst = answer;
            }
            if (reply instanceof HttpPost.Reply.Nothing
                    || (reply instanceof HttpPost.Reply.Busy(int _, Duration after) && !after.isZero())) {
                return worst;
            }
        }
        return worst;
    }

    private Answer answer(HttpPost.Reply reply) {
        return switch (reply) {
            case HttpPost.Reply.Fine(String body)
            when !isPagerDuty(body) -> new Answer.Later("answered with something else than JSON", Duration.ZERO);
            case HttpPost.Reply.Refused(int status, String body) ->
                new Answer.Never("answered " + status + complaint(body));
            default -> reply.asAnswer();
        };
    }

    /// A page is of a proxy that kept the event to itself.
    private static boolean isPagerDuty(String body) {
        return body.isBlank() || body.strip().startsWith("{");
    }

    private ObjectNode event(Notice.Item item, String console) {
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("routing_key", routingKey);
        event.put("event_action", action(item));
        event.put("dedup_key", key(item.key(), console));
        if (action(item).equals("trigger")) {
            event.put("client", "MailBlast");
            event.put("client_url", console);
            event.set("payload", payload(item, console));
            event.putArray("links").addObject().put("href", console).put("text", "Console");
        }
        return event;
    }

    /// Several installations may tell one service.
    static String key(String key, String console) {
        return Wording.cut(key + "@" + Wording.installation(console), MAX_KEY);
    }

    private static String action(Notice.Item item) {
        if (!item.firing()) {
            return "resolve";
        }
        return item.acknowledgedBy().isPresent() ? "acknowledge" : "trigger";
    }

    private static ObjectNode payload(Notice.Item item, String console) {
        ObjectNode payload = Json.MAPPER.createObjectNode();
        String summary = Wording.oneLine(item.name() + ": " + item.summary());
        payload.put("summary", Wording.cut(summary, MAX_SUMMARY));
        payload.put("source", source(console));
        payload.put("severity", severity(item.severity()));
        payload.put("timestamp", item.firedAt().toString());
        payload.put("component", item.signal());
        payload.put("group", "mailblast");
        payload.put("class", item.name());
        payload.putObject("custom_details")
                .put("expression", item.expression())
                .put("value", item.value())
                .put("runbook", Wording.runbook(item))
                .put("alert", item.id())
                .put("escalated", item.escalated());
        return payload;
    }

    /// The host of the console: which installation it is.
    private static String source(String console) {
        return Optional.ofNullable(URI.create(console).getHost()).orElse(console);
    }

    private static String severity(Severity severity) {
        return switch (severity) {
            case NONE -> "info";
            case WARNING -> "warning";
            case CRITICAL -> "critical";
        };
    }

    /// `{"status": "invalid event", "message": "…", "errors": ["…"]}`, unless it repeats the key.
    private String complaint(String body) {
        StringJoiner words = new StringJoiner("; ", ": ", "").setEmptyValue("");
        try {
            JsonNode json = Json.tree(body);
            json.path("errors").forEach(error -> words.add(error.asText()));
        } catch (JsonProcessingException e) {
            return "";
        }
        String text = Wording.oneLine(words.toString());
        return text.contains(routingKey) ? "" : Wording.cut(text, 200);
    }
}
