package io.mailblast.alerting;

import io.mailblast.alerting.GrafanaPanels.Dashboard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The alerts in the forms of others: Prometheus rules, their unit tests, a configuration of Alertmanager, and
/// dashboards
/// of Grafana with what it needs to find them.
public final class AlertFiles {

    private static final String RULES = "mailblast-alerts.yml";

    private static final String PROMETHEUS = """
            # Made by ./mailblast alerts export; changes here are lost.
            global:
              scrape_interval: 10s
              evaluation_interval: 10s
            rule_files: [mailblast-alerts.yml]
            alerting:
              alertmanagers:
                - static_configs:
                    - targets: [127.0.0.1:9093]
            scrape_configs:
              - job_name: mailblast
                # Not from the same machine? Then with monitoring.metrics_token:
                # authorization: {credentials_file: /etc/prometheus/mailblast-token}
                static_configs:
                  - targets: [127.0.0.1:8080]
                    labels: {role: api}
                  # Its port is monitoring.worker_port, which must be set for this.
                  - targets: [127.0.0.1:8081]
                    labels: {role: worker}
            """;

    private static final String DATA_SOURCE = """
            # Made by ./mailblast alerts export; changes here are lost.
            apiVersion: 1
            datasources:
              - name: Prometheus
                uid: mailblast-prometheus
                type: prometheus
                access: proxy
                url: http://127.0.0.1:9090
            """;

    private static final String PROVIDER = """
            # Made by ./mailblast alerts export; changes here are lost.
            apiVersion: 1
            providers:
              - name: mailblast
                folder: MailBlast
                type: file
                options:
                  path: /var/lib/grafana/dashboards
            """;

    private AlertFiles() {}

    /// Where nobody is on call, whoever configures Alertmanager surely has PagerDuty for that.
    ///
    /// @return contents by file name, as they lie in `deploy`
    public static Map<String, String> render(AlertRules rules, AlertingConfig config) {
        Map<String, String> files = new LinkedHashMap<>();
        String onCall = Receivers.onCall(config).isEmpty() ? Receivers.PAGERDUTY : Receivers.onCall(config);
        files.put("prometheus/" + RULES, PrometheusRules.render(rules, onCall));
        files.put("prometheus/mailblast-alerts.test.yml", PrometheusRuleTests.render(rules, onCall, RULES));
        files.put("alertmanager/alertmanager.yml", AlertmanagerConfig.render(config.groupWait(), config.repeatEvery()));
        files.put("prometheus/prometheus.yml", PROMETHEUS);
        files.put("grafana/provisioning/datasources/mailblast.yml", DATA_SOURCE);
        files.put("grafana/provisioning/dashboards/mailblast.yml", PROVIDER);
        for (Dashboard each : List.of(GrafanaPanels.INSTALLATION, GrafanaPanels.PROCESSES)) {
            files.put("grafana/dashboards/" + each.uid() + ".json", GrafanaDashboard.render(each, rules));
        }
        return files;
    }
}
