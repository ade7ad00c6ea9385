package io.mailblast.validation.plan;

import io.mailblast.validation.plan.Kpi.Need;
import io.mailblast.validation.plan.Kpi.OnFailure;
import io.mailblast.validation.plan.Kpi.Scaling;
import io.mailblast.validation.plan.Target.Comparison;
import io.mailblast.validation.plan.YamlNode.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `endpoints`: the table of one endpoint's numbers in a line, short for a KPI each. `required` names the
/// columns without which the run cannot pass.
final class EndpointTable {

    private static final Set<String> COLUMNS =
            Set.of("p50", "p95", "p99", "max", "errors", "required", "during", "source");

    private EndpointTable() {}

    static List<Kpi> kpis(YamlNode table, Set<String> phases) {
        List<Kpi> kpis = new ArrayList<>();
        table.entries().forEach((name, row) -> {
            Set<Endpoint> of = Endpoint.named(name.text())
                    .orElseThrow(() ->
                            name.error("there is no endpoint '" + name.text() + "'; there are " + Endpoint.names()));
            String route = of.size() == 1 ? of.iterator().next().route() : name.text();
            Keys keys = row.keys(COLUMNS);
            Set<String> required = new HashSet<>();
            keys.list("required").forEach(each -> {
                if (!keys.has(each.text()) || each.text().equals("required")) {
                    throw each.error("'" + each.text() + "' is not a number of this endpoint");
                }
                required.add(each.text());
            });
            Set<String> during = during(keys, phases);
            String source = keys.has("source") ? keys.line("source", 60) : "";
            for (String column : List.of("p50", "p95", "p99", "max", "errors")) {
                keys.find(column).ifPresent(node -> {
                    Measure measure = measure(column, of);
                    double value = PlanFile.quantity(node, measure.unit(), 0, 86_400_000);
                    kpis.add(new Kpi(
                            name.text() + "." + column,
                            route + ", " + (column.equals("max") ? "slowest" : column),
                            source,
                            measure,
                            new Target(Comparison.BELOW, value),
                            measure.samplesNeeded(value),
                            required.contains(column) ? Need.REQUIRED : Need.OPTIONAL,
                            OnFailure.GO_ON,
                            Scaling.FIXED,
                            Set.of(),
                            during));
                });
            }
        });
        return kpis;
    }

    private static Set<String> during(Keys keys, Set<String> phases) {
        Set<String> during = new HashSet<>();
        for (YamlNode each : keys.list("during")) {
            if (!phases.contains(each.text())) {
                throw each.error("there is no phase '" + each.text() + "'; there are "
                        + String.join(", ", new java.util.TreeSet<>(phases)));
            }
            during.add(each.text());
        }
        return Set.copyOf(during);
    }

    private static Measure measure(String column, Set<Endpoint> of) {
        return switch (column) {
            case "max" -> new Measure.Latency(100, of);
            case "errors" -> new Measure.Errors(of);
            default -> new Measure.Latency(Double.parseDouble(column.substring(1)), of);
        };
    }
}
