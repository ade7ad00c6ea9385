package io.mailblast.sending;

import io.mailblast.db.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The two statements that everything in `sending` rests on: [#begin], which lets messages go, and [#record], which
/// says
/// what came of them. Both append facts, unique per (campaign, recipient, attempt, phase), and count only what they
/// really inserted.
final class SendFacts {

    /// The lock on the range makes the fence: whoever reclaims it locks `for update`, so no epoch changes in between.
    /// A message that this has not returned as begun must not have a byte written.
    private static final String BEGIN = """
            with wanted as materialized (
                select * from unnest(?::bigint[], ?::int[], ?::int[], ?::smallint[])
                    as w (range_id, epoch, recipient_no, attempt)),
            held as materialized (
                select r.id, r.epoch, r.campaign_id
                from send_range r
                where r.id in (select range_id from wanted)
                    and r.state = 'leased' and r.worker_id = ? and r.lease_until > clock_timestamp()
                for share),
            judged as (
                select m.period, m.id as campaign_id, w.recipient_no, w.attempt, w.range_id,
                    case
                        when c.id is null then 'the contact was deleted'
                        when s.id is not null then s.reason
                        when not exists (
                            select from campaign_list cl
                            join list_member lm on lm.list_id = cl.list_id and lm.contact_id = c.id
                            where cl.campaign_id = m.id and lm.left_at is null) then 'left the lists'
                    end as reason
                from wanted w
                join held on held.id = w.range_id and held.epoch = w.epoch
                join campaign m on m.id = held.campaign_id and m.state = 'sending'
                join campaign_recipient r
                    on r.period = m.period and r.campaign_id = m.id and r.recipient_no = w.recipient_no
                left join contact c on c.id = r.contact_id
                left join suppression s on s.workspace_id = m.workspace_id and s.address = c.address),
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
            select o.range_id, held.epoch, o.recipient_no, o.kind from opened o join held on held.id = o.range_id
            """;

    /// Evidence is never refused: a late outcome is taken whoever holds the range by now, and settles what was in
    /// doubt. The function is the one way to put an end on record (migration V2).
    private static final String RECORD = """
            select count(*) from record_send_facts(?, null,
                ?::bigint[], ?::bigint[], ?::int[], ?::smallint[], ?::text[], ?::text[], ?::text[], ?::timestamptz[],
                ?::timestamptz[])
            """;

    /// Which of some messages this worker has begun: asked when the answer of [#BEGIN] was lost. Under the same epoch,
    /// so that a message which this worker lost and leased again does not go for both of its leases.
    private static final String MINE = """
            select f.range_id, r.epoch, f.recipient_no
            from unnest(?::bigint[], ?::int[], ?::int[], ?::smallint[]) as w (range_id, epoch, recipient_no, attempt)
            join send_range r on r.id = w.range_id and r.epoch = w.epoch
            join campaign m on m.id = r.campaign_id
            join send_fact f on f.period = m.period and f.campaign_id = m.id and f.recipient_no = w.recipient_no
                and f.attempt = w.attempt and f.phase = 0
            where f.worker_id = ?
            """;

    private final Database database;
    private final long workerId;

    SendFacts(Database database, long workerId) {
        this.database = database;
        this.workerId = workerId;
    }

    /// What was found when a message's turn came.
    enum Opened {
        BEGUN,
        SKIPPED
    }

    /// The key of one message among those that a statement was about.
    record Key(long rangeId, int epoch, int recipientNo) {

        static Key of(Work work) {
            return new Key(work.range().id(), work.range().epoch(), work.recipientNo());
        }
    }

    /// @param begun may go now
    /// @param skipped will not go; both are committed
    record Answer(Set<Key> begun, Set<Key> skipped) {}

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
        return database.withConnection(connection -> {
            Answer answer = new Answer(new HashSet<>(), new HashSet<>());
            try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
                statement.setArray(
                        1, longs(connection, wanted, work -> work.range().id()));
                statement.setArray(
                        2, ints(connection, wanted, work -> work.range().epoch()));
                statement.setArray(3, ints(connection, wanted, Work::recipientNo));
                statement.setArray(4, ints(connection, wanted, Work::attempt));
                statement.setLong(5, workerId);
                statement.setLong(6, workerId);
                statement.setLong(7, workerId);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        Key key = new Key(rows.getLong(1), rows.getInt(2), rows.getInt(3));
                        (rows.getString(4).equals("begun") ? answer.begun() : answer.skipped()).add(key);
                    }
                }
            }
            return answer;
        });
    }

    void record(List<Close> closes) {
        database.withConnection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
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

    Set<Key> mine(List<Work> works) {
        return database.withConnection(connection -> {
            Set<Key> mine = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(MINE)) {
                statement.setArray(
                        1, longs(connection, works, work -> work.range().id()));
                statement.setArray(
                        2, ints(connection, works, work -> work.range().epoch()));
                statement.setArray(3, ints(connection, works, Work::recipientNo));
                statement.setArray(4, ints(connection, works, Work::attempt));
                statement.setLong(5, workerId);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        mine.add(new Key(rows.getLong(1), rows.getInt(2), rows.getInt(3)));
                    }
                }
            }
            return mine;
        });
    }

    private static Array longs(Connection connection, List<Work> works, java.util.function.ToLongFunction<Work> of)
            throws SQLException {
        return connection.createArrayOf(
                "bigint", works.stream().map(work -> of.applyAsLong(work)).toArray());
    }

    private static Array ints(Connection connection, List<Work> works, java.util.function.ToIntFunction<Work> of)
            throws SQLException {
        return connection.createArrayOf(
                "int", works.stream().map(work -> of.applyAsInt(work)).toArray());
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
        List<@Nullable String> values = new ArrayList<>();
        closes.forEach(close -> {
            java.time.Instant time = of.apply(close);
            values.add(time == null ? null : Timestamp.from(time).toInstant().toString());
        });
        return connection.createArrayOf("timestamptz", values.toArray());
    }
}
