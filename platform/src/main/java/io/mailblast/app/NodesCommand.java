package io.mailblast.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Json;
import io.mailblast.monitoring.Logging;
import io.mailblast.monitoring.NodeRoutes;
import io.mailblast.monitoring.Nodes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `nodes`: what this installation runs on.
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description =
                "The nodes of this installation of the last day: role, version, since when, last beat, what they hold",
        footer = {"", "Exit code: 0 all of them beat or left in order, 1 one is silent, 3 could not run."})
final class NodesCommand implements Callable<Integer> {

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException {
        Configuration config = options.load();
        Logging.start(config.monitoring().logFormat());
        Home.prepare(config.home());
        try (Connection connection = Connection.beside(config, "mailblast-nodes")) {
            List<Nodes.Node> nodes = new Nodes(connection.database()).list();
            json.write(() -> shown(nodes));
            if (!json.ownsStandardOutput()) {
                print(nodes);
            }
            return nodes.stream().anyMatch(node -> node.state() == Nodes.State.SILENT) ? 1 : 0;
        }
    }

    private static void print(List<Nodes.Node> nodes) {
        if (nodes.isEmpty()) {
            System.out.println("No node has been here in the last day.");
            return;
        }
        System.out.printf(
                "%-7s %-28s %-26s %-8s %-10s %-10s %s%n",
                "role", "name", "where", "state", "since", "last beat", "holds");
        Instant now = Instant.now();
        for (Nodes.Node node : nodes) {
            System.out.printf(
                    Locale.ROOT,
                    "%-7s %-28s %-26s %-8s %-10s %-10s %s%n",
                    node.role(),
                    node.name(),
                    node.host() + (node.port() == null ? "" : ":" + node.port()),
                    node.state().name().toLowerCase(Locale.ROOT),
                    ago(node.since(), now),
                    ago(node.beatAt(), now),
                    node.holds() + skew(node));
        }
        System.out.println("Versions: "
                + String.join(
                        ", ",
                        nodes.stream()
                                .map(Nodes.Node::version)
                                .distinct()
                                .sorted()
                                .toList()));
    }

    private static String skew(Nodes.Node node) {
        return node.clockAheadSeconds() == null || Math.abs(node.clockAheadSeconds()) < 1
                ? ""
                : String.format(Locale.ROOT, " (its clock is %.1f s ahead)", node.clockAheadSeconds());
    }

    private static String ago(Instant at, Instant now) {
        long seconds = Math.max(0, Duration.between(at, now).toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }

    private static ObjectNode shown(List<Nodes.Node> nodes) {
        ObjectNode result = Json.MAPPER.createObjectNode();
        ArrayNode list = result.putArray("nodes");
        nodes.forEach(node -> list.add(Json.MAPPER.<ObjectNode>valueToTree(NodeRoutes.shown(node))));
        return result;
    }
}
