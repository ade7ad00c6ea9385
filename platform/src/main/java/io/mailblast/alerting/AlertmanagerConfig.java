package io.mailblast.alerting;

import java.time.Duration;
import java.util.List;

/// A configuration of Alertmanager that tells whom the built-in evaluator would tell: one route for each
/// receiver, by the labels that the exported rules carry; a critical alert silences warnings of its signal;
/// addresses and secrets are read from files, so that the configuration holds none.
///
/// See <https://prometheus.io/docs/alerting/latest/configuration/>.
final class AlertmanagerConfig {

    private static final String SECRETS = "/etc/alertmanager/secrets/";

    private AlertmanagerConfig() {}

    static String render(Duration groupWait, Duration repeat) {
        StringBuilder out = new StringBuilder();
        out.append("""
                # Made by ./mailblast alerts export; changes here are lost. Put the secrets into the files that are named,
                # and your own addresses under global, email_configs and webhook_configs.
                global:
                  smtp_smarthost: localhost:25
                  smtp_from: mailblast@example.org
                route:
                  receiver: nobody
                  group_by: [alertname, installation]
                """);
        out.append("  group_wait: ").append(Durations.format(groupWait)).append('\n');
        out.append("  repeat_interval: ").append(Durations.format(repeat)).append('\n');
        out.append("  routes:\n");
        for (String receiver : List.of(Receivers.EMAIL, Receivers.SLACK, Receivers.PAGERDUTY, Receivers.WEBHOOK)) {
            out.append("    - receiver: ").append(receiver).append('\n');
            out.append("      matchers: ['notify_").append(receiver).append("=\"true\"']\n");
            out.append("      continue: true\n");
        }
        out.append("""
                inhibit_rules:
                  - source_matchers: ['severity="critical"']
                    target_matchers: ['severity="warning"']
                    equal: [signal, installation]
                receivers:
                  - name: nobody
                  - name: email
                    email_configs:
                      - to: operators@example.org
                        send_resolved: true
                  - name: slack
                    slack_configs:
                      - api_url_file: %1$sslack_url
                        send_resolved: true
                        title: '{{ .CommonLabels.alertname }}'
                        text: '{{ range .Alerts }}{{ .Annotations.summary }} ({{ .Annotations.runbook }}){{ "\\n" }}{{ end }}'
                  - name: pagerduty
                    pagerduty_configs:
                      - routing_key_file: %1$spagerduty_key
                        send_resolved: true
                        severity: '{{ .CommonLabels.severity }}'
                  - name: webhook
                    webhook_configs:
                      - url: http://localhost:5001/
                        send_resolved: true
                """.formatted(SECRETS));
        return out.toString();
    }
}
