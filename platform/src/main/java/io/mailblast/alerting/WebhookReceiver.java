package io.mailblast.alerting;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Json;
import java.net.URI;
import java.time.Instant;

/// Posts a notice as JSON to whatever an operator has:
///
/// ```json
/// {"version": 1, "console": "https://mail.example.org", "alerts": [{
///   "id": "…", "key": "…", "name": "Worker Crash", "status": "firing", "severity": "critical",
///   "summary": "…", "expression": "workers_missing > 0", "value": "1", "runbook": "worker-crash",
///   "fired_at": "2026-03-01T10:00:00Z", "resolved_at": null, "acknowledged_by": null, "escalated": false}]}
/// ```
///
/// A report comes as `{"version": 1, "console": …, "report": {…}}`, in the form of `GET /reports/{period}`.
///
/// Any 2xx takes it. Fields may be added; `version` changes when one changes its meaning.
final class WebhookReceiver implements Receiver {

    private final URI url;
    private final String token;
    private final HttpPost http;

    /// @param token for `Authorization: Bearer`; empty for none
    WebhookReceiver(URI url, String token, HttpPost http) {
        this.url = url;
        this.token = token;
        this.http = http;
    }

    @Override
    public String name() {
        return Receivers.WEBHOOK;
    }

    @Override
    public Answer tell(Notice notice) throws InterruptedException {
        return http.post(url, body(notice), token).asAnswer();
    }

    @Override
    public Answer tell(Digest digest) throws InterruptedException {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("version", 1).put("console", digest.console()).set("report", digest.data());
        return http.post(url, body, token).asAnswer();
    }

    private static ObjectNode body(Notice notice) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("version", 1).put("console", notice.console());
        ArrayNode alerts = body.putArray("alerts");
        for (Notice.Item item : notice.items()) {
            alerts.addObject()
                    .put("id", item.id())
                    .put("key", item.key())
                    .put("name", item.name())
                    .put("status", item.firing() ? "firing" : "resolved")
                    .put("severity", item.severity().spelling())
                    .put("summary", item.summary())
                    .put("expression", item.expression())
                    .put("value", item.value())
                    .put("runbook", item.runbook())
                    .put("fired_at", item.firedAt().toString())
                    .put("resolved_at", item.resolvedAt().map(Instant::toString).orElse(null))
                    .put("acknowledged_by", item.acknowledgedBy().orElse(null))
                    .put("escalated", item.escalated());
        }
        return body;
    }
}
