package io.mailblast.event;

import io.mailblast.audience.Suppressions;
import io.mailblast.event.Arrivals.Arrival;
import io.mailblast.event.Arrivals.Dead;
import io.mailblast.thread.Threads;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;

/// Everything that a batch of the log comes to, in one transaction: position, rows, rollups, uniques, suppressions,
/// dead letters. It is all there or none of it.
final class IngestTransaction {

    private static final String BEGIN_LOG =
            "insert into ingest_position (log, position) values (:log, :position) on conflict do nothing";

    /// Whoever ingests this log waits here for whoever does so already.
    private static final String LOCK_POSITION = "select position from ingest_position where log = :log for update";

    private static final String MOVE_POSITION =
            "update ingest_position set position = :position, at = now() where log = :log";

    private static final String BURY = """
            insert into dead_letter (log, position, payload, reason)
            values (:log, :position, :payload, :reason)
            on conflict (log, position) do nothing
            """;

    private static final int MAX_REASON = 500;

    private final String log;
    private final Judge judge;
    private final int softBounces;

    /// @param softBounces see [EventLogConfig#softBounces]
    IngestTransaction(String log, Judge judge, int softBounces) {
        this.log = log;
        this.judge = judge;
        this.softBounces = softBounces;
    }

    /// Somebody else moved the position since the batch was read.
    static final class PositionMovedException extends RuntimeException {
        PositionMovedException(long expected, long found) {
            super("ingested up to " + found + ", expected: " + expected, null, false, false);
        }
    }

    /// What was done, for the meters.
    record Done(int events, int repeated, int dead) {}

    /// @return how far this log is ingested; `start` if nothing of it is
    long position(Handle handle, long start) {
        handle.createUpdate(BEGIN_LOG).bind("log", log).bind("position", start).execute();
        return locked(handle);
    }

    /// Sets the position where the log that the database remembers is not the one at hand.
    void reset(Handle handle, long position) {
        locked(handle);
        move(handle, position);
    }

    /// The first part of a batch's transaction: what becomes of each entry. It waits for no other batch but
    /// where both need the same row, such as a provider's fact that both were told; there for the other one's
    /// end.
    Arrivals judge(Handle handle, Judge.Decoded decoded) {
        return judge.judge(handle, decoded);
    }

    /// The second part: the rows.
    ///
    /// @return what they come to, gathered while PostgreSQL takes them
    CompletableFuture<RollupDelta> copy(Handle handle, Arrivals arrivals) {
        CompletableFuture<RollupDelta> delta = CompletableFuture.supplyAsync(
                () -> RollupDelta.of(arrivals.events), task -> Threads.compute("event-rollups", task));
        EventRows.write(handle, arrivals.events);
        EventSpans.write(handle, log, arrivals.events);
        return delta;
    }

    /// The rest of it, by the position, in the order of the log.
    ///
    /// @throws PositionMovedException when the position is not `from`
    Done finish(Handle handle, Arrivals arrivals, RollupDelta delta, long from, long next) {
        begin(handle, from);
        RollupRows rows = new RollupRows();
        delta.addTo(rows, handle);
        Corrections.addTo(rows, handle, arrivals.scanned.earlier());
        rows.write(handle);
        suppress(handle, arrivals);
        SoftBounces.count(handle, arrivals.events, softBounces);
        arrivals.dead.forEach(dead -> bury(handle, dead));
        move(handle, next);
        return new Done(arrivals.events.size(), arrivals.repeated.size(), arrivals.dead.size());
    }

    /// Passes one entry that cannot be ingested.
    Done bury(Handle handle, long from, long next, Dead dead) {
        begin(handle, from);
        bury(handle, dead);
        move(handle, next);
        return new Done(0, 0, 1);
    }

    private void begin(Handle handle, long from) {
        long found = locked(handle);
        if (found != from) {
            throw new PositionMovedException(from, found);
        }
    }

    private long locked(Handle handle) {
        return handle.createQuery(LOCK_POSITION)
                .bind("log", log)
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(() -> new PositionMovedException(-1, -1));
    }

    private void move(Handle handle, long position) {
        handle.createUpdate(MOVE_POSITION)
                .bind("log", log)
                .bind("position", position)
                .execute();
    }

    private void bury(Handle handle, Dead dead) {
        handle.createUpdate(BURY)
                .bind("log", log)
                .bind("position", dead.position())
                .bind("payload", dead.payload())
                .bind("reason", Event.plain(dead.reason(), MAX_REASON))
                .execute();
    }

    private record Refusal(long workspaceId, long campaignId, int recipientNo, Suppressions.Reason reason) {}

    /// A fact that was told before is looked at too: a bounce that is for good may follow one that was not,
    /// under the same key.
    private static void suppress(Handle handle, Arrivals arrivals) {
        Set<Refusal> refusals = new LinkedHashSet<>();
        for (Arrival arrival : arrivals.events) {
            Refusals.reason(arrival.event()).ifPresent(reason -> refusals.add(refusal(arrival.event(), reason)));
        }
        for (Event event : arrivals.repeated) {
            Refusals.reason(event).ifPresent(reason -> refusals.add(refusal(event, reason)));
        }
        // In the order of recipients, so that two who suppress the same do not deadlock.
        List<Refusal> ordered = refusals.stream()
                .sorted(java.util.Comparator.comparingLong(Refusal::campaignId).thenComparingInt(Refusal::recipientNo))
                .toList();
        for (Refusal each : ordered) {
            Suppressions.addRecipient(handle, each.workspaceId(), each.campaignId(), each.recipientNo(), each.reason());
        }
    }

    private static Refusal refusal(Event event, Suppressions.Reason reason) {
        return new Refusal(event.workspaceId(), event.campaignId(), event.recipientNo(), reason);
    }
}
