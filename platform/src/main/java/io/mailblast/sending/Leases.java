package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ranges that this worker holds: fetched when the queue runs low, renewed, finished when their last
/// message has its end, given back when something of them could not be ended.
final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final int RETRIES_AT_ONCE = 50;
    private static final int LEAST = 10;
    /// More of a campaign is claimed when what waits of it lasts for less than this.
    private static final Duration AHEAD = Duration.ofMillis(125);

    /// Messages in memory, waiting: what a worker's heap has room for.
    private static final int MOST_HELD = 8_000;

    /// Characters of their contacts' fields, likewise: fewer messages wait where these are long.
    private static final long MOST_CHARACTERS = 16L << 20;

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

    private static final String PAUSE = """
            update campaign set state = 'paused', state_reason = :reason, updated_at = now()
            where id = :campaign and state = 'sending'
            """;

    private final Database database;
    private final Ranges ranges;
    private final WorkQueue queue;
    private final long workerId;
    private final int rangeSize;
    private final DoubleSupplier perSecond;
    private final DoubleSupplier sent;
    private final InHand.Hand hand;
    private final Ends ends;
    /// Of the fields of one contact.
    private final Footprint characters = new Footprint(1);
    private final Map<Long, LeasedRange> held = new ConcurrentHashMap<>();

    /// Ranges that go back when their last message has ended, and for how long nobody shall claim them then.
    private final Map<LeasedRange, Duration> spoiled = new ConcurrentHashMap<>();

    /// @param rangeSize the most recipients of a range
    /// @param perSecond mails that this worker sends at the moment, or may
    /// @param sent mails a second that it did send of late
    Leases(
            Database database,
            Ranges ranges,
            WorkQueue queue,
            long workerId,
            int rangeSize,
            DoubleSupplier perSecond,
            DoubleSupplier sent,
            InHand.Hand hand,
            Ends ends) {
        this.database = database;
        this.ranges = ranges;
        this.queue = queue;
        this.workerId = workerId;
        this.rangeSize = rangeSize;
        this.perSecond = perSecond;
        this.sent = sent;
        this.hand = hand;
        this.ends = ends;
    }

    /// Fetches more work for campaigns that have little of it here.
    ///
    /// @return whether there was any
    boolean fetch() {
        Map<Long, Integer> waiting = queue.sizes();
        if (queue.size() >= mostHeld()) {
            return false;
        }
        int campaigns = Math.max(1, waiting.size());
        int most = rangeSize(campaigns);
        int enough = Math.max(most, worth(sent, AHEAD, campaigns));
        List<Long> full = waiting.entrySet().stream()
                .filter(entry -> entry.getValue() >= enough)
                .map(Map.Entry::getKey)
                .toList();
        List<LeasedRange> claimed =
                ranges.claim(full, new Ranges.Wanted(Math.ceilDiv(enough, most), most, mostHeld(), RETRIES_AT_ONCE));
        for (LeasedRange range : claimed) {
            // What was claimed was asked for by what contacts took until now: these may take more.
            if (queue.size() >= 2 * mostHeld()) {
                ranges.handBack(range, Duration.ZERO);
                continue;
            }
            // Held only once it is read: what could not be read is let lapse.
            List<Work> works = hand.reading(range, ranges::read);
            range.opened(works.size());
            works.forEach(work -> characters.seen(work.fields().length()));
            held.put(range.id(), range);
            if (works.isEmpty()) {
                end(range);
            } else {
                queue.add(works);
            }
        }
        return !claimed.isEmpty();
    }

    private int mostHeld() {
        return Math.clamp(MOST_CHARACTERS / characters.each(), LEAST, MOST_HELD);
    }

    /// About two seconds of what this worker sends, shared by its campaigns, within memory: so little is held
    /// that might go to others, and yet no lane waits for a claim.
    private int rangeSize(int campaigns) {
        return Math.clamp(worth(perSecond, Ranges.WORTH, campaigns), Math.min(LEAST, rangeSize), rangeSize);
    }

    /// Messages of one campaign that go in a time, as far as memory has room for them.
    private int worth(DoubleSupplier rate, Duration time, int campaigns) {
        double messages = rate.getAsDouble() * time.toMillis() / 1_000;
        return (int) (Math.min(messages, mostHeld() / 2.0) / campaigns);
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

    /// Lets go of what waits here and may not be begun any more, so that it costs no turn of others, and is
    /// whole again for whoever leases it next. Begin refuses it anyway; this only makes room.
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
        later(work, Duration.ZERO);
    }

    /// A message was not begun and shall wait longer than this worker keeps it.
    void later(Work work, Duration pause) {
        spoiled.merge(work.range(), pause, (a, b) -> a.compareTo(b) > 0 ? a : b);
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
            ends.one();
            closed(work);
        } catch (RuntimeException e) {
            // It is in doubt all the same: whoever reclaims the range finds it begun and without outcome.
            LOG.warn("in_doubt=unrecorded range={} problem=\"{}\"", work.range().id(), e.getMessage());
            spoiled.put(work.range(), Duration.ZERO);
            held.remove(work.range().id());
        }
    }

    /// Nobody knows how far a message came: its range is not renewed, and whoever reclaims it reads its facts.
    void lapse(Work work) {
        held.remove(work.range().id());
        queue.drop(work.range());
    }

    /// A campaign that cannot be sent as it is waits for a person.
    void pause(long campaignId, String reason) {
        int paused = database.read(handle -> handle.createUpdate(PAUSE)
                .bind("campaign", campaignId)
                .bind("reason", "It paused by itself: " + reason)
                .execute());
        if (paused > 0) {
            LOG.warn("campaign=paused campaign={} by=provider reason=\"{}\"", campaignId, reason);
        }
    }

    int heldRanges() {
        return held.size();
    }

    /// Messages that are leased here and have no recorded end.
    long open() {
        return held.values().stream().mapToLong(LeasedRange::stillOpen).sum();
    }

    private void end(LeasedRange range) {
        held.remove(range.id());
        try {
            Duration pause = spoiled.remove(range);
            if (pause != null) {
                ranges.handBack(range, pause);
            } else if (ranges.finish(range)) {
                ends.one();
            }
        } catch (RuntimeException e) {
            // Its lease ends by itself, and who takes it then finds that nothing of it is left.
            LOG.warn("range=unfinished range={} problem=\"{}\"", range.id(), e.getMessage());
        }
    }
}
