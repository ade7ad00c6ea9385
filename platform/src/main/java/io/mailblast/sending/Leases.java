package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ranges that this worker holds: fetched when the queue runs low, renewed, finished when their last message has
/// its
/// end, given back when something of them could not be ended.
final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final int RETRIES_AT_ONCE = 50;

    private static final String DOUBT = """
            insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, worker_id, reason, told)
            values (:campaign, :recipient, :attempt, :range, :worker, :reason, true)
            on conflict do nothing
            """;

    /// Campaigns of which nothing more may be begun: paused, cancelled, gone.
    private static final String STOPPED = """
            select w.id from unnest(:held) as w (id)
            left join campaign m on m.id = w.id and m.state = 'sending'
            where m.id is null
            """;

    private final Database database;
    private final Ranges ranges;
    private final WorkQueue queue;
    private final long workerId;
    private final int lowWater;
    private final Map<Long, LeasedRange> held = new ConcurrentHashMap<>();
    private final Set<LeasedRange> spoiled = ConcurrentHashMap.newKeySet();

    Leases(Database database, Ranges ranges, WorkQueue queue, long workerId, int lowWater) {
        this.database = database;
        this.ranges = ranges;
        this.queue = queue;
        this.workerId = workerId;
        this.lowWater = lowWater;
    }

    /// Fetches more work for campaigns that have little of it here.
    ///
    /// @return whether there was any
    boolean fetch() {
        List<LeasedRange> claimed = ranges.claim(queue.withAtLeast(lowWater), RETRIES_AT_ONCE);
        for (LeasedRange range : claimed) {
            // Held only once it is read: what could not be read is let lapse.
            List<Work> works = ranges.read(range);
            range.opened(works.size());
            held.put(range.id(), range);
            if (works.isEmpty()) {
                end(range);
            } else {
                queue.add(works);
            }
        }
        return !claimed.isEmpty();
    }

    void renew() {
        ranges.renew(held);
        long now = System.nanoTime();
        held.values().stream().filter(range -> !range.mayBegin(now)).forEach(range -> {
            LOG.warn("range=lapsed campaign={} range={}", range.campaignId(), range.id());
            held.remove(range.id());
            queue.drop(range);
        });
    }

    /// Lets go of what waits here and may not be begun any more, so that it costs no turn of others, and is whole again
    /// for whoever leases it next. Begin refuses it anyway; this only makes room.
    ///
    /// @return whether there was any
    boolean letGo() {
        Set<Long> waiting = queue.sizes().keySet();
        if (waiting.isEmpty()) {
            return false;
        }
        List<Long> stopped = database.read(handle -> handle.createQuery(STOPPED)
                .bindArray("held", Long.class, waiting)
                .mapTo(Long.class)
                .list());
        stopped.forEach(campaign -> queue.remove(campaign).forEach(this::notHeld));
        return !stopped.isEmpty();
    }

    /// A message's end is on record.
    void closed(Work work) {
        if (work.range().closedOne()) {
            end(work.range());
        }
    }

    /// A message was not begun and is not ours any more: its range goes back once the others of it have ended.
    void notHeld(Work work) {
        spoiled.add(work.range());
        closed(work);
    }

    /// The provider gave no answer that says what became of a message.
    void inDoubt(Work work, String reason) {
        try {
            database.read(handle -> handle.createUpdate(DOUBT)
                    .bind("campaign", work.range().campaignId())
                    .bind("recipient", work.recipientNo())
                    .bind("attempt", work.attempt())
                    .bind("range", work.range().id())
                    .bind("worker", workerId)
                    .bind("reason", reason)
                    .execute());
            closed(work);
        } catch (RuntimeException e) {
            // It is in doubt all the same: whoever reclaims the range finds it begun and without outcome.
            LOG.warn("in_doubt=unrecorded range={} problem=\"{}\"", work.range().id(), e.getMessage());
            spoiled.add(work.range());
            held.remove(work.range().id());
        }
    }

    int heldRanges() {
        return held.size();
    }

    private void end(LeasedRange range) {
        held.remove(range.id());
        try {
            if (spoiled.remove(range)) {
                ranges.handBack(range);
            } else {
                ranges.finish(range);
            }
        } catch (RuntimeException e) {
            // Its lease ends by itself, and who takes it then finds that nothing of it is left.
            LOG.warn("range=unfinished range={} problem=\"{}\"", range.id(), e.getMessage());
        }
    }
}
