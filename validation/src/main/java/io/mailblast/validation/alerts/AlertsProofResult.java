package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the scenarios came to: which alerts were right, missed and wrong.
public final class AlertsProofResult {

    private final double timeScale;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Set<String> untried = new TreeSet<>();
    private String evidence = "";

    AlertsProofResult(double timeScale) {
        this.timeScale = timeScale;
    }

    void definitions(Set<String> names) {
        untried.addAll(names);
    }

    void add(Outcome outcome) {
        outcomes.add(outcome);
        untried.removeAll(outcome.right());
    }

    /// @param folder where everything of the installation was kept
    void evidence(String folder) {
        evidence = folder;
    }

    /// Whether every scenario raised what it had to, and nothing else.
    public boolean isGood() {
        return outcomes.stream().allMatch(Outcome::isGood);
    }

    /// Of the alerts that fired, those that had to; 1 where none fired.
    double precision() {
        long right = count(outcome -> outcome.right().size());
        long wrong = count(outcome -> outcome.wrong().size());
        return right + wrong == 0 ? 1 : (double) right / (right + wrong);
    }

    /// Of the alerts that had to fire, those that did; 1 where none had to.
    double recall() {
        long right = count(outcome -> outcome.right().size());
        long missed = count(outcome -> outcome.missed().size());
        return right + missed == 0 ? 1 : (double) right / (right + missed);
    }

    private long count(java.util.function.ToLongFunction<Outcome> what) {
        return outcomes.stream().mapToLong(what).sum();
    }

    /// One scenario on one line.
    static String line(Outcome outcome) {
        String times = outcome.detectionSeconds().entrySet().stream()
                .map(each -> String.format(Locale.ROOT, "%s after %.1f s", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-20s %-4s %s",
                outcome.scenario().name(),
                outcome.isGood() ? "ok" : "BAD",
                outcome.scenario().what()));
        line.append(times.isEmpty() ? ": nothing" : ": " + times);
        if (!times.isEmpty()) {
            line.append(String.format(Locale.ROOT, "; over %.1f s after its end", outcome.recoverySeconds()));
        }
        if (!outcome.missed().isEmpty()) {
            line.append("; missed: ").append(String.join(", ", outcome.missed()));
        }
        if (!outcome.wrong().isEmpty()) {
            line.append("; wrong: ").append(String.join(", ", outcome.wrong()));
        }
        outcome.complaints().forEach(each -> line.append("; ").append(each));
        return line.toString();
    }

    /// In the form of every proof, with the scenarios beside.
    public ObjectNode json() {
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("guarantee", AlertsProof.NAME)
                .put("seed", 0)
                .put("rounds", outcomes.size())
                .put("faults", count(outcome -> outcome.scenario().expected().isEmpty() ? 0 : 1))
                .put("time_scale", timeScale)
                .put("precision", precision())
                .put("recall", recall());
        ArrayNode violations = json.putArray("violations");
        outcomes.stream()
                .filter(outcome -> !outcome.isGood())
                .map(AlertsProofResult::line)
                .forEach(violations::add);
        ArrayNode scenarios = json.putArray("scenarios");
        for (Outcome outcome : outcomes) {
            ObjectNode scenario =
                    scenarios.addObject().put("name", outcome.scenario().name());
            list(scenario, "expected", outcome.scenario().expected());
            list(scenario, "raised", outcome.raised());
            list(scenario, "missed", outcome.missed());
            list(scenario, "wrong", outcome.wrong());
            ObjectNode detection = scenario.putObject("detection_seconds");
            outcome.detectionSeconds().forEach(detection::put);
            if (Double.isFinite(outcome.recoverySeconds())) {
                scenario.put("recovery_seconds", outcome.recoverySeconds());
            }
        }
        list(json, "not_caused", untried);
        json.put("verdict", isGood() ? "pass" : "fail");
        if (!evidence.isEmpty()) {
            json.put("evidence", evidence);
        }
        return json;
    }

    /// For people.
    public String text() {
        return String.format(
                        Locale.ROOT,
                        "alerts: %d scenarios; precision %.1f%%, recall %.1f%%%n",
                        outcomes.size(),
                        100 * precision(),
                        100 * recall())
                + (untried.isEmpty() ? "" : "Not caused here: " + String.join(", ", untried) + ".\n")
                + (evidence.isEmpty() ? "" : "Everything that was there is kept in " + evidence + "\n")
                + (isGood() ? "holds: every scenario raised what it had to, and nothing else" : "does not hold");
    }

    private static void list(ObjectNode parent, String name, Set<String> values) {
        ArrayNode array = parent.putArray(name);
        values.forEach(array::add);
    }
}
