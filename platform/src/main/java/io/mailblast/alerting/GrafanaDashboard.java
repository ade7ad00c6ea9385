package io.mailblast.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.alerting.GrafanaPanels.Dashboard;
import io.mailblast.alerting.GrafanaPanels.Panel;
import io.mailblast.alerting.GrafanaPanels.Query;
import io.mailblast.http.Json;
import java.util.List;
import java.util.Optional;

/// A dashboard as Grafana's JSON, with the limits of the alerts drawn into the charts of their signals.
///
/// See <https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/>.
final class GrafanaDashboard {

    private static final int COLUMNS = 24;
    private static final int WIDTH = 6;
    private static final int HEIGHT = 7;

    /// That of the JSON model of Grafana 9 to 12, which later ones read.
    private static final int SCHEMA = 39;

    private final AlertRules rules;
    private int nextId = 1;
    private int y;

    private GrafanaDashboard(AlertRules rules) {
        this.rules = rules;
    }

    static String render(Dashboard dashboard, AlertRules rules) {
        return new GrafanaDashboard(rules).json(dashboard);
    }

    private String json(Dashboard dashboard) {
        ObjectNode root = Json.MAPPER
                .createObjectNode()
                .put("uid", dashboard.uid())
                .put("title", dashboard.title())
                .put("description", "Made by ./mailblast alerts export; changes here are lost.")
                .put("schemaVersion", SCHEMA)
                .put("editable", false)
                .put("refresh", "10s")
                .put("timezone", "browser");
        root.putArray("tags").add("mailblast");
        root.putObject("time").put("from", "now-3h").put("to", "now");
        ObjectNode variable = root.putObject("templating").putArray("list").addObject();
        variable.put("name", "datasource")
                .put("type", "datasource")
                .put("query", "prometheus")
                .put("label", "Source");
        ArrayNode panels = root.putArray("panels");
        for (GrafanaPanels.Row row : dashboard.rows()) {
            ObjectNode head = panels.addObject()
                    .put("id", nextId++)
                    .put("type", "row")
                    .put("title", row.title())
                    .put("collapsed", false);
            place(head, 0, COLUMNS, 1);
            y++;
            for (int number = 0; number < row.panels().size(); number++) {
                int column = number % (COLUMNS / WIDTH);
                if (number > 0 && column == 0) {
                    y += HEIGHT;
                }
                ObjectNode panel = panel(panels.addObject(), row.panels().get(number));
                place(panel, column * WIDTH, WIDTH, HEIGHT);
            }
            y += HEIGHT;
        }
        try {
            return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private void place(ObjectNode panel, int x, int width, int height) {
        panel.putObject("gridPos").put("x", x).put("y", y).put("w", width).put("h", height);
    }

    private ObjectNode panel(ObjectNode node, Panel panel) {
        node.put("id", nextId++).put("type", "timeseries").put("title", panel.title());
        source(node);
        panel.signal().ifPresent(signal -> node.put("description", signal.description()));
        ArrayNode targets = node.putArray("targets");
        char letter = 'A';
        for (Query query : panel.queries()) {
            ObjectNode target = targets.addObject().put("refId", String.valueOf(letter++));
            source(target);
            target.put("expr", query.promql())
                    .put("legendFormat", query.legend().isEmpty() ? panel.title() : query.legend());
        }
        ObjectNode defaults =
                node.putObject("fieldConfig").putObject("defaults").put("unit", panel.unit());
        ObjectNode custom = defaults.putObject("custom")
                .put("lineWidth", 1)
                .put("fillOpacity", 8)
                .put("showPoints", "never");
        panel.signal()
                .ifPresent(signal -> limits(
                        defaults,
                        custom,
                        rules.rules().stream()
                                .filter(rule -> rule.signal() == signal)
                                .toList()));
        node.putObject("options").putObject("legend").put("displayMode", "list").put("placement", "bottom");
        return node;
    }

    private static void source(ObjectNode node) {
        node.putObject("datasource").put("type", "prometheus").put("uid", "${datasource}");
    }

    /// What is beyond a limit has its colour.
    private static void limits(ObjectNode defaults, ObjectNode custom, List<AlertRule> rules) {
        if (rules.isEmpty()) {
            return;
        }
        custom.putObject("thresholdsStyle").put("mode", "line");
        boolean below = rules.getFirst().comparison() == AlertRule.Comparison.BELOW;
        ArrayNode steps =
                defaults.putObject("thresholds").put("mode", "absolute").putArray("steps");
        step(steps, Optional.empty(), below ? worst(rules) : "green");
        rules.stream()
                .sorted((one, other) -> Double.compare(one.threshold(), other.threshold()))
                .forEach(rule -> step(steps, Optional.of(rule.threshold()), colour(rule, rules, below)));
    }

    /// Above a limit of a floor it is as the next higher limit says.
    private static String colour(AlertRule rule, List<AlertRule> rules, boolean below) {
        if (!below) {
            return colour(rule.severity());
        }
        return rules.stream()
                .filter(other -> other.threshold() > rule.threshold())
                .findFirst()
                .map(other -> colour(other.severity()))
                .orElse("green");
    }

    private static String worst(List<AlertRule> rules) {
        return rules.stream().anyMatch(rule -> rule.severity() == Severity.CRITICAL) ? "red" : "orange";
    }

    private static String colour(Severity severity) {
        return severity == Severity.CRITICAL ? "red" : severity == Severity.WARNING ? "orange" : "green";
    }

    private static void step(ArrayNode steps, Optional<Double> from, String colour) {
        ObjectNode step = steps.addObject();
        from.ifPresentOrElse(value -> step.put("value", value), () -> step.putNull("value"));
        step.put("color", colour);
    }
}
