package io.mailblast.sending;

import io.mailblast.db.Database;
import io.mailblast.db.DuplicateException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The two statements that everything in `sending` rests on: [#begin], which lets messages go, and [#record],
/// which says what came of them. Both append facts, unique per (campaign, recipient, attempt, phase), and count
/// only what they really inserted.
final class SendFacts {

    /// The lock on the range makes the fence: whoever reclaims it locks `for update`, so no epoch changes in
    /// between. Nothing is begun while sending is held, or where PostgreSQL was started anew and nobody looked
    /// whose it is. A message that this has not returned as begun must not have a byte written.
    ///
    /// The lock is a statement of its own, in one round trip and one (implicit) transaction with the other:
    /// where a renewal moves the row that is waited for, PostgreSQL prepares every part of the locking
    /// statement again to check the new version, and 18.6 ends with signal 11 where one of them prunes
    /// partitions.
    ///
    /// Who may still get his mail is looked up, one by his key, for those alone about whom something has changed
    /// since the recipients were numbered (`audience_change`, migration V21), who was suppressed then, or where
    /// that is not known: PostgreSQL was started anew, or so many have changed that to look at all is as cheap.
    /// `offset 0` keeps the look-ups what they are, whatever the planner knows of tables that have just been
    /// filled. Who a number of the snapshot is never changes, so the contact is told.
    private static final String BEGIN = """
            select 1 from send_range
            where id = any(?::bigint[]) and state = 'leased' and worker_id = ? and lease_until > clock_timestamp()
            order by id
            for share;
            with held as materialized (
                select r.id, r.epoch, m.id as campaign_id, m.period, m.workspace_id,
                    array(select list_id from campaign_list where campaign_id = m.id) as lists,
                    case when m.audience_start = pg_postmaster_start_time() then m.audience_seen end as seen
                from send_range r
                join campaign m on m.id = r.campaign_id and m.state = 'sending'
                where r.id = any(?::bigint[])
                    and r.state = 'leased' and r.worker_id = ? and r.lease_until > clock_timestamp()
                    and pg_postmaster_start_time() = cast(nullif(?, '') as timestamptz)
                    and not exists (select from sending_barrier)),
            changed as materialized (
                select a.contact_id
                from (select workspace_id, min(seen) as seen from held group by workspace_id) h
                cross join lateral (
                    select contact_id from audience_change
                    where workspace_id = h.workspace_id and xid >= h.seen limit 2001) a),
            too_many as materialized (
                select count(*) > 2000 or coalesce(bool_or(contact_id is null), false) as told from changed),
            asked as (
                select held.period, held.campaign_id, held.workspace_id, held.lists, w.*,
                    held.seen is null or w.suppressed or (select told from too_many)
                        or coalesce(w.contact_id in (select contact_id from changed), true) as asked
                from unnest(?::bigint[], ?::int[], ?::int[], ?::smallint[], ?::bigint[], ?::boolean[])
                    as w (range_id, epoch, recipient_no, attempt, contact_id, suppressed)
                join held on held.id = w.range_id and held.epoch = w.epoch
                offset 0),
            judged as (
                select w.period, w.campaign_id, w.recipient_no, w.attempt, w.range_id,
                    case
                        when not w.asked then null
                        when c.id is null then 'the contact was deleted'
                        when s.id is not null then s.reason
                        when not exists (
                            select from list_member lm
                            where lm.contact_id = c.id and lm.list_id = any(w.lists) and lm.left_at is null)
                            then 'left the lists'
                    end as reason
                from asked w
                left join lateral (select id, address from contact where w.asked and id = w.contact_id offset 0) c on true
                left join lateral (
                    select id, reason from suppression
                    where w.asked and workspace_id = w.workspace_id and address = c.address offset 0) s on true
                offset 0),
            opened as (
                insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id, detail)
                select period, campaign_id, recipient_no, attempt, 0,
                    case when reason is null then 'begun' else 'skipped' end, range_id, ?, reason
                from judged
                on conflict do nothing
                returning campaign_id, range_id, recipient_no, attempt, kind),
            counted as (
                insert into send_count (campaign_id, worker_id, phase, opened, skipped)
                select campaign_id, ?, 0,
                    count(*) filter (where attempt = 1), count(*) filter (where kind = 'skipped')
                from opened group by campaign_id
                on conflict (campaign_id, worker_id, phase) do update
                set opened = send_count.opened + excluded.opened, skipped = send_count.skipped + excluded.skipped)
            select o.range_id, held.epoch, o.recipient_no, o.kind, (select cast(pg_current_snapshot() as text)) as looked
            from opened o join held on held.id = o.range_id
            """;

    /// What [#BEGIN] cannot have seen, asked once it is committed: a refusal that was answered while it was on its
    /// way, of a contact (or of so many that a workspace stands for them), or one that only a log has.
    private static final String MISSED = """
            select workspace_id, contact_id from audience_change
            where workspace_id = any(?::bigint[]) and xid >= pg_snapshot_xmin(cast(? as pg_snapshot))
                and not pg_visible_in_snapshot(xid, cast(? as pg_snapshot))
            union all
            select null, null from sending_barrier
            """;

    /// The same without looking for messages that were begun before, of which there are hardly any: it fails
    /// where there is one, and costs a third less.
    private static final String BEGIN_NEW = BEGIN.replace("on conflict do nothing", "");

    /// Evidence is never refused: a late outcome is taken whoever holds the range by now, and settles what was
    /// in doubt. The function is the one way to put an end on record (migration V2).
    private static final String RECORD = """
            select count(*) from record_send_facts(?, null,
                ?::bigint[], ?::bigint[], ?::int[], ?::smallint[], ?::text[], ?::text[], ?::text[], ?::timestamptz[],
                ?::timestamptz[])
            """;

    /// For ends of which none is known yet: it fails where one is (migration V8).
    private static final String RECORD_NEW = RECORD.replace("record_send_facts", "record_new_send_facts");

    /// Which of some messages this worker has begun: asked when the answer of [#BEGIN] was lost. Under the same
    /// epoch, so that a message which this worker lost and leased again does not go for both of its leases.
    private static final String RECALL = """
            select f.range_id, r.epoch, f.recipient_no, f.kind
            from unnest(?::bigint[], ?::int[], ?::int[], ?::smallint[]) as w (range_id, epoch, recipient_no, attempt)
            join send_range r on r.id = w.range_id and r.epoch = w.epoch
            join campaign m on m.id = r.campaign_id
            join send_fact f on f.period = m.period and f.campaign_id = m.id and f.recipient_no = w.recipient_no
                and f.attempt = w.attempt and f.phase = 0
            where f.worker_id = ?
            """;

    private final Database database;
    private final long workerId;
    private final Supplier<String> checkedStart;

    /// @param checkedStart the start of PostgreSQL for which it is known to be ours, see
    ///     [io.mailblast.installation.InstallationWatch#checkedStart]
    SendFacts(Database database, long workerId, Supplier<String> checkedStart) {
        this.database = database;
        this.workerId = workerId;
        this.checkedStart = checkedStart;
    }

    /// The key of one message among those that a statement was about.
    record Key(long rangeId, int epoch, int recipientNo) {

        static Key of(Work work) {
            return new Key(work.range().id(), work.range().epoch(), work.recipientNo());
        }
    }

    /// What was found when the messages' turn came; all of it is committed.
    ///
    /// @param begun may go now
    /// @param skipped will not go
    /// @param missed begun as well, but by what was known before: must be withdrawn
    record Answer(Set<Key> begun, Set<Key> skipped, Set<Key> missed) {

        Answer() {
            this(new HashSet<>(), new HashSet<>(), new HashSet<>());
        }
    }

    /// The end of an attempt, to be recorded.
    ///
    /// @param dueAt of the next attempt, for `deferred` and `withdrawn`
    record Close(
            Work work,
            String kind,
            @Nullable String providerId,
            @Nullable String detail,
            java.time.@Nullable Instant dueAt,
            java.time.Instant firstBegunAt) {}

    Answer begin(List<Work> wanted) {
        try {
            return begin(wanted, BEGIN_NEW);
        } catch (DuplicateException e) {
            return begin(wanted, BEGIN);
        }
    }

    private Answer begin(List<Work> wanted, String sql) {
        return database.withConnection(connection -> {
            Answer answer = new Answer();
            String looked = "";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setArray(1, ranges(connection, wanted));
                statement.setLong(2, workerId);
                statement.setArray(3, ranges(connection, wanted));
                statement.setLong(4, workerId);
                statement.setString(5, checkedStart.get());
                statement.setArray(
                        6, longs(connection, wanted, work -> work.range().id()));
                statement.setArray(
                        7, ints(connection, wanted, work -> work.range().epoch()));
                statement.setArray(8, ints(connection, wanted, Work::recipientNo));
                statement.setArray(9, ints(connection, wanted, Work::attempt));
                statement.setArray(10, longs(connection, wanted, Work::contactId));
                statement.setArray(11, suppressed(connection, wanted));
                statement.setLong(12, workerId);
                statement.setLong(13, workerId);
                statement.execute();
                statement.getMoreResults();
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        take(rows, answer);
                        looked = rows.getString(5);
                    }
                }
            }
            if (!answer.begun().isEmpty()) {
                Missed missed = missed(connection, wanted, looked);
                wanted.stream().filter(missed::concerns).map(Key::of).forEach(key -> {
                    if (answer.begun().remove(key)) {
                        answer.missed().add(key);
                    }
                });
            }
            return answer;
        });
    }

    private record Missed(boolean all, Set<Long> workspaces, Set<Long> contacts) {

        boolean concerns(Work work) {
            return all
                    || contacts.contains(work.contactId())
                    || workspaces.contains(work.range().share().workspaceId());
        }
    }

    private static Missed missed(Connection connection, List<Work> wanted, String looked) throws SQLException {
        boolean all = false;
        Set<Long> workspaces = new HashSet<>();
        Set<Long> contacts = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(MISSED)) {
            Object[] asked = wanted.stream()
                    .map(work -> work.range().share().workspaceId())
                    .distinct()
                    .toArray();
            statement.setArray(1, connection.createArrayOf("bigint", asked));
            statement.setString(2, looked);
            statement.setString(3, looked);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long workspace = row.getLong(1);
                    all |= row.wasNull();
                    long contact = row.getLong(2);
                    if (row.wasNull()) {
                        workspaces.add(workspace);
                    } else {
                        contacts.add(contact);
                    }
                }
            }
        }
        return new Missed(all, workspaces, contacts);
    }

    private static void take(ResultSet row, Answer answer) throws SQLException {
        Key key = new Key(row.getLong(1), row.getInt(2), row.getInt(3));
        (row.getString(4).equals("begun") ? answer.begun() : answer.skipped()).add(key);
    }

    void record(List<Close> closes) {
        try {
            record(closes, RECORD_NEW);
        } catch (DuplicateException e) {
            record(closes, RECORD);
        }
    }

    private void record(List<Close> closes, String sql) {
        database.withConnection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                List<Work> works = closes.stream().map(Close::work).toList();
                statement.setLong(1, workerId);
                statement.setArray(
                        2, longs(connection, works, work -> work.range().campaignId()));
                statement.setArray(
                        3, longs(connection, works, work -> work.range().id()));
                statement.setArray(4, ints(connection, works, Work::recipientNo));
                statement.setArray(5, ints(connection, works, Work::attempt));
                statement.setArray(6, texts(connection, closes, Close::kind));
                statement.setArray(7, texts(connection, closes, Close::providerId));
                statement.setArray(8, texts(connection, closes, Close::detail));
                statement.setArray(9, times(connection, closes, Close::dueAt));
                statement.setArray(10, times(connection, closes, Close::firstBegunAt));
                statement.execute();
            }
            return closes.size();
        });
    }

    /// The answer to a [#begin] that got lost: what of it was committed, by this worker under these leases. A message
    /// that was skipped stays so; one that was begun must be withdrawn, for nobody knows any more what was known
    /// then.
    Answer recall(List<Work> works) {
        return database.withConnection(connection -> {
            Answer answer = new Answer();
            try (PreparedStatement statement = connection.prepareStatement(RECALL)) {
                statement.setArray(
                        1, longs(connection, works, work -> work.range().id()));
                statement.setArray(
                        2, ints(connection, works, work -> work.range().epoch()));
                statement.setArray(3, ints(connection, works, Work::recipientNo));
                statement.setArray(4, ints(connection, works, Work::attempt));
                statement.setLong(5, workerId);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        take(rows, answer);
                    }
                }
            }
            return new Answer(Set.of(), answer.skipped(), answer.begun());
        });
    }

    private static Array longs(Connection connection, List<Work> works, java.util.function.ToLongFunction<Work> of)
            throws SQLException {
        return connection.createArrayOf(
                "bigint", works.stream().map(work -> of.applyAsLong(work)).toArray());
    }

    private static Array ranges(Connection connection, List<Work> works) throws SQLException {
        return connection.createArrayOf(
                "bigint",
                works.stream().map(work -> work.range().id()).distinct().toArray());
    }

    private static Array ints(Connection connection, List<Work> works, java.util.function.ToIntFunction<Work> of)
            throws SQLException {
        return connection.createArrayOf(
                "int", works.stream().map(work -> of.applyAsInt(work)).toArray());
    }

    private static Array suppressed(Connection connection, List<Work> works) throws SQLException {
        return connection.createArrayOf(
                "boolean", works.stream().map(Work::suppressed).toArray());
    }

    private static Array texts(
            Connection connection, List<Close> closes, java.util.function.Function<Close, @Nullable String> of)
            throws SQLException {
        List<@Nullable String> values = new ArrayList<>();
        closes.forEach(close -> values.add(of.apply(close)));
        return connection.createArrayOf("text", values.toArray());
    }

    private static Array times(
            Connection connection,
            List<Close> closes,
            java.util.function.Function<Close, java.time.@Nullable Instant> of)
            throws SQLException {
        List<@Nullable String> values = new ArrayList<>(closes.size());
        // Those of one burst share theirs.
        java.time.@Nullable Instant before = null;
        String text = "";
        for (Close close : closes) {
            java.time.Instant time = of.apply(close);
            if (time != null && !time.equals(before)) {
                before = time;
                text = time.truncatedTo(ChronoUnit.MICROS).toString();
            }
            values.add(time == null ? null : text);
        }
        return connection.createArrayOf("timestamptz", values.toArray());
    }
}
