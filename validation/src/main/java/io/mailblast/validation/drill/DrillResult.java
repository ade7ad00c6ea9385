package io.mailblast.validation.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.plan.Drill;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/// Drills with what they came to, and where their reports are.
final class DrillResult {

    private final double timeScale;
    private final DrillSeries.Platform platform;
    private final Map<DrillOutcome, String> outcomes = new LinkedHashMap<>();

    DrillResult(double timeScale, DrillSeries.Platform platform) {
        this.timeScale = timeScale;
        this.platform = platform;
    }

    /// @param report of its load; empty where there is none
    void add(DrillOutcome outcome, String report) {
        outcomes.put(outcome, report);
    }

    Map<DrillOutcome, String> outcomes() {
        return outcomes;
    }

    double timeScale() {
        return timeScale;
    }

    DrillSeries.Platform platform() {
        return platform;
    }

    /// Whether all were made that could be made, and every one held; with a sabotage, whether every one was turned red
    /// by it.
    boolean isGood() {
        return outcomes.keySet().stream()
                .filter(DrillOutcome::wasMade)
                .allMatch(platform == DrillSeries.Platform.WELL ? DrillOutcome::isGood : DrillResult::isCaught);
    }

    /// Whether anything could be made at all: of nothing there is no verdict.
    boolean isAnyMade() {
        return outcomes.keySet().stream().anyMatch(DrillOutcome::wasMade);
    }

    /// Whether a sabotage turned red what it is about.
    static boolean isCaught(DrillOutcome outcome) {
        return missedBySabotage(outcome).isEmpty();
    }

    /// What should have been red, and was not.
    static Set<String> missedBySabotage(DrillOutcome outcome) {
        Set<String> missed = new TreeSet<>(
                outcome.plan().drill().map(drill -> drill.sabotage().red()).orElse(Set.of()));
        outcome.checks().stream()
                .filter(check -> !check.good())
                .map(Check::name)
                .forEach(missed::remove);
        return missed;
    }

    /// One drill on a line, with what failed below.
    String text(DrillOutcome outcome) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-28s %-8s", outcome.name(), word(outcome)));
        if (!outcome.wasMade()) {
            return text.append(outcome.leftOut()).toString();
        }
        text.append(String.format(
                Locale.ROOT,
                "%d of %d checks; %s; %s; the fault lasted %.1f s",
                outcome.checks().stream().filter(Check::good).count(),
                outcome.checks().size(),
                seconds("detected after", outcome.detectionSeconds(), "no alert is due"),
                seconds("recovered after", outcome.recoverySeconds(), "did not recover"),
                outcome.lastedSeconds()));
        outcome.checks().stream()
                .filter(check -> !check.good())
                .forEach(check ->
                        text.append("\n    ").append(check.name()).append(": ").append(check.detail()));
        return text.toString();
    }

    private String word(DrillOutcome outcome) {
        if (!outcome.wasMade()) {
            return "left out";
        }
        if (platform == DrillSeries.Platform.SABOTAGED) {
            return isCaught(outcome) ? "caught" : "MISSED";
        }
        return outcome.isGood() ? "pass" : "FAIL";
    }

    static String seconds(String before, OptionalDouble seconds, String none) {
        return seconds.isPresent() ? String.format(Locale.ROOT, "%s %.1f s", before, seconds.getAsDouble()) : none;
    }

    /// All of it in a sentence.
    String verdict() {
        long made = outcomes.keySet().stream().filter(DrillOutcome::wasMade).count();
        long left = outcomes.size() - made;
        List<String> bad = new ArrayList<>();
        outcomes.keySet().stream()
                .filter(DrillOutcome::wasMade)
                .filter(each -> platform == DrillSeries.Platform.WELL ? !each.isGood() : !isCaught(each))
                .map(DrillOutcome::name)
                .forEach(bad::add);
        if (made == 0) {
            return "Drills: none could be made here";
        }
        return "Drills: " + made + " made" + (left == 0 ? "" : ", " + left + " left out") + "; "
                + (bad.isEmpty()
                        ? platform == DrillSeries.Platform.WELL
                                ? "every one holds" + (timeScale < 1 ? ", shown in less time" : "")
                                : "every sabotage was caught"
                        : (platform == DrillSeries.Platform.WELL ? "not held: " : "not caught: ")
                                + String.join(", ", bad));
    }

    /// One drill as itself, several as a list of them.
    ObjectNode json(boolean asList) {
        if (!asList && outcomes.size() == 1) {
            return json(outcomes.entrySet().iterator().next());
        }
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("time_scale", timeScale)
                .put("sabotaged", platform == DrillSeries.Platform.SABOTAGED)
                .put("verdict", isAnyMade() && isGood() ? "pass" : "fail");
        ArrayNode drills = json.putArray("drills");
        outcomes.entrySet().forEach(each -> drills.add(json(each)));
        return json;
    }

    private ObjectNode json(Map.Entry<DrillOutcome, String> entry) {
        DrillOutcome outcome = entry.getKey();
        Drill drill = outcome.plan().drill().orElseThrow();
        ObjectNode json = ApiClient.JSON
                .createObjectNode()
                .put("drill", outcome.name())
                .put("verdict", outcome.verdict())
                .put("time_scale", timeScale)
                .put("summary", outcome.plan().summary())
                .put("source", drill.source());
        if (!outcome.wasMade()) {
            json.put("left_out", outcome.leftOut());
        }
        ArrayNode checks = json.putArray("checks");
        outcome.checks()
                .forEach(check -> checks.addObject()
                        .put("name", check.name())
                        .put("verdict", check.good() ? "pass" : "fail")
                        .put("detail", check.detail()));
        ObjectNode alerts = json.putObject("alerts");
        ArrayNode expected = alerts.putArray("expected");
        drill.expected().forEach(expected::add);
        ArrayNode raised = alerts.putArray("raised");
        outcome.raised().forEach(raised::add);
        put(json, "detection_seconds", outcome.detectionSeconds());
        put(json, "recovery_seconds", outcome.recoverySeconds());
        json.put("lasted_seconds", outcome.lastedSeconds());
        outcome.run()
                .ifPresent(run -> json.put("seed", run.seed())
                        .put("started_at", run.startedAt().toString())
                        .put("version", run.version()));
        return json.put(
                "report",
                Optional.of(entry.getValue()).filter(each -> !each.isEmpty()).orElse(null));
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }
}
