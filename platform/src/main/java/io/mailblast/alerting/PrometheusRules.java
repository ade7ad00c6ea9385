package io.mailblast.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.http.Json;

/// The alerts as a rule file of Prometheus: the same comparisons over the gauges that MailBlast exports, with the same
/// durations, labels and words.
///
/// See <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/>.
final class PrometheusRules {

    private static final String RUNBOOKS = "docs/runbooks/";

    private PrometheusRules() {}

    /// @param onCall the receiver of what is critical
    static String render(AlertRules rules, String onCall) {
        StringBuilder out = new StringBuilder();
        out.append("# Made from alerts.yaml by ./mailblast alerts export; changes here are lost.\n");
        out.append("groups:\n  - name: mailblast\n    rules:\n");
        for (AlertRule rule : rules.rules()) {
            out.append("      - alert: ").append(quoted(rule.name())).append('\n');
            out.append("        expr: ").append(quoted(rule.promql())).append('\n');
            if (!rule.hold().isZero()) {
                out.append("        for: ")
                        .append(Durations.format(rule.hold()))
                        .append('\n');
            }
            if (!rule.keepFiring().isZero()) {
                out.append("        keep_firing_for: ")
                        .append(Durations.format(rule.keepFiring()))
                        .append('\n');
            }
            out.append("        labels:\n");
            out.append("          severity: ")
                    .append(rule.severity().spelling())
                    .append('\n');
            out.append("          signal: ").append(rule.signal().spelling()).append('\n');
            for (String receiver : rule.told(onCall)) {
                out.append("          notify_").append(receiver).append(": \"true\"\n");
            }
            out.append("        annotations:\n");
            out.append("          summary: ").append(quoted(summary(rule))).append('\n');
            out.append("          runbook: ")
                    .append(quoted(RUNBOOKS + rule.runbook() + ".md"))
                    .append('\n');
        }
        return out.toString();
    }

    /// `{value}` as a template of Prometheus that reads much the same.
    static String summary(AlertRule rule) {
        String template = switch (rule.signal().unit()) {
            case SECONDS -> "{{ $value | humanizeDuration }}";
            case RATIO -> "{{ $value | humanizePercentage }}";
            case BYTES -> "{{ $value | humanize }}B";
            case COUNT -> "{{ $value | printf \"%.0f\" }}";
            case PER_SECOND -> "{{ $value | printf \"%.0f\" }}/s";
            case PER_MINUTE -> "{{ $value | printf \"%.0f\" }}/min";
        };
        return rule.summary().replace("{value}", template);
    }

    /// JSON strings are YAML strings.
    static String quoted(String text) {
        try {
            return Json.MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a string is always JSON", e);
        }
    }
}
