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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One entry of `kpis`.
final class KpiEntry {

    private static final int MOST_SAMPLES = 10_000_000;
    private static final Pattern ID = Pattern.compile("[a-z0-9]+([-.][a-z0-9]+)*");
    private static final Set<String> KEYS = Stream.concat(
                    Stream.of(
                            "id",
                            "name",
                            "source",
                            "measure",
                            "samples",
                            "required",
                            "abort_on_fail",
                            "scales",
                            "tags",
                            "during"),
                    Comparison.keys().stream())
            .collect(java.util.stream.Collectors.toUnmodifiableSet());

    private KpiEntry() {}

    static Kpi parse(YamlNode node, Set<String> phases) {
        Keys keys = node.keys(KEYS);
        YamlNode id = keys.get("id");
        if (!ID.matcher(id.text()).matches()) {
            throw id.error("'" + id.text() + "' is no id; write small letters, digits, hyphens and dots");
        }
        Measure measure = Measure.parse(keys.get("measure"));
        Target target = target(keys, measure);
        boolean required = keys.find("required").map(KpiEntry::flag).orElse(false);
        return new Kpi(
                id.text(),
                keys.line("name", 120),
                keys.has("source") ? keys.line("source", 60) : "",
                measure,
                target,
                keys.find("samples")
                        .map(samples -> PlanFile.whole(samples, 1, MOST_SAMPLES))
                        .orElse(measure.samplesNeeded(target.value())),
                required ? Need.REQUIRED : Need.OPTIONAL,
                keys.find("abort_on_fail").map(KpiEntry::flag).orElse(false) ? OnFailure.ABORT : OnFailure.GO_ON,
                scaling(keys, measure),
                tags(keys),
                during(keys, phases));
    }

    private static Target target(Keys keys, Measure measure) {
        List<Comparison> said = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            if (keys.has(comparison.key())) {
                said.add(comparison);
            }
        }
        if (said.size() != 1) {
            throw keys.at()
                    .error("say one of " + String.join(", ", Comparison.keys()) + ", with "
                            + measure.unit().example());
        }
        Comparison comparison = said.getFirst();
        return new Target(
                comparison, PlanFile.quantity(keys.get(comparison.key()), measure.unit(), 0, Double.MAX_VALUE));
    }

    private static Scaling scaling(Keys keys, Measure measure) {
        if (!keys.has("scales")) {
            return Scaling.FIXED;
        }
        YamlNode node = keys.get("scales");
        if (flag(node) && measure.unit() != Unit.SECONDS) {
            throw node.error("only a target in seconds can shrink with the run");
        }
        return flag(node) ? Scaling.WITH_TIME : Scaling.FIXED;
    }

    private static Set<String> tags(Keys keys) {
        Set<String> tags = new HashSet<>();
        keys.list("tags").forEach(each -> tags.add(each.text()));
        return Set.copyOf(tags);
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

    private static boolean flag(YamlNode node) {
        return switch (node.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw node.error("'" + node.text() + "' is neither true nor false");
        };
    }
}
