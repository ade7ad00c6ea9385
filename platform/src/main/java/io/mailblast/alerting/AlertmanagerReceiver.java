package io.mailblast.alerting;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Json;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Pushes alerts to an Alertmanager that is there already, with the labels and annotations of the exported
/// rules, so that its routes and silences hold whoever evaluates.
///
/// An Alertmanager forgets what it is not told again: what fires is told every [#RESEND_EVERY]. Should MailBlast die,
/// it ends after four times that, as with Prometheus (`rules/manager.go`).
///
/// See <https://prometheus.io/docs/alerting/latest/alerts_api/>.
final class AlertmanagerReceiver implements Receiver {

    private static final Duration RESEND_EVERY = Duration.ofMinutes(1);

    private static final Duration ENDS_AFTER = RESEND_EVERY.multipliedBy(4);

    private final URI url;
    private final HttpPost http;
    private final InstantSource clock;

    /// @param url without `/api/v2/alerts`
    AlertmanagerReceiver(String url, HttpPost http, InstantSource clock) {
        this.url = URI.create(url + "/api/v2/alerts");
        this.http = http;
        this.clock = clock;
    }

    @Override
    public String name() {
        return Receivers.ALERTMANAGER;
    }

    @Override
    public Optional<Duration> forgetsUnlessToldEvery() {
        return Optional.of(RESEND_EVERY);
    }

    @Override
    public Answer tell(Notice notice) throws InterruptedException {
        return http.post(url, alerts(notice)).asAnswer();
    }

    private ArrayNode alerts(Notice notice) {
        ArrayNode alerts = Json.MAPPER.createArrayNode();
        for (Notice.Item item : notice.items()) {
            ObjectNode alert = alerts.addObject();
            ObjectNode labels = alert.putObject("labels")
                    .put("alertname", item.name())
                    .put("severity", item.severity().spelling())
                    .put("signal", item.signal())
                    .put("installation", Wording.installation(notice.console()));
            item.receivers().forEach(receiver -> labels.put("notify_" + receiver, "true"));
            alert.putObject("annotations")
                    .put("summary", item.summary())
                    .put("runbook", Wording.runbook(item))
                    .put("value", item.value());
            alert.put("startsAt", item.firedAt().toString());
            alert.put(
                    "endsAt",
                    item.resolvedAt()
                            .orElseGet(() -> clock.instant().plus(ENDS_AFTER))
                            .toString());
            alert.put("generatorURL", notice.console());
        }
        return alerts;
    }
}
