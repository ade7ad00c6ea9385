package io.mailblast.monitoring;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `GET /nodes`, for operators.
public final class NodeRoutes implements Feature {

    private static final Schema TIME = Schema.formatted("date-time", 40);

    private static final Schema.Shape NODE = Schema.shape("Node")
            .field("role", Schema.choice("api", "tracking", "ingest", "worker"))
            .field("name", Schema.line(1, 300))
            .field("host", Schema.line(1, 300))
            .field("port", Schema.orNull(Schema.whole(0, 65_535)))
            .field("pid", Schema.whole(0, Long.MAX_VALUE))
            .field("version", Schema.line(1, 100))
            .field("state", Schema.choice("up", "silent", "stopped"))
            .field("since", TIME)
            .field("beat_at", TIME)
            .field("clock_ahead_seconds", Schema.orNull(Schema.number()))
            .field("holds", Schema.text(0, 300));

    private final Nodes nodes;

    public NodeRoutes(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/nodes", "listNodes")
                .tag("installation")
                .summary("Nodes of every role of the last day: role, version, since when, last beat, what they hold")
                .access(Access.OPERATOR)
                .answers(200, Schema.items(NODE, 10_000))
                .handle(_ ->
                        Answer.ok(nodes.list().stream().map(NodeRoutes::shown).toList())));
    }

    /// As JSON has it.
    public static Map<String, Object> shown(Nodes.Node node) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("role", node.role());
        shown.put("name", node.name());
        shown.put("host", node.host());
        shown.put("port", node.port());
        shown.put("pid", node.pid());
        shown.put("version", node.version());
        shown.put("state", node.state().name().toLowerCase(Locale.ROOT));
        shown.put("since", node.since());
        shown.put("beat_at", node.beatAt());
        shown.put("clock_ahead_seconds", node.clockAheadSeconds());
        shown.put("holds", node.holds());
        return shown;
    }
}
