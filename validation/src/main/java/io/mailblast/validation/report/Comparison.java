package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Two runs of one plan, by their `result.json`.
///
/// @param differences of all KPIs that both measured
/// @param doubts why the two may not be comparable
public record Comparison(List<Difference> differences, List<String> doubts) {

    /// Less than this is no difference, whatever chance says.
    private static final double SMALL = 0.10;

    /// Without an interval nobody knows what chance does.
    private static final double LARGE = 0.25;

    /// A KPI that was then and is now.
    public record Difference(String id, String name, String unit, double before, double now, Kind kind) {

        /// By how much it changed, as people read it.
        public String change() {
            if (before == now) {
                return "±0%";
            }
            return before == 0 ? "from 0" : String.format(Locale.ROOT, "%+.0f%%", (now / before - 1) * 100);
        }
    }

    /// What a difference means.
    public enum Kind {
        SAME,
        BETTER,
        REGRESSION
    }

    public List<Difference> regressions() {
        return differences.stream().filter(each -> each.kind == Kind.REGRESSION).toList();
    }

    /// @param before the run that was accepted
    public static Comparison of(JsonNode before, JsonNode now) {
        List<String> doubts = new ArrayList<>();
        differs(before, now, "plan", "they are of different plans", doubts);
        differs(before, now, "time_scale", "they ran with different time scales", doubts);
        differs(before.path("machine"), now.path("machine"), "cpu", "they ran on different machines", doubts);
        differs(before.path("machine"), now.path("machine"), "cores", "they had different numbers of cores", doubts);
        if (!History.engine(before).equals(History.engine(now))) {
            doubts.add("different engines asked (" + History.engine(before) + ", " + History.engine(now) + ")");
        }
        List<Difference> differences = new ArrayList<>();
        for (JsonNode kpi : now.path("kpis")) {
            for (JsonNode then : before.path("kpis")) {
                if (then.path("id").equals(kpi.path("id")) && isMeasured(then) && isMeasured(kpi)) {
                    differences.add(difference(then, kpi));
                }
            }
        }
        return new Comparison(differences, doubts);
    }

    private static void differs(JsonNode before, JsonNode now, String field, String words, List<String> doubts) {
        if (!before.path(field).equals(now.path(field))) {
            doubts.add(words + " (" + before.path(field).asText() + ", "
                    + now.path(field).asText() + ")");
        }
    }

    private static boolean isMeasured(JsonNode kpi) {
        return !kpi.path("verdict").asText().equals("not_measured")
                && kpi.path("actual").isNumber();
    }

    private static Difference difference(JsonNode then, JsonNode kpi) {
        double before = then.path("actual").asDouble();
        double now = kpi.path("actual").asDouble();
        boolean lowIsGood = kpi.path("target").asText().matches("[<≤].*");
        boolean worse = lowIsGood ? now > before : now < before;
        boolean failsNow = then.path("verdict").asText().equals("pass")
                && kpi.path("verdict").asText().equals("fail");
        boolean real = failsNow || isReal(then, kpi, before, now);
        Kind kind = !real ? Kind.SAME : worse ? Kind.REGRESSION : Kind.BETTER;
        return new Difference(
                kpi.path("id").asText(),
                kpi.path("name").asText(),
                kpi.path("unit").asText(),
                before,
                now,
                kind);
    }

    private static boolean isReal(JsonNode then, JsonNode kpi, double before, double now) {
        double least = Math.min(Math.abs(before), Math.abs(now));
        double apart = least == 0 ? (before == now ? 0 : Double.MAX_VALUE) : Math.abs(now - before) / least;
        JsonNode one = then.path("interval");
        JsonNode other = kpi.path("interval");
        if (one.size() == 2 && other.size() == 2) {
            boolean meet = one.get(0).asDouble() <= other.get(1).asDouble()
                    && other.get(0).asDouble() <= one.get(1).asDouble();
            return !meet && apart > SMALL;
        }
        return apart > LARGE;
    }
}
