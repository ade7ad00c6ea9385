package io.mailblast.alerting;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Json;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /webhooks/pagerduty`: who acknowledges an incident in PagerDuty has the alert here too. Believed when it is
/// signed with the secret of the webhook's subscription. Other events, and incidents that are not of this installation,
/// say nothing here; they are answered alike, since PagerDuty repeats what is not answered with a 2xx.
///
/// See <https://developer.pagerduty.com/docs/webhooks-overview> and, for the signature,
/// <https://developer.pagerduty.com/docs/verifying-webhook-signatures>.
final class PagerDutyWebhook implements Feature {

    private static final Logger LOG = LoggerFactory.getLogger(PagerDutyWebhook.class);
    private static final int MAX_BYTES = 256 << 10;
    private static final int MAX_NAME = 100;
    private static final String ALGORITHM = "HmacSHA256";

    private final Incidents incidents;
    private final AlertingConfig config;
    private final String console;
    private final InstantSource clock;

    /// @param console by which an installation knows its own incidents
    PagerDutyWebhook(Incidents incidents, AlertingConfig config, String console, InstantSource clock) {
        this.incidents = incidents;
        this.config = config;
        this.console = console;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/webhooks/pagerduty", "takePagerDutyEvents")
                .tag("webhooks")
                .summary("Events of PagerDuty: an acknowledgement there is one here")
                .access(Access.PUBLIC)
                .consumes("application/json")
                .answers(200)
                .problems(403)
                .handle(this::take));
    }

    private Answer take(Call call) throws IOException {
        byte[] body = call.bytes(MAX_BYTES);
        String signatures = call.header("X-PagerDuty-Signature").orElse("");
        if (config.pagerdutyWebhookSecret().isEmpty() || !isSigned(body, signatures)) {
            throw Problem.of(403, "not-believed", "This message is not believed", "The signature does not verify.")
                    .asException();
        }
        JsonNode event = parsed(body).path("event");
        if (event.path("event_type").asText().equals("incident.acknowledged")) {
            acknowledge(event);
        }
        return new Answer(200, Map.of(), new Answer.Empty());
    }

    private void acknowledge(JsonNode event) {
        String key = event.at("/data/incident_key").asText();
        String name = Wording.oneLine(event.at("/agent/summary").asText());
        String by = name.isEmpty() ? "PagerDuty" : Wording.cut(name, MAX_NAME) + " (PagerDuty)";
        incidents.open().stream()
                .map(Incident::rule)
                .filter(rule -> PagerDutyReceiver.key(Watch.key(rule), console).equals(key))
                .filter(rule -> incidents.acknowledge(rule, by, clock.instant()))
                .forEach(rule -> LOG.info("alert=acknowledged name=\"{}\" by=pagerduty", rule));
    }

    /// One of those that the header holds, `v1=…,v1=…`: while a secret is replaced there are two.
    private boolean isSigned(byte[] body, String signatures) {
        byte[] expected = ("v1=" + HexFormat.of().formatHex(signature(body))).getBytes(StandardCharsets.US_ASCII);
        return Arrays.stream(signatures.split(",", 16))
                .anyMatch(each -> MessageDigest.isEqual(each.strip().getBytes(StandardCharsets.US_ASCII), expected));
    }

    private byte[] signature(byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(config.pagerdutyWebhookSecret().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return Json.tree(body);
        } catch (IOException e) {
            throw Problem.badInput("", "must be JSON").asException();
        }
    }
}
