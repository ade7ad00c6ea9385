package io.mailblast.validation.plan;

import io.mailblast.validation.plan.YamlNode.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The part of a plan that makes it a drill.
final class DrillEntry {

    private static final Set<String> KEYS =
            Set.of("source", "fault", "lasts", "alerts", "allowed", "detected", "recovered", "sabotage");
    private static final Set<String> SABOTAGE = Set.of("what", "settings", "without_alerts", "database", "red");
    private static final double LONGEST_S = 24 * 3_600;
    private static final Duration DETECTED = Duration.ofSeconds(15);
    private static final Duration RECOVERED = Duration.ofSeconds(30);

    private DrillEntry() {}

    static Drill parse(YamlNode node) {
        Keys keys = node.keys(KEYS);
        Set<String> expected = names(keys, "alerts");
        Set<String> allowed = names(keys, "allowed");
        expected.stream().filter(allowed::contains).findFirst().ifPresent(name -> {
            throw keys.get("allowed").error("'" + name + "' is among 'alerts' already");
        });
        return new Drill(
                keys.line("source", 60),
                keys.line("fault", 60),
                keys.find("lasts").map(DrillEntry::duration).orElse(Duration.ZERO),
                expected,
                allowed,
                keys.find("detected").map(DrillEntry::duration).orElse(DETECTED),
                keys.find("recovered").map(DrillEntry::duration).orElse(RECOVERED),
                sabotage(keys.get("sabotage")));
    }

    private static Drill.Sabotage sabotage(YamlNode node) {
        Keys keys = node.keys(SABOTAGE);
        Map<String, String> settings =
                keys.find("settings").map(PlanFile::settings).orElse(Map.of());
        Set<String> disabled = names(keys, "without_alerts");
        Optional<Drill.Statements> database = keys.find("database").map(DrillEntry::statements);
        if (settings.isEmpty() && disabled.isEmpty() && database.isEmpty()) {
            throw node.error("a sabotage has 'settings', 'without_alerts' or 'database', or it sabotages nothing");
        }
        Set<String> red = names(keys, "red");
        if (red.isEmpty()) {
            throw node.error("'red' is missing here: which check must fail");
        }
        return new Drill.Sabotage(keys.line("what", 200), settings, disabled, database, red);
    }

    private static Drill.Statements statements(YamlNode node) {
        Keys keys = node.keys(Set.of("broken", "mended"));
        return new Drill.Statements(keys.line("broken", 500), keys.line("mended", 500));
    }

    private static Set<String> names(Keys keys, String key) {
        Set<String> names = new TreeSet<>();
        keys.list(key).forEach(each -> names.add(each.text()));
        return names;
    }

    private static Duration duration(YamlNode node) {
        return Duration.ofNanos((long) (PlanFile.quantity(node, Unit.SECONDS, 0, LONGEST_S) * 1e9));
    }

    /// What every drill must come to, beside what it says itself.
    static List<Kpi> kpis(Drill drill) {
        return List.of(
                kpi(
                        "recovery",
                        "All is as before",
                        new Measure.Recovery(Set.of(Endpoint.values())),
                        drill.recovered().toMillis() / 1e3,
                        Set.of(Drill.FAULT)),
                kpi("integrity", "Numbers that do not agree", new Measure.AtTheEnd(Fact.DISAGREEMENTS), 0, Set.of()));
    }

    private static Kpi kpi(String id, String name, Measure measure, double atMost, Set<String> during) {
        return new Kpi(
                id,
                name,
                "strategy 7",
                measure,
                new Target(Target.Comparison.AT_MOST, atMost),
                1,
                Kpi.Need.REQUIRED,
                Kpi.OnFailure.GO_ON,
                Kpi.Scaling.FIXED,
                Set.of(),
                during);
    }
}
