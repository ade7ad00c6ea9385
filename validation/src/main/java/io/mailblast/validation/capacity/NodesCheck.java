package io.mailblast.validation.capacity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What so many nodes are reckoned to do, beside what they did in a run of the plan `scalability`. A worker waits for
/// its provider or computes. Of tracking nodes several do as many times what one did: an event's cost is that of whole
/// cores, and with a small share of one, at whose every begin the caches are cold, it is another.
///
/// @param source of the measured numbers
/// @param costs that were reckoned with
record NodesCheck(String source, Costs costs, List<Row> rows) {

    /// By how much of what was measured the reckoning may be off.
    static final double TOLERANCE = 0.25;

    private static final double MINUTE = 60;

    NodesCheck {
        rows = List.copyOf(rows);
    }

    /// One phase of the run.
    ///
    /// @param did mails, or events, a minute
    record Row(String what, int nodes, double reckoned, double did) {

        /// As a share of what was measured; positive where less was done than was reckoned.
        double off() {
            return reckoned / did - 1;
        }
    }

    /// @param result `result.json` of a run of the plan `scalability`
    /// @throws CannotRunException when it is none, or the run was not good
    static NodesCheck of(Path result, Costs costs) {
        try {
            JsonNode json = ApiClient.JSON.readTree(result.toFile());
            if (json == null || !json.path("phases").isArray()) {
                throw new CannotRunException(result + " is no result of ./mailblast validate.");
            }
            return of(
                    result + ", " + json.at("/machine/cpu").asText("?") + ", "
                            + json.path("started_at").asText("?"),
                    json,
                    costs);
        } catch (IOException e) {
            throw new CannotRunException(result + " cannot be read: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("not JSON"));
        }
    }

    static NodesCheck of(String source, JsonNode json, Costs costs) {
        List<Row> rows = new ArrayList<>();
        double oneTracker = 0;
        for (JsonNode phase : json.path("phases")) {
            int nodes = phase.at("/resource/amount").asInt();
            switch (phase.at("/resource/kind").asText()) {
                case "workers" ->
                    rows.add(new Row(
                            "workers",
                            nodes,
                            nodes * worker(json, costs) * MINUTE,
                            phase.at("/per_minute/sent").asDouble()));
                case "trackers" -> {
                    double did = phase.at("/per_minute/tracking").asDouble();
                    boolean shared = phase.at("/resource/share").asDouble() > 0;
                    if (shared && nodes == 1) {
                        oneTracker = did;
                    } else if (shared) {
                        rows.add(new Row("tracking nodes", nodes, nodes * oneTracker, did));
                    }
                }
                default -> {}
            }
        }
        rows.removeIf(row -> !(row.did > 0 && row.reckoned > 0));
        if (rows.isEmpty()) {
            throw new CannotRunException("In " + source
                    + " no workers and no tracking nodes were counted; ./mailblast validate scalability does that.");
        }
        return new NodesCheck(source, costs, rows);
    }

    /// Mails a second of one.
    private static double worker(JsonNode json, Costs costs) {
        int connections = json.at("/setup/settings/ses.connections").asInt();
        if (connections < 1) {
            throw new CannotRunException("The run does not say how many connections a worker had: ses.connections.");
        }
        Duration latency = Duration.ofNanos(
                Math.round(json.at("/setup/provider_latency_ms").asDouble() * 1e6));
        double cores = json.at("/machine/cores").asDouble(1);
        return Sizing.workerPerSecond(costs, Demand.Provider.SES, latency, connections, cores);
    }

    boolean holds() {
        return worst() <= TOLERANCE;
    }

    private double worst() {
        return rows.stream()
                .map(row -> Math.abs(row.off()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("Measured: " + source + ".");
        lines.add("");
        lines.add(
                String.format(Locale.ROOT, "  %-16s %5s %15s %15s %8s", "", "nodes", "reckoned/min", "did/min", "off"));
        rows.forEach(row -> lines.add(String.format(
                Locale.ROOT,
                "  %-16s %5d %,15.0f %,15.0f %+7.1f%%",
                row.what,
                row.nodes,
                row.reckoned,
                row.did,
                row.off() * 100)));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "The farthest is off by %.1f%%, allowed are %.0f%%. Costs: %s.",
                worst() * 100,
                TOLERANCE * 100,
                costs.source()));
        return String.join("\n", lines);
    }

    ObjectNode json() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("source", source).put("holds", holds());
        ArrayNode all = json.putArray("nodes");
        rows.forEach(row -> all.addObject()
                .put("what", row.what)
                .put("nodes", row.nodes)
                .put("reckoned_per_minute", row.reckoned)
                .put("did_per_minute", row.did)
                .put("off", row.off()));
        json.set("costs", costs.json());
        return json;
    }
}
