package io.mailblast.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Points of a timeline as `chart.js` draws them.
final class Chart {

    private Chart() {}

    /// @param names of the fields, as the chart says them
    /// @param fields in the order of their colours
    static String of(List<Row> points, Map<String, String> names, List<String> fields) {
        ObjectNode chart = JsonNodeFactory.instance.objectNode();
        ArrayNode times = chart.putArray("times");
        points.forEach(point -> times.add(point.time("start").orElseThrow().getEpochSecond()));
        ArrayNode series = chart.putArray("series");
        for (String field : fields) {
            ObjectNode one = series.addObject().put("name", names.getOrDefault(field, field));
            ArrayNode values = one.putArray("values");
            points.forEach(point -> values.add(point.number(field)));
        }
        return chart.toString();
    }
}
