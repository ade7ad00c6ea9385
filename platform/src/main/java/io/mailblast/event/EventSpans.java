package io.mailblast.event;

import io.mailblast.event.Arrivals.Arrival;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Where a workspace's events stand: a row for each stripe of a batch in which it has some (`event_span`), in place of
/// an
/// index entry for each event. Spans of one workspace and log do not overlap.
public final class EventSpans {

    /// Events of a batch, of whatever workspaces, between two spans of one workspace.
    static final int STRIPE = 4_096;

    /// Windows with less of the log between them are read as one, in bytes.
    private static final long NEAR = 1 << 20;

    private static final String INSERT = """
            insert into event_span (workspace_id, log, first_position, last_position, events, from_at, to_at)
            select workspace_id, log, first, last, events, to_timestamp(from_second), to_timestamp(to_second)
            from unnest(?, ?, ?, ?, ?, ?, ?) as added (workspace_id, log, first, last, events, from_second, to_second)
            """;

    /// The last ones of each log that begin before a position; the first of these may reach beyond it.
    private static final String NEWEST = """
            select s.first_position, s.last_position, s.events, s.from_at, s.to_at
            from (select '' as log union all select log from ingest_position) known
            cross join lateral (
                select * from event_span s
                where s.workspace_id = :workspaceId and s.log = known.log and s.first_position < :before
                order by s.first_position desc
                limit :limit) s
            order by s.first_position desc
            """;

    private static final String FORGET = "delete from event_span where to_at < :end";

    private EventSpans() {}

    /// A span while it is gathered.
    private static final class Span {
        private final long workspaceId;
        private final long first;
        private long last;
        private int events;
        private long fromSecond = Long.MAX_VALUE;
        private long toSecond = Long.MIN_VALUE;

        private Span(long workspaceId, long first) {
            this.workspaceId = workspaceId;
            this.first = first;
        }

        private void add(Arrival arrival) {
            long second = arrival.event().at().getEpochSecond();
            last = arrival.position();
            events++;
            fromSecond = Math.min(fromSecond, second);
            toSecond = Math.max(toSecond, second + 1);
        }
    }

    /// Positions and times between which all of a workspace's events of a part of the log are.
    ///
    /// @param first position of the first one
    /// @param last position of the last one
    public record Window(long first, long last, Instant fromAt, Instant toAt) {

        private Window and(Window older) {
            return new Window(
                    Math.min(first, older.first),
                    Math.max(last, older.last),
                    fromAt.isBefore(older.fromAt) ? fromAt : older.fromAt,
                    toAt.isAfter(older.toAt) ? toAt : older.toAt);
        }
    }

    /// @param arrivals a batch of a log, by position
    static void write(Handle handle, String log, List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return;
        }
        List<Span> spans = gather(arrivals);
        int _ = Sql.update(
                handle,
                INSERT,
                Sql.longs(handle, spans, span -> span.workspaceId),
                Sql.texts(handle, spans, _ -> log),
                Sql.longs(handle, spans, span -> span.first),
                Sql.longs(handle, spans, span -> span.last),
                Sql.ints(handle, spans, span -> span.events),
                Sql.longs(handle, spans, span -> span.fromSecond),
                Sql.longs(handle, spans, span -> span.toSecond));
    }

    private static List<Span> gather(List<Arrival> arrivals) {
        List<Span> spans = new ArrayList<>();
        Map<Long, Span> open = new HashMap<>();
        for (int i = 0; i < arrivals.size(); i++) {
            if (i % STRIPE == 0) {
                open.clear();
            }
            Arrival arrival = arrivals.get(i);
            Span span = open.computeIfAbsent(arrival.event().workspaceId(), workspace -> {
                Span begun = new Span(workspace, arrival.position());
                spans.add(begun);
                return begun;
            });
            span.add(arrival);
        }
        return spans;
    }

    /// Windows that hold all of a workspace's events from some position up to another: so many of them, or all, unless
    /// retention has deleted some meanwhile. Newest first; empty where there is nothing before the position.
    ///
    /// @param before a position, exclusive
    /// @param wanted how many events
    public static List<Window> newest(Handle handle, long workspaceId, long before, int wanted) {
        List<Found> found = handle.createQuery(NEWEST)
                .bind("workspaceId", workspaceId)
                .bind("before", before)
                // One more than can be needed: the first of a log may have all its events beyond the position.
                .bind("limit", wanted + 1)
                .map((row, _) -> new Found(
                        new Window(
                                row.getLong("first_position"),
                                row.getLong("last_position"),
                                row.getObject("from_at", OffsetDateTime.class).toInstant(),
                                row.getObject("to_at", OffsetDateTime.class).toInstant()),
                        row.getInt("events")))
                .list();
        long lowest = lowest(found, before, wanted);
        return merged(found.stream()
                .map(Found::window)
                .filter(each -> each.last >= lowest)
                .toList());
    }

    private record Found(Window window, int events) {}

    /// From where on there are enough.
    private static long lowest(Collection<Found> found, long before, int wanted) {
        long lowest = Long.MAX_VALUE;
        long certain = 0;
        for (Found each : found) {
            if (certain >= wanted) {
                break;
            }
            lowest = each.window.first;
            certain += each.window.last < before ? each.events : 0;
        }
        return lowest;
    }

    private static List<Window> merged(List<Window> windows) {
        List<Window> merged = new ArrayList<>();
        for (Window each : windows) {
            Window wide = each;
            // Those of several logs may overlap.
            while (!merged.isEmpty() && merged.getLast().first - wide.last <= NEAR) {
                wide = merged.removeLast().and(wide);
            }
            merged.add(wide);
        }
        return merged;
    }

    /// Of events that are all from before a time.
    static void forget(Handle handle, Instant end) {
        int _ = handle.createUpdate(FORGET)
                .bind("end", end.atOffset(ZoneOffset.UTC))
                .execute();
    }
}
