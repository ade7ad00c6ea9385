package io.mailblast.sending;

import io.mailblast.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The leases of one worker: claim, renew, finish, hand back; and taking from workers that are gone. All times
/// are PostgreSQL's, except the worker's own earlier deadline.
final class Ranges {

    /// How much work a range should be.
    static final Duration WORTH = Duration.ofSeconds(2);

    /// Ranges of each sending campaign, and such retries as are due: campaigns take turns whatever their size. A
    /// range of more than `most` is cut, so that what one worker holds is about two seconds of its work. The more
    /// campaigns there are to claim from the less is claimed of each, as a worker has memory for so much in all.
    ///
    /// A campaign with a limit of its own is claimed from by one worker at a time, and only once the time is
    /// over for which it was claimed before (the generic cell rate algorithm): it keeps its limit whoever sends
    /// it.
    private static final String CLAIM = """
            with allowed as materialized (
                select where not exists (select from sending_barrier)
                    and pg_postmaster_start_time() = cast(nullif(:checked, '') as timestamptz)),
            limited as materialized (
                select m.id, 1 as ranges,
                    cast(least(:most, greatest(1, floor(m.hourly_limit / 3600.0 * :seconds))) as int) as most
                from campaign m, allowed
                where m.state = 'sending' and m.hourly_limit is not null and not (m.id = any(:full))
                    and (m.claimed_until is null or m.claimed_until <= clock_timestamp())
                for no key update of m skip locked),
            ready as materialized (
                select greatest(1, count(*)) as campaigns from campaign m
                where m.state = 'sending' and not (m.id = any(:full))
                    and exists (
                        select from send_range
                        where campaign_id = m.id and state = 'ready' and attempt = 1 and due_at <= now())),
            sending as materialized (
                select id, greatest(1, :ranges / campaigns) as ranges,
                    cast(least(:most, greatest(1, :room / campaigns)) as int) as most
                from campaign m, allowed, ready
                where m.state = 'sending' and m.hourly_limit is null and not (m.id = any(:full))
                union all
                select id, ranges, most from limited),
            firsts as materialized (
                select m.id as campaign_id, m.most, r.id, r.first_no, r.last_no, r.losses
                from sending m
                cross join lateral (
                    select id, first_no, last_no, losses from send_range
                    where campaign_id = m.id and state = 'ready' and attempt = 1 and due_at <= now()
                    order by due_at, id limit m.ranges for update skip locked) r),
            rest as (
                insert into send_range (campaign_id, first_no, last_no, losses)
                select campaign_id, first_no + most, last_no, losses from firsts where last_no - first_no >= most),
            used as (
                update campaign m
                set claimed_until = clock_timestamp()
                    + least(f.most, f.last_no - f.first_no + 1) * interval '1 hour' / m.hourly_limit
                from firsts f
                where m.id = f.campaign_id and m.hourly_limit is not null),
            retries as materialized (
                select r.id from sending m
                cross join lateral (
                    select id from send_range
                    where campaign_id = m.id and state = 'ready' and attempt > 1 and due_at <= now()
                    order by due_at, id limit :retries for update skip locked) r),
            next as (
                select id, least(last_no, first_no + most - 1) as last_no from firsts
                union all
                select id, null from retries),
            claimed as (
                update send_range r
                set state = 'leased', worker_id = :worker, epoch = r.epoch + 1, last_no = coalesce(next.last_no, r.last_no),
                    lease_until = clock_timestamp() + :lease * interval '1 ms'
                from next where r.id = next.id
                returning r.id, r.campaign_id, r.first_no, r.last_no, r.attempt, r.epoch, r.begun_at)
            select c.*, m.period, m.workspace_id, m.weight as campaign_weight, w.weight as workspace_weight
            from claimed c
            join campaign m on m.id = c.campaign_id
            join workspace w on w.id = m.workspace_id
            """;

    /// Who of a range has not been begun yet, with what their mails need. A recipient whose contact is gone is
    /// there too: its turn is skipped when it comes.
    private static final String READ = """
            select r.recipient_no, r.contact_id, c.email, c.first_name, c.last_name, c.attributes,
                coalesce(c.tracking, false) as tracking, coalesce(r.suppressed, false) as suppressed
            from campaign_recipient r
            left join lateral (
                -- one by its key, whatever the planner knows of a table that has just been filled
                select email, first_name, last_name, attributes, tracking from contact where id = r.contact_id offset 0) c on true
            where r.period = ? and r.campaign_id = ? and r.recipient_no between ? and ?
                and r.recipient_no not in (
                    select f.recipient_no from send_facts_of(?, ?, ?, ?) f where f.attempt = ? and f.phase = 0)
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
            update send_range
            set state = 'ready', worker_id = null, lease_until = null, epoch = epoch + 1,
                due_at = greatest(due_at, clock_timestamp() + :pause * interval '1 ms')
            where id = :id and worker_id = :worker and epoch = :epoch and state = 'leased'
            """;

    private final Database database;
    private final long workerId;
    private final Duration lease;
    private final Supplier<String> checkedStart;

    /// @param checkedStart the start of PostgreSQL for which it is known to be ours, see
    ///     [io.mailblast.installation.InstallationWatch#checkedStart]
    Ranges(Database database, long workerId, Duration lease, Supplier<String> checkedStart) {
        this.database = database;
        this.workerId = workerId;
        this.lease = lease;
        this.checkedStart = checkedStart;
    }

    /// How much a worker wants.
    ///
    /// @param ranges shared by the campaigns; of each at least one, and where it has a limit of its own no more
    /// @param most recipients of one range
    /// @param room recipients that there is memory for
    /// @param retries of each campaign, at most
    record Wanted(int ranges, int most, int room, int retries) {}

    /// Claims ranges of each sending campaign that is not in `full`, and some retries.
    List<LeasedRange> claim(List<Long> full, Wanted wanted) {
        // Before the statement: the worker's own deadline must end before the database's.
        long deadline = ownDeadline();
        return database.read(handle -> handle.createQuery(CLAIM)
                .bind("worker", workerId)
                .bind("lease", lease.toMillis())
                .bind("retries", wanted.retries())
                .bind("ranges", wanted.ranges())
                .bind("most", wanted.most())
                .bind("room", wanted.room())
                .bind("seconds", WORTH.toSeconds())
                .bind("checked", checkedStart.get())
                .bindArray("full", Long.class, full)
                .map((row, context) -> new LeasedRange(
                        row.getLong("id"),
                        row.getLong("campaign_id"),
                        row.getObject("period", LocalDate.class),
                        row.getInt("first_no"),
                        row.getInt("last_no"),
                        row.getInt("attempt"),
                        row.getInt("epoch"),
                        new LeasedRange.Share(
                                row.getLong("workspace_id"),
                                row.getInt("workspace_weight"),
                                row.getInt("campaign_weight")),
                        row.getTimestamp("begun_at") == null
                                ? null
                                : row.getTimestamp("begun_at").toInstant(),
                        deadline))
                .list());
    }

    List<Work> read(LeasedRange range) {
        return database.withConnection(connection -> {
            List<Work> works = new ArrayList<>(range.lastNo() - range.firstNo() + 1);
            try (PreparedStatement statement = connection.prepareStatement(READ)) {
                bindPart(statement, 1, range);
                bindPart(statement, 5, range);
                statement.setInt(9, range.attempt());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        works.add(work(range, row));
                    }
                }
            }
            return works;
        });
    }

    private static void bindPart(PreparedStatement statement, int from, LeasedRange range) throws SQLException {
        statement.setObject(from, range.period());
        statement.setLong(from + 1, range.campaignId());
        statement.setInt(from + 2, range.firstNo());
        statement.setInt(from + 3, range.lastNo());
    }

    private static Work work(LeasedRange range, ResultSet row) throws SQLException {
        String email = row.getString(3);
        return new Work(
                range,
                row.getInt(1),
                row.getLong(2),
                row.getBoolean(8),
                orEmpty(email),
                new Work.Fields(email, row.getString(4), row.getString(5), row.getString(6)),
                row.getBoolean(7));
    }

    /// Renews the leases that have not lapsed.
    ///
    /// @param held by id; those that were renewed may begin for longer. A range that is not among them is let
    ///     lapse
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
    ///
    /// @return whether it was this worker's to finish
    boolean finish(LeasedRange range) {
        return database.read(handle -> handle.createUpdate(range.attempt() == 1 ? FINISH_FIRST : FINISH_RETRY)
                        .bind("id", range.id())
                        .bind("worker", workerId)
                        .bind("epoch", range.epoch())
                        .execute()
                == 1);
    }

    /// @param pause before anybody claims it again
    void handBack(LeasedRange range, Duration pause) {
        database.read(handle -> handle.createUpdate(HAND_BACK_ONE)
                .bind("pause", pause.toMillis())
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
