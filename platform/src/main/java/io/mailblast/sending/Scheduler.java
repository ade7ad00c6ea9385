package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets scheduled campaigns go when their time has come. One whose time passed long before anybody looked (no
/// worker ran, or the database is an old copy) waits for a person: his reasons may be gone, or others may have
/// sent it since.
final class Scheduler {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /// One update: of several workers one finds the row, the others skip it or find it changed.
    private static final String DUE = """
            with due as (
                select id, scheduled_at < now() - :grace * interval '1 ms' as late
                from campaign
                where state = 'scheduled' and scheduled_at <= now()
                order by scheduled_at limit 50
                for update skip locked)
            update campaign m
            set state = case when late then 'held' else 'queueing' end,
                state_reason = case when late then
                    'It was due at ' || to_char(m.scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                    || ', and no worker was there then. Resume it to send it now, or schedule it anew.' end,
                period = case when late then period else ensure_period(now()) end,
                send_requested_at = case when late then null else now() end,
                updated_at = now()
            from due where m.id = due.id
            returning m.id, m.state
            """;

    /// Told to send, and nobody was there to do it for so long.
    private static final String LATE = """
            update campaign
            set state = 'held', updated_at = now(), state_reason =
                'It was told to send at ' || to_char(send_requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                || ', and no worker was there. Resume it to send it now.'
            where state = 'queueing' and queued_at is null and send_requested_at < now() - :grace * interval '1 ms'
            returning id, state
            """;

    /// Nobody sent for longer than the grace, and now somebody is there again: the machine was off, or all of
    /// it is a copy of what once was. This worker's own row is as old as its start.
    private static final String STALE = """
            update campaign
            set state = 'paused', updated_at = now(), state_reason =
                'No worker was there since ' || to_char(seen.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                || '. If it was not sent elsewhere meanwhile, resume it.'
            from (select max(beat_at) as at from worker where id <> :worker) seen
            where state = 'sending' and seen.at < now() - :grace * interval '1 ms'
            returning id, state
            """;

    private final Database database;
    private final Duration grace;

    Scheduler(Database database, Duration grace) {
        this.database = database;
        this.grace = grace;
    }

    private record Changed(long id, String state) {}

    /// @return how many campaigns are to be queued now
    int run() {
        change(LATE);
        return change(DUE);
    }

    /// To be done once, before a worker claims anything.
    ///
    /// @param workerId the worker's own
    void pauseStale(long workerId) {
        database.read(handle -> handle.createQuery(STALE)
                        .bind("grace", grace.toMillis())
                        .bind("worker", workerId)
                        .mapTo(Long.class)
                        .list())
                .forEach(campaign -> LOG.warn("campaign=paused campaign={} by=scheduler reason=stale", campaign));
    }

    private int change(String statement) {
        return (int) database
                .read(handle -> handle.createQuery(statement)
                        .bind("grace", grace.toMillis())
                        .map((row, context) -> new Changed(row.getLong("id"), row.getString("state")))
                        .list())
                .stream()
                .filter(campaign -> {
                    LOG.info("campaign={} campaign={} by=scheduler", campaign.state(), campaign.id());
                    return campaign.state().equals("queueing");
                })
                .count();
    }
}
