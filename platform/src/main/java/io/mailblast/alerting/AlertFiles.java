package io.mailblast.alerting;

import java.util.LinkedHashMap;
import java.util.Map;

/// The alerts in the forms of others: Prometheus rules, their unit tests, and a configuration of Alertmanager.
public final class AlertFiles {

    private static final String RULES = "mailblast-alerts.yml";

    private AlertFiles() {}

    /// Where nobody is on call, whoever configures Alertmanager surely has PagerDuty for that.
    ///
    /// @return contents by file name, as they lie in `deploy/prometheus` and `deploy/alertmanager`
    public static Map<String, String> render(AlertRules rules, AlertingConfig config) {
        Map<String, String> files = new LinkedHashMap<>();
        String onCall = Receivers.onCall(config).isEmpty() ? Receivers.PAGERDUTY : Receivers.onCall(config);
        files.put("prometheus/" + RULES, PrometheusRules.render(rules, onCall));
        files.put("prometheus/mailblast-alerts.test.yml", PrometheusRuleTests.render(rules, onCall, RULES));
        files.put("alertmanager/alertmanager.yml", AlertmanagerConfig.render(config.groupWait(), config.repeatEvery()));
        return files;
    }
}
