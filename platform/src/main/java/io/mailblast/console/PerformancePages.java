package io.mailblast.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How the installation did: which targets were met, how everything went, what runs out when, what went wrong,
/// and which statements are slow; for operators.
final class PerformancePages implements Feature {

    private static final List<String> PERIODS = List.of("daily", "weekly", "monthly");

    private final Door door;

    PerformancePages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        return List.of(door.page("/console/performance", PerformancePages::show, "period"));
    }

    private static Answer show(Visit visit) throws Exception {
        SystemPages.requireOperator(visit);
        String period = PERIODS.contains(visit.query("period")) ? visit.query("period") : "daily";
        Row report = new Row(visit.ask("getReport").parameter("period", period).data());
        Map<String, Object> values = new HashMap<>();
        values.put("report", report);
        values.put("period", period);
        values.put("periods", PERIODS);
        values.put(
                "plots",
                report.rows("trends").stream()
                        .filter(trend -> !trend.rows("points").isEmpty())
                        .map(PerformancePages::plot)
                        .toList());
        values.put("slow", Row.all(visit.ask("listSlowStatements").data()));
        return visit.page("performance", visit.shell("Performance", "performance"), values);
    }

    /// A chart with its words.
    ///
    /// @param chart as `chart.js` draws it
    record Plot(String title, String unit, String chart) {}

    private static Plot plot(Row trend) {
        Unit unit = Unit.of(trend.text("unit"));
        ObjectNode chart = JsonNodeFactory.instance.objectNode();
        ArrayNode times = chart.putArray("times");
        ArrayNode means = JsonNodeFactory.instance.arrayNode();
        ArrayNode most = JsonNodeFactory.instance.arrayNode();
        for (Row point : trend.rows("points")) {
            times.add(point.time("at").orElseThrow().getEpochSecond());
            means.add(rounded(point.decimal("mean") * unit.factor));
            most.add(rounded(point.decimal("most") * unit.factor));
        }
        ArrayNode series = chart.putArray("series");
        series.addObject().put("name", "Mean").set("values", means);
        series.addObject().put("name", "Highest").set("values", most);
        return new Plot(trend.text("title"), unit.words, chart.toString());
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /// Base units as people like them.
    private enum Unit {
        SECONDS(1_000, "milliseconds"),
        RATIO(100, "per cent"),
        BYTES(1e-6, "MB"),
        COUNT(1, ""),
        PER_SECOND(1, "a second"),
        PER_MINUTE(1, "a minute");

        private final double factor;
        private final String words;

        Unit(double factor, String words) {
            this.factor = factor;
            this.words = words;
        }

        static Unit of(String spelling) {
            return valueOf(spelling.toUpperCase(Locale.ROOT));
        }
    }

    /// A value in its base unit; a dash for none.
    static String value(Row row, String name, String unit) {
        return row.has(name) ? value(row.decimal(name), unit) : "–";
    }

    private static String value(double value, String unit) {
        return switch (Unit.of(unit)) {
            case SECONDS -> String.format(Locale.ENGLISH, value < 1 ? "%.1f ms" : "%,.0f ms", value * 1_000);
            case RATIO -> Words.percent(value);
            case BYTES -> Words.bytes(Math.round(value));
            case COUNT -> Words.count(Math.round(value));
            case PER_SECOND -> String.format(Locale.ENGLISH, "%,.1f/s", value);
            case PER_MINUTE -> String.format(Locale.ENGLISH, "%,.0f/min", value);
        };
    }

    /// How long after its firing something came; a dash where it did not.
    static String after(Row incident, String name) {
        return incident.time(name)
                .map(at -> Words.duration(Math.max(
                        0,
                        Duration.between(incident.time("fired_at").orElseThrow(), at)
                                .toSeconds())))
                .orElse("–");
    }
}
