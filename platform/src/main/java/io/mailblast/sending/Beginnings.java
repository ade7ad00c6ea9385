package io.mailblast.sending;

import io.mailblast.db.Database;
import io.mailblast.db.DuplicateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Lets messages go, by statements that commit before a byte of them leaves. Of first attempts those about
/// whom nothing has changed go with their neighbours, a row for each run of them; the others are looked up
/// and go one by one.
final class Beginnings {

    /// The lock on the range makes the fence: whoever reclaims it locks `for update`, so no epoch changes in
    /// between. Nothing is begun while sending is held, or where PostgreSQL was started anew and nobody looked
    /// whose it is. A message that was not returned as begun must not have a byte written.
    ///
    /// The lock is a statement of its own, in one round trip and one (implicit) transaction with the other:
    /// where a renewal moves the row that is waited for, PostgreSQL prepares every part of the locking
    /// statement again to check the new version, and 18.6 ends with signal 11 where one of them prunes
    /// partitions.
    private static final String LOCK = """
            select 1 from send_range
            where id = any(?::bigint[]) and state = 'leased' and worker_id = ? and lease_until > clock_timestamp()
            order by id
            for share;
            """;

    /// Which of the ranges may begin something, and what has changed in their workspaces since their
    /// recipients were numbered (`audience_change`, migration V21): nothing of which is known where
    /// PostgreSQL was started anew, or so much that to look at all is as cheap.
    private static final String HELD = """
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
            """;

    /// Neither of the two rows that one message may have begun by hinders the other by its key, so that is
    /// looked for. It finds nothing as long as no message is asked for twice: a lease is one worker's, and
    /// who leases a range anew reads who of it has been begun.
    private static final String BEGIN_RUNS = LOCK + HELD + """
            struck as materialized (
                select w.run
                from unnest(?::bigint[], ?::int[]) as w (contact_id, run)
                join changed on changed.contact_id = w.contact_id),
            opened as (
                insert into send_run (period, campaign_id, first_no, last_no, phase, range_id, worker_id)
                select held.period, held.campaign_id, w.first_no, w.last_no, 0, w.range_id, ?
                from unnest(?::bigint[], ?::int[], ?::int[], ?::int[])
                    with ordinality as w (range_id, epoch, first_no, last_no, run)
                join held on held.id = w.range_id and held.epoch = w.epoch
                where held.seen is not null and not (select told from too_many)
                    and w.run not in (select run from struck)
                    and not exists (
                        select from send_facts_of(held.period, held.campaign_id, w.first_no, w.last_no) f
                        where f.attempt = 1 and f.phase = 0)
                returning campaign_id, range_id, first_no, last_no),
            counted as (
                insert into send_count (campaign_id, worker_id, phase, opened)
                select campaign_id, ?, 0, sum(last_no - first_no + 1) from opened group by campaign_id
                on conflict (campaign_id, worker_id, phase) do update set opened = send_count.opened + excluded.opened)
            select o.range_id, held.epoch, o.first_no, o.last_no, (select cast(pg_current_snapshot() as text)) as looked
            from opened o join held on held.id = o.range_id
            """;

    /// Who may still get his mail is looked up, one by his key, for those alone about whom something has
    /// changed, who was suppressed when the recipients were numbered, or where that is not known. `offset
    /// 0` keeps the look-ups what they are, whatever the planner knows of tables that have just been
    /// filled. Who a number of the snapshot is never changes, so the contact is told.
    private static final String BEGIN_EACH = LOCK + HELD + """
            asked as (
                select held.period, held.campaign_id, held.workspace_id, held.lists, w.*,
                    held.seen is null or w.suppressed or (select told from too_many)
                        or coalesce(w.contact_id in (select contact_id from changed), true) as asked
                from unnest(?::bigint[], ?::int[], ?::int[], ?::smallint[], ?::bigint[], ?::boolean[])
                    as w (range_id, epoch, recipient_no, attempt, contact_id, suppressed)
                join held on held.id = w.range_id and held.epoch = w.epoch
                where w.attempt > 1
                    or not exists (
                        select from send_facts_of(held.period, held.campaign_id, w.recipient_no, w.recipient_no) f
                        where f.attempt = 1 and f.phase = 0)
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
                insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id, detail,
                    knows_runs)
                select period, campaign_id, recipient_no, attempt, 0,
                    case when reason is null then 'begun' else 'skipped' end, range_id, ?, reason, true
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

    /// The same without looking for messages that were begun before, of which there are hardly any: it fails
    /// where there is one, and costs a third less.
    private static final String BEGIN_EACH_NEW = BEGIN_EACH.replace("on conflict do nothing", "");

    /// What a statement cannot have seen, asked once it is committed: a refusal that was answered while it
    /// was on its way, of a contact (or of so many that a workspace stands for them), or one that only a
    /// log has.
    private static final String MISSED = """
            select workspace_id, contact_id from audience_change
            where workspace_id = any(?::bigint[]) and xid >= pg_snapshot_xmin(cast(? as pg_snapshot))
                and not pg_visible_in_snapshot(xid, cast(? as pg_snapshot))
            union all
            select null, null from sending_barrier
            """;

    private final Database database;
    private final long workerId;
    private final Supplier<String> checkedStart;

    /// @param checkedStart see [SendFacts]
    Beginnings(Database database, long workerId, Supplier<String> checkedStart) {
        this.database = database;
        this.workerId = workerId;
        this.checkedStart = checkedStart;
    }

    SendFacts.Answer begin(List<Work> wanted) {
        SendFacts.Answer answer = new SendFacts.Answer();
        beginRuns(wanted, answer);
        List<Work> rest = wanted.stream().filter(work -> !answer.says(work)).toList();
        if (!rest.isEmpty()) {
            try {
                beginEach(rest, BEGIN_EACH_NEW, answer);
            } catch (DuplicateException e) {
                beginEach(rest, BEGIN_EACH, answer);
            }
        }
        return answer;
    }

    private void beginRuns(List<Work> wanted, SendFacts.Answer answer) {
        List<Run<Work>> runs = Run.of(
                wanted.stream()
                        .filter(work -> work.attempt() == 1 && !work.suppressed())
                        .toList(),
                work -> work);
        if (runs.isEmpty()) {
            return;
        }
        try {
            beginRuns(wanted, runs, answer);
        } catch (DuplicateException e) {
            // One of them was begun before: each is looked at.
        }
    }

    private record Member(long contactId, int run) {}

    private void beginRuns(List<Work> wanted, List<Run<Work>> runs, SendFacts.Answer answer) {
        List<Member> members = new ArrayList<>(wanted.size());
        for (int i = 0; i < runs.size(); i++) {
            for (Work work : runs.get(i).members()) {
                // PostgreSQL counts from 1.
                members.add(new Member(work.contactId(), i + 1));
            }
        }
        boolean _ = database.withConnection(connection -> {
            String looked = "";
            try (PreparedStatement statement = connection.prepareStatement(BEGIN_RUNS)) {
                bindHeld(connection, statement, wanted);
                statement.setArray(6, SqlArrays.longs(connection, members, Member::contactId));
                statement.setArray(7, SqlArrays.ints(connection, members, Member::run));
                statement.setLong(8, workerId);
                Run.bind(connection, statement, 9, runs);
                statement.setLong(13, workerId);
                statement.execute();
                statement.getMoreResults();
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        Run.take(rows, answer.begun());
                        looked = rows.getString(5);
                    }
                }
            }
            withdrawMissed(connection, wanted, looked, answer);
            return true;
        });
    }

    private void beginEach(List<Work> wanted, String sql, SendFacts.Answer answer) {
        boolean _ = database.withConnection(connection -> {
            String looked = "";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bindHeld(connection, statement, wanted);
                SqlArrays.bindMessages(connection, statement, 6, wanted);
                statement.setArray(10, SqlArrays.longs(connection, wanted, Work::contactId));
                statement.setArray(11, SqlArrays.booleans(connection, wanted, Work::suppressed));
                statement.setLong(12, workerId);
                statement.setLong(13, workerId);
                statement.execute();
                statement.getMoreResults();
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        SendFacts.Key key = new SendFacts.Key(rows.getLong(1), rows.getInt(2), rows.getInt(3));
                        (rows.getString(4).equals("begun") ? answer.begun() : answer.skipped()).add(key);
                        looked = rows.getString(5);
                    }
                }
            }
            withdrawMissed(connection, wanted, looked, answer);
            return true;
        });
    }

    private void bindHeld(Connection connection, PreparedStatement statement, List<Work> wanted) throws SQLException {
        var ranges = SqlArrays.distinct(connection, wanted, work -> work.range().id());
        statement.setArray(1, ranges);
        statement.setLong(2, workerId);
        statement.setArray(3, ranges);
        statement.setLong(4, workerId);
        statement.setString(5, checkedStart.get());
    }

    /// @param looked the snapshot of the statement, empty where it began nothing
    private static void withdrawMissed(Connection connection, List<Work> wanted, String looked, SendFacts.Answer answer)
            throws SQLException {
        if (looked.isEmpty()) {
            return;
        }
        Missed missed = missed(connection, wanted, looked);
        wanted.stream().filter(missed::concerns).map(SendFacts.Key::of).forEach(key -> {
            if (answer.begun().remove(key)) {
                answer.missed().add(key);
            }
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
}
