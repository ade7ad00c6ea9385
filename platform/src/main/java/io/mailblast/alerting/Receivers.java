package io.mailblast.alerting;

import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Whom a rule can name, and those who are told, as configured.
final class Receivers {

    static final String EMAIL = "email";
    static final String SLACK = "slack";
    static final String PAGERDUTY = "pagerduty";
    static final String WEBHOOK = "webhook";

    /// Which is told all alerts, and which no rule names.
    static final String ALERTMANAGER = "alertmanager";

    static final Set<String> NAMES = Set.of(EMAIL, SLACK, PAGERDUTY, WEBHOOK);

    private Receivers() {}

    /// Those whose keys are set. Opens no connection yet, and needs no closing: the JDK's client ends its
    /// thread once nobody holds it.
    static List<Receiver> open(AlertingConfig config) {
        InstantSource clock = InstantSource.system();
        HttpPost http = new HttpPost(HttpPost.TIMEOUT, clock);
        List<Receiver> all = new ArrayList<>();
        if (!config.emailTo().isEmpty()) {
            all.add(new EmailReceiver(config, EmailReceiver.TIMEOUT, clock));
        }
        if (!config.slackUrl().isEmpty()) {
            all.add(new SlackReceiver(URI.create(config.slackUrl()), http));
        }
        if (!config.pagerdutyKey().isEmpty()) {
            all.add(new PagerDutyReceiver(URI.create(config.pagerdutyUrl()), config.pagerdutyKey(), http));
        }
        if (!config.webhookUrl().isEmpty()) {
            all.add(new WebhookReceiver(URI.create(config.webhookUrl()), config.webhookToken(), http));
        }
        if (!config.alertmanagerUrl().isEmpty()) {
            all.add(new AlertmanagerReceiver(config.alertmanagerUrl(), http, clock));
        }
        return List.copyOf(all);
    }

    /// The receiver of critical alerts, and of warnings that nobody has acknowledged in time, by name; empty
    /// where nobody is on call.
    static String onCall(AlertingConfig config) {
        if (!config.onCall().isEmpty()) {
            return config.onCall();
        } else if (!config.pagerdutyKey().isEmpty()) {
            return PAGERDUTY;
        }
        return config.emailTo().isEmpty() ? "" : EMAIL;
    }
}
