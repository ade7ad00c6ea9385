package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes ranges from workers that let their lease lapse, and at once from those that were seen to die. What has
/// no fact goes back with its range; what was begun and has no outcome is in doubt, and no range brings it
/// back.
final class Reclaimer {

    private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

    /// A row that a begin holds `for share` is left for the next time, so what was begun is there to be read
    /// below; that goes for the dead too, whose last statement PostgreSQL may still be running. In the order of
    /// campaigns, as everybody counts who writes as nobody's worker.
    private static final String LOST = """
            select id, campaign_id, first_no, last_no, attempt, losses, worker_id
            from send_range
            where state = 'leased' and (lease_until < clock_timestamp() or worker_id = any(:dead))
            order by campaign_id, id limit 100
            for update skip locked
            """;

    /// A later statement than the lock, so that it sees everything that was begun before.
    private static final String DOUBT = """
            insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, worker_id, reason)
            select f.campaign_id, f.recipient_no, f.attempt, f.range_id, f.worker_id,
                'the worker was lost before it told the outcome'
            from campaign m
            cross join lateral send_facts_of(m.period, m.id, :first, :last) f
            where m.id = :campaign and f.attempt = :attempt and f.phase = 0 and f.kind = 'begun'
                and not exists (
                    select from send_facts_of(m.period, m.id, f.recipient_no, f.recipient_no) o
                    where o.attempt = f.attempt and o.phase = 1)
            on conflict do nothing
            """;

    private final Database database;
    private final Deaths deaths;

    Reclaimer(Database database) {
        this(database, Deaths.NONE);
    }

    /// @param deaths that this worker's supervisor saw
    Reclaimer(Database database, Deaths deaths) {
        this.database = database;
        this.deaths = deaths;
    }

    /// @return how many ranges were taken
    int run() {
        return database.write(handle -> {
            List<Loss.Range> lost = handle.createQuery(LOST)
                    .bindArray("dead", Long.class, deaths.byWorker().keySet())
                    .map((row, context) -> new Loss.Range(
                            row.getLong("id"),
                            row.getLong("campaign_id"),
                            row.getInt("first_no"),
                            row.getInt("last_no"),
                            row.getInt("attempt"),
                            row.getInt("losses"),
                            row.getLong("worker_id")))
                    .list();
            for (Loss.Range range : lost) {
                int doubts = handle.createUpdate(DOUBT)
                        .bind("campaign", range.campaignId())
                        .bind("first", range.firstNo())
                        .bind("last", range.lastNo())
                        .bind("attempt", range.attempt())
                        .execute();
                Set<Integer> suspects = deaths.suspects(range.workerId(), range.id());
                String became = Loss.settle(handle, range, suspects, deaths.dump(range.workerId()));
                LOG.warn(
                        "range=reclaimed campaign={} range={} lost_worker={} in_doubt={} suspects={} became={}",
                        range.campaignId(),
                        range.id(),
                        range.workerId(),
                        doubts,
                        suspects,
                        became);
            }
            return lost.size();
        });
    }
}
