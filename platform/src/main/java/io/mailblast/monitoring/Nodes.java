package io.mailblast.monitoring;

import io.mailblast.db.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes of this installation: those of the API, of tracking and of ingest, and its workers.
public final class Nodes {

    /// Of those that left in order, or have been silent, the last day's.
    private static final String LIST = """
            select n.role, n.name, n.host, n.port, n.pid, n.version, n.started_at, n.beat_at, n.stopped_at,
                n.clock_ahead_seconds, now() as now,
                case when e.node = n.name and e.until > now() then 'evaluates the alerts' end as holds
            from node n left join alert_evaluator e on e.node = n.name
            where n.beat_at > now() - interval '1 day'
            union all
            select 'worker', 'worker-' || w.id, w.host, w.metrics_port, w.pid, w.version, w.started_at, w.beat_at, w.stopped_at,
                null, now(),
                (select count(*) || ' ranges of ' || count(distinct r.campaign_id) || ' campaigns, '
                    || coalesce(sum(r.last_no - r.first_no + 1), 0) || ' recipients'
                    from send_range r where r.worker_id = w.id and r.state = 'leased' having count(*) > 0)
            from worker w
            where w.beat_at > now() - interval '1 day'
            order by 1, 2
            """;

    /// One that is silent for longer is gone, or cannot reach the database.
    private static final long SILENT_SECONDS = 15;

    private final Database database;

    public Nodes(Database database) {
        this.database = database;
    }

    /// How a node stands.
    public enum State {
        UP,
        /// It should be there, and says nothing.
        SILENT,
        /// It left in order.
        STOPPED
    }

    /// @param name which it keeps over restarts; a worker has another one each time
    /// @param port where it is asked; null where that is not known
    /// @param since when its process runs
    /// @param clockAheadSeconds of its clock, against the database's; null where that is not known
    /// @param holds what nobody else has at the moment; empty for nothing
    public record Node(
            String role,
            String name,
            String host,
            @Nullable Integer port,
            long pid,
            String version,
            State state,
            Instant since,
            Instant beatAt,
            @Nullable Double clockAheadSeconds,
            String holds) {}

    /// Those of the last day, by role and name.
    public List<Node> list() {
        return database.read(handle -> handle.createQuery(LIST)
                .map((row, _) -> {
                    Instant beatAt =
                            row.getObject("beat_at", OffsetDateTime.class).toInstant();
                    Instant now = row.getObject("now", OffsetDateTime.class).toInstant();
                    String holds = row.getString("holds");
                    return new Node(
                            row.getString("role"),
                            row.getString("name"),
                            row.getString("host"),
                            row.getObject("port", Integer.class),
                            row.getLong("pid"),
                            row.getString("version"),
                            row.getObject("stopped_at") != null
                                    ? State.STOPPED
                                    : beatAt.plusSeconds(SILENT_SECONDS).isBefore(now) ? State.SILENT : State.UP,
                            row.getObject("started_at", OffsetDateTime.class).toInstant(),
                            beatAt,
                            row.getObject("clock_ahead_seconds", Double.class),
                            holds == null ? "" : holds);
                })
                .list());
    }
}
