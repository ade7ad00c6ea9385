package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes ranges from workers that let their lease lapse. What has no fact goes back with its range; what was begun and
/// has no outcome is in doubt, and no range brings it back.
final class Reclaimer {

    private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

    /// `for update` waits for a begin that holds the row `for share`, so what that one began is there to be read below.
    private static final String LAPSED = """
            select id, campaign_id, attempt, worker_id
            from send_range
            where state = 'leased' and lease_until < clock_timestamp()
            order by id limit 100
            for update skip locked
            """;

    /// A later statement than the lock, so that it sees everything that was begun before.
    private static final String DOUBT = """
            insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, worker_id, reason)
            select f.campaign_id, f.recipient_no, f.attempt, f.range_id, f.worker_id,
                'the worker was lost before it told the outcome'
            from campaign m
            join send_fact f on f.period = m.period and f.campaign_id = m.id
            where m.id = :campaign and f.range_id = :range and f.phase = 0 and f.kind = 'begun'
                and not exists (
                    select from send_fact o
                    where o.period = f.period and o.campaign_id = f.campaign_id and o.recipient_no = f.recipient_no
                        and o.attempt = f.attempt and o.phase = 1)
            on conflict do nothing
            """;

    private static final String RELEASE = """
            update send_range
            set state = 'ready', worker_id = null, lease_until = null, epoch = epoch + 1, losses = losses + 1
            where id = :range
            """;

    private final Database database;

    Reclaimer(Database database) {
        this.database = database;
    }

    private record Lapsed(long id, long campaignId, long workerId) {}

    /// @return how many ranges were taken
    int run() {
        return database.write(handle -> {
            List<Lapsed> lapsed = handle.createQuery(LAPSED)
                    .map((row, context) ->
                            new Lapsed(row.getLong("id"), row.getLong("campaign_id"), row.getLong("worker_id")))
                    .list();
            for (Lapsed range : lapsed) {
                int doubts = handle.createUpdate(DOUBT)
                        .bind("campaign", range.campaignId())
                        .bind("range", range.id())
                        .execute();
                handle.createUpdate(RELEASE).bind("range", range.id()).execute();
                LOG.warn(
                        "range=reclaimed campaign={} range={} lost_worker={} in_doubt={}",
                        range.campaignId(),
                        range.id(),
                        range.workerId(),
                        doubts);
            }
            return lapsed.size();
        });
    }
}
