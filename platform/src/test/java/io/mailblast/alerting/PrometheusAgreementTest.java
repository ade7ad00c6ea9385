package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mailblast.alerting.AlertRule.Comparison;
import io.mailblast.monitoring.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same 4,800 histories of signals, judged by [Alert#next] and by a real Prometheus (`promtool test
/// rules`): the same is pending and firing at every evaluation. Skipped, with a word, where promtool is not
/// installed.
class PrometheusAgreementTest {

    /// Of each rule, which has a signal of its own.
    private static final int HISTORIES = 200;
    private static final int STEPS = 60;
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final Instant EPOCH = Instant.EPOCH;
    private static final double THRESHOLD = 10;

    @TempDir
    Path folder;

    @Test
    void whatIsPendingAndFiringIsTheSameAtEveryEvaluation() throws Exception {
        assumeInstalled("promtool", "prometheus");
        long seed = Long.getLong("mailblast.alerts.seed", System.nanoTime());
        System.out.println("PrometheusAgreementTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Iterator<Signal> signals = List.of(Signal.values()).iterator();
        List<AlertRule> rules = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            for (int hold : new int[] {0, 1, 2, 5}) {
                for (int keep : new int[] {0, 1, 3}) {
                    rules.add(rule(signals.next(), comparison, hold, keep));
                }
            }
        }
        double[][][] histories = new double[rules.size()][HISTORIES][];
        for (double[][] ofOneRule : histories) {
            Arrays.setAll(ofOneRule, i -> history(random.split()));
        }
        Files.writeString(folder.resolve("rules.yml"), PrometheusRules.render(new AlertRules(rules), ""));
        Files.writeString(folder.resolve("test.yml"), test(rules, histories));

        Outcome outcome =
                run("promtool", "test", "rules", folder.resolve("test.yml").toString());

        assertThat(outcome.code()).as(outcome.shortened()).isZero();
    }

    @Test
    void theExportedRoutingIsGood() throws Exception {
        assumeInstalled("amtool", "prometheus-alertmanager");
        export();

        Outcome check = run(
                "amtool",
                "check-config",
                folder.resolve("alertmanager/alertmanager.yml").toString());

        assertThat(check.code()).as(check.shortened()).isZero();
    }

    @Test
    void theExportedRulesAndTheirTestsAreGood() throws Exception {
        assumeInstalled("promtool", "prometheus");
        export();

        Outcome check = run(
                "promtool",
                "check",
                "rules",
                folder.resolve("prometheus/mailblast-alerts.yml").toString());
        Outcome test = run(
                "promtool",
                "test",
                "rules",
                folder.resolve("prometheus/mailblast-alerts.test.yml").toString());

        assertThat(check.code()).as(check.shortened()).isZero();
        assertThat(test.code()).as(test.shortened()).isZero();
    }

    private void export() throws IOException {
        Map<String, String> files = AlertFiles.render(AlertRules.shipped(), AlertingConfig.DEFAULTS);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.getValue());
        }
    }

    /// Stays, flaps about the threshold, lies on it, goes away: in runs of random length.
    private static double[] history(SplittableRandom random) {
        double[] values = new double[STEPS];
        int at = 0;
        while (at < STEPS) {
            int length = 1 + random.nextInt(1 + random.nextInt(12));
            int kind = random.nextInt(5);
            for (int i = 0; i < length && at < STEPS; i++, at++) {
                values[at] = switch (kind) {
                    case 0 -> THRESHOLD - 1;
                    case 1 -> THRESHOLD + 1;
                    case 2 -> THRESHOLD;
                    case 3 -> Double.NaN;
                    default -> THRESHOLD + random.nextInt(3) - 1;
                };
            }
        }
        return values;
    }

    private static String test(List<AlertRule> rules, double[][][] histories) {
        StringBuilder out = new StringBuilder("rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n");
        out.append("  - interval: 1m\n    input_series:\n");
        for (int i = 0; i < histories.length; i++) {
            series(out, rules.get(i), histories[i]);
        }
        out.append("    promql_expr_test:\n");
        for (int i = 0; i < histories.length; i++) {
            expectations(out, rules.get(i), histories[i]);
        }
        return out.toString();
    }

    private static void series(StringBuilder out, AlertRule rule, double[][] histories) {
        for (int i = 0; i < histories.length; i++) {
            out.append("      - series: '")
                    .append(rule.signal().metric())
                    .append("{h=\"")
                    .append(i)
                    .append("\"}'\n        values: '");
            for (double value : histories[i]) {
                out.append(Double.isNaN(value) ? "stale" : Double.toString(value))
                        .append(' ');
            }
            out.append("'\n");
        }
    }

    private static void expectations(StringBuilder out, AlertRule rule, double[][] histories) {
        @Nullable Alert[] alerts = new @Nullable Alert[histories.length];
        for (int step = 0; step < STEPS; step++) {
            Map<Integer, String> expected = new TreeMap<>();
            for (int i = 0; i < histories.length; i++) {
                alerts[i] = Alert.next(rule, alerts[i], histories[i][step], EPOCH.plus(STEP.multipliedBy(step)));
                Alert alert = alerts[i];
                if (alert != null && alert.phase() != Alert.Phase.RESOLVED) {
                    expected.put(i, alert.phase().name().toLowerCase(Locale.ROOT));
                }
            }
            out.append("      - expr: 'ALERTS{alertname=\"").append(rule.name()).append("\"}'\n");
            out.append("        eval_time: ").append(step).append("m\n        exp_samples:\n");
            expected.forEach((i, state) -> out.append("          - labels: 'ALERTS{alertname=\"")
                    .append(rule.name())
                    .append("\",alertstate=\"")
                    .append(state)
                    .append("\",h=\"")
                    .append(i)
                    .append("\",severity=\"warning\",signal=\"")
                    .append(rule.signal().spelling())
                    .append("\"}'\n            value: 1\n"));
        }
    }

    private static AlertRule rule(Signal signal, Comparison comparison, int holdMinutes, int keepMinutes) {
        return new AlertRule(
                "on " + signal.spelling(),
                signal,
                comparison,
                THRESHOLD,
                Duration.ofMinutes(holdMinutes),
                Duration.ofMinutes(keepMinutes),
                Severity.WARNING,
                List.of(),
                "trouble",
                "{value} mails",
                1);
    }

    private record Outcome(int code, String output) {

        String shortened() {
            return output.substring(0, Math.min(output.length(), 4_000));
        }
    }

    private static void assumeInstalled(String tool, String debian) throws InterruptedException {
        boolean there;
        try {
            there = run(tool, "--version").code() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeThat(there).as("%s is not installed (Debian: %s)", tool, debian).isTrue();
    }

    private static Outcome run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
