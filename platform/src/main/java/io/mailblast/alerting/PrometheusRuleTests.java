package io.mailblast.alerting;

import java.time.Duration;
import java.util.Collections;
import java.util.StringJoiner;

/// Unit tests of the exported rules, for `promtool test rules`: for each alert a signal that stays good, goes bad, and
/// recovers; it must not fire a minute before its time, must fire at it with its labels, and be gone afterwards.
///
/// See <https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/>.
final class PrometheusRuleTests {

    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int GOOD = 3;
    private static final int BAD_BEYOND = 3;

    private PrometheusRuleTests() {}

    /// @param onCall the receiver of what is critical
    /// @param ruleFile as the test finds it
    static String render(AlertRules rules, String onCall, String ruleFile) {
        StringBuilder out = new StringBuilder();
        out.append("# Made from alerts.yaml by ./mailblast alerts export; changes here are lost.\n");
        out.append("rule_files: [").append(ruleFile).append("]\n");
        out.append("evaluation_interval: ").append(Durations.format(STEP)).append('\n');
        out.append("tests:\n");
        rules.rules().forEach(rule -> test(out, rule, onCall));
        return out.toString();
    }

    private static void test(StringBuilder out, AlertRule rule, String onCall) {
        long holdSteps = Math.ceilDiv(rule.hold().toMillis(), STEP.toMillis());
        long keepSteps = Math.ceilDiv(rule.keepFiring().toMillis(), STEP.toMillis());
        long bad = holdSteps + BAD_BEYOND;
        long firing = GOOD + holdSteps;
        long gone = GOOD + bad + keepSteps;
        out.append("  - interval: ").append(Durations.format(STEP)).append('\n');
        out.append("    input_series:\n");
        out.append("      - series: ").append(rule.signal().metric()).append('\n');
        out.append("        values: \"")
                .append(repeated(beside(rule, -1), GOOD))
                .append(' ')
                .append(repeated(beside(rule, 1), bad))
                .append(' ')
                .append(repeated(beside(rule, -1), keepSteps + 2))
                .append("\"\n");
        out.append("    promql_expr_test:\n");
        expectation(out, rule, onCall, firing - 1, false);
        expectation(out, rule, onCall, firing, true);
        expectation(out, rule, onCall, gone, false);
    }

    /// By `ALERTS`, because a test of alerts wants the templates of their words worked out too.
    private static void expectation(StringBuilder out, AlertRule rule, String onCall, long step, boolean fires) {
        String alerts = "ALERTS{alertname=" + PrometheusRules.quoted(rule.name()) + ",alertstate=\"firing\"}";
        out.append("      - eval_time: ")
                .append(Durations.format(STEP.multipliedBy(step)))
                .append('\n');
        out.append("        expr: ").append(PrometheusRules.quoted(alerts)).append('\n');
        if (fires) {
            out.append("        exp_samples:\n          - value: 1\n            labels: ")
                    .append(PrometheusRules.quoted(labels(rule, onCall)))
                    .append('\n');
        }
    }

    private static String labels(AlertRule rule, String onCall) {
        StringJoiner labels = new StringJoiner(",", "ALERTS{", "}");
        labels.add("alertname=" + PrometheusRules.quoted(rule.name()));
        labels.add("alertstate=\"firing\"");
        labels.add("severity=\"" + rule.severity().spelling() + "\"");
        labels.add("signal=\"" + rule.signal().spelling() + "\"");
        rule.told(onCall).forEach(receiver -> labels.add("notify_" + receiver + "=\"true\""));
        return labels.toString();
    }

    /// A value on the good side of the threshold, or on the bad one: a tenth of it away.
    private static double beside(AlertRule rule, int bad) {
        double distance = Math.max(Math.abs(rule.threshold()) / 10, 1e-6);
        return rule.threshold() + (rule.comparison() == AlertRule.Comparison.ABOVE ? bad : -bad) * distance;
    }

    private static String repeated(double value, long times) {
        return String.join(" ", Collections.nCopies((int) times, Double.toString(value)));
    }
}
