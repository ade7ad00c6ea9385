package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The leases of one worker: claim, renew, finish, hand back; and taking from workers that are gone. All times are
/// PostgreSQL's, except the worker's own earlier deadline.
final class Ranges {

    /// One range of each sending campaign, and such retries as are due: campaigns take turns whatever their size.
    private static final String CLAIM = """
            with sending as materialized (
                select id from campaign where state = 'sending' and not (id = any(:full))),
            firsts as materialized (
                select r.id from sending m
                cross join lateral (
                    select id from send_range
                    where campaign_id = m.id and state = 'ready' and attempt = 1 and due_at <= now()
                    order by due_at, id limit 1 for update skip locked) r),
            retries as materialized (
                select r.id from sending m
                cross join lateral (
                    select id from send_range
                    where campaign_id = m.id and state = 'ready' and attempt > 1 and due_at <= now()
                    order by due_at, id limit :retries for update skip locked) r),
            next as (select id from firsts union all select id from retries)
            update send_range r
            set state = 'leased', worker_id = :worker, epoch = r.epoch + 1, lease_until = clock_timestamp() + :lease * interval '1 ms'
            from next where r.id = next.id
            returning r.id, r.campaign_id, r.first_no, r.last_no, r.attempt, r.epoch, r.begun_at
            """;

    /// Who of a range has not been begun yet, with what their mails need. A recipient whose contact is gone is there
    /// too:
    /// its turn is skipped when it comes.
    private static final String READ = """
            select r.recipient_no, c.email, c.first_name, c.last_name, c.attributes
            from campaign m
            join campaign_recipient r on r.period = m.period and r.campaign_id = m.id
            left join contact c on c.id = r.contact_id
            where m.id = :campaign and r.recipient_no between :first and :last
                and not exists (
                    select from send_fact f
                    where f.period = m.period and f.campaign_id = m.id and f.recipient_no = r.recipient_no
                        and f.attempt = :attempt and f.phase = 0)
            order by r.recipient_no
            """;

    private static final String RENEW = """
            update send_range set lease_until = clock_timestamp() + :lease * interval '1 ms'
            where id = any(:ids) and worker_id = :worker and state = 'leased' and lease_until > clock_timestamp()
            returning id
            """;

    private static final String FINISH_FIRST = """
            update send_range set state = 'done', worker_id = null, lease_until = null
            where id = :id and worker_id = :worker and epoch = :epoch and state = 'leased' and attempt = 1
            """;

    private static final String FINISH_RETRY = """
            delete from send_range
            where id = :id and worker_id = :worker and epoch = :epoch and state = 'leased' and attempt > 1
            """;

    private static final String HAND_BACK = """
            update send_range set state = 'ready', worker_id = null, lease_until = null, epoch = epoch + 1
            where worker_id = :worker and state = 'leased'
            """;

    private static final String HAND_BACK_ONE = """
            update send_range set state = 'ready', worker_id = null, lease_until = null, epoch = epoch + 1
            where id = :id and worker_id = :worker and epoch = :epoch and state = 'leased'
            """;

    private final Database database;
    private final long workerId;
    private final Duration lease;

    Ranges(Database database, long workerId, Duration lease) {
        this.database = database;
        this.workerId = workerId;
        this.lease = lease;
    }

    /// Claims one range of each sending campaign that is not in `full`, and some retries.
    List<LeasedRange> claim(List<Long> full, int retries) {
        // Before the statement: the worker's own deadline must end before the database's.
        long deadline = ownDeadline();
        return database.read(handle -> handle.createQuery(CLAIM)
                .bind("worker", workerId)
                .bind("lease", lease.toMillis())
                .bind("retries", retries)
                .bindArray("full", Long.class, full)
                .map((row, context) -> new LeasedRange(
                        row.getLong("id"),
                        row.getLong("campaign_id"),
                        row.getInt("first_no"),
                        row.getInt("last_no"),
                        row.getInt("attempt"),
                        row.getInt("epoch"),
                        row.getTimestamp("begun_at") == null
                                ? null
                                : row.getTimestamp("begun_at").toInstant(),
                        deadline))
                .list());
    }

    List<Work> read(LeasedRange range) {
        return database.read(handle -> handle.createQuery(READ)
                .bind("campaign", range.campaignId())
                .bind("first", range.firstNo())
                .bind("last", range.lastNo())
                .bind("attempt", range.attempt())
                .map((row, context) -> new Work(
                        range,
                        row.getInt("recipient_no"),
                        orEmpty(row.getString("email")),
                        MergeFields.of(
                                row.getString("email"),
                                row.getString("first_name"),
                                row.getString("last_name"),
                                row.getString("attributes"))))
                .list());
    }

    /// Renews the leases that have not lapsed.
    ///
    /// @param held by id; those that were renewed may begin for longer. A range that is not among them is let lapse
    void renew(Map<Long, LeasedRange> held) {
        long deadline = ownDeadline();
        List<Long> renewed = database.read(handle -> handle.createQuery(RENEW)
                .bindArray("ids", Long.class, held.keySet())
                .bind("worker", workerId)
                .bind("lease", lease.toMillis())
                .mapTo(Long.class)
                .list());
        for (Long id : renewed) {
            LeasedRange range = held.get(id);
            if (range != null) {
                range.extend(deadline);
            }
        }
    }

    /// Every message of the range has its end on record.
    void finish(LeasedRange range) {
        database.read(handle -> handle.createUpdate(range.attempt() == 1 ? FINISH_FIRST : FINISH_RETRY)
                .bind("id", range.id())
                .bind("worker", workerId)
                .bind("epoch", range.epoch())
                .execute());
    }

    void handBack(LeasedRange range) {
        database.read(handle -> handle.createUpdate(HAND_BACK_ONE)
                .bind("id", range.id())
                .bind("worker", workerId)
                .bind("epoch", range.epoch())
                .execute());
    }

    /// Gives back whatever this worker still holds: an orderly stop, after its last outcome is recorded.
    int handBackAll() {
        return database.read(handle ->
                handle.createUpdate(HAND_BACK).bind("worker", workerId).execute());
    }

    private long ownDeadline() {
        return System.nanoTime() + lease.toNanos() * 4 / 5;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
