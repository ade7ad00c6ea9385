package io.mailblast.sending;

import io.mailblast.db.Database;
import io.mailblast.db.DuplicateException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Puts the ends of attempts on record: a row for each run of neighbours that were accepted at their first
/// attempt, one for each other. To record an end twice changes nothing.
final class Endings {

    /// Only of ranges that are still this worker's, and for as long as the lock on them lasts nobody can
    /// take them: so nobody else puts an end of these messages on record. Of a range that was taken each is
    /// recorded with care. A renewal need not wait for this lock.
    private static final String RECORD_RUNS = """
            select 1 from send_range
            where id = any(?::bigint[]) and state = 'leased' and worker_id = ?
            order by id
            for key share;
            with held as materialized (
                select r.id, r.epoch, m.id as campaign_id, m.period
                from send_range r
                join campaign m on m.id = r.campaign_id
                where r.id = any(?::bigint[]) and r.state = 'leased' and r.worker_id = ?),
            closed as (
                insert into send_run (period, campaign_id, first_no, last_no, phase, range_id, worker_id, provider_ids)
                select held.period, held.campaign_id, w.first_no, w.last_no, 1, w.range_id, ?, w.provider_ids
                from unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::text[])
                    as w (range_id, epoch, first_no, last_no, provider_ids)
                join held on held.id = w.range_id and held.epoch = w.epoch
                where not exists (
                    select from send_facts_of(held.period, held.campaign_id, w.first_no, w.last_no) f
                    where f.attempt = 1 and f.phase = 1)
                returning campaign_id, range_id, first_no, last_no),
            counted as (
                insert into send_count as c (campaign_id, worker_id, phase, accepted)
                select campaign_id, ?, 1, sum(last_no - first_no + 1) from closed group by campaign_id
                -- in one order, so that two who count for the same writer do not deadlock
                order by campaign_id
                on conflict on constraint send_count_pkey do update set accepted = c.accepted + excluded.accepted)
            select c.range_id, held.epoch, c.first_no, c.last_no from closed c join held on held.id = c.range_id
            """;

    /// Evidence is never refused: a late outcome is taken whoever holds the range by now, and settles what was
    /// in doubt. The function is the one way to put an end on record (migration V2).
    private static final String RECORD = """
            select count(*) from record_send_facts(?, null,
                ?::bigint[], ?::bigint[], ?::int[], ?::smallint[], ?::text[], ?::text[], ?::text[], ?::timestamptz[],
                ?::timestamptz[])
            """;

    /// For ends of which none is known yet: it fails where one is (migration V8).
    private static final String RECORD_NEW = RECORD.replace("record_send_facts", "record_new_send_facts");

    private final Database database;
    private final long workerId;

    Endings(Database database, long workerId) {
        this.database = database;
        this.workerId = workerId;
    }

    void record(List<SendFacts.Close> closes) {
        Map<Boolean, List<SendFacts.Close>> shared =
                closes.stream().collect(Collectors.partitioningBy(Endings::mayShare));
        List<SendFacts.Close> accepted = shared.getOrDefault(true, List.of());
        if (!accepted.isEmpty()) {
            Set<SendFacts.Key> told = recordRuns(accepted);
            recordEach(
                    accepted.stream()
                            .filter(close -> !told.contains(SendFacts.Key.of(close.work())))
                            .toList(),
                    RECORD);
        }
        List<SendFacts.Close> others = shared.getOrDefault(false, List.of());
        try {
            recordEach(others, RECORD_NEW);
        } catch (DuplicateException e) {
            recordEach(others, RECORD);
        }
    }

    private static boolean mayShare(SendFacts.Close close) {
        return close.kind().equals("accepted") && close.work().attempt() == 1;
    }

    /// @return who is on record now; of the others nobody knows
    private Set<SendFacts.Key> recordRuns(List<SendFacts.Close> accepted) {
        List<Run<SendFacts.Close>> runs = Run.of(accepted, SendFacts.Close::work);
        try {
            return database.withConnection(connection -> {
                Set<SendFacts.Key> told = new HashSet<>();
                try (PreparedStatement statement = connection.prepareStatement(RECORD_RUNS)) {
                    var ranges = SqlArrays.distinct(
                            connection, runs, run -> run.range().id());
                    statement.setArray(1, ranges);
                    statement.setLong(2, workerId);
                    statement.setArray(3, ranges);
                    statement.setLong(4, workerId);
                    statement.setLong(5, workerId);
                    Run.bind(connection, statement, 6, runs);
                    statement.setArray(10, SqlArrays.texts(connection, runs, Endings::providerIds));
                    statement.setLong(11, workerId);
                    statement.execute();
                    statement.getMoreResults();
                    try (ResultSet rows = statement.getResultSet()) {
                        while (rows.next()) {
                            Run.take(rows, told);
                        }
                    }
                }
                return told;
            });
        } catch (DuplicateException e) {
            return Set.of();
        }
    }

    private static String providerIds(Run<SendFacts.Close> run) {
        return run.members().stream()
                .map(close ->
                        close.providerId() == null ? "" : close.providerId().replace('\n', ' '))
                .collect(Collectors.joining("\n"));
    }

    private void recordEach(List<SendFacts.Close> closes, String sql) {
        if (closes.isEmpty()) {
            return;
        }
        boolean _ = database.withConnection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                List<Work> works = closes.stream().map(SendFacts.Close::work).toList();
                statement.setLong(1, workerId);
                statement.setArray(
                        2,
                        SqlArrays.longs(connection, works, work -> work.range().campaignId()));
                statement.setArray(
                        3,
                        SqlArrays.longs(connection, works, work -> work.range().id()));
                statement.setArray(4, SqlArrays.ints(connection, works, Work::recipientNo));
                statement.setArray(5, SqlArrays.ints(connection, works, Work::attempt));
                statement.setArray(6, SqlArrays.texts(connection, closes, SendFacts.Close::kind));
                statement.setArray(7, SqlArrays.texts(connection, closes, SendFacts.Close::providerId));
                statement.setArray(8, SqlArrays.texts(connection, closes, SendFacts.Close::detail));
                statement.setArray(9, SqlArrays.times(connection, closes, SendFacts.Close::dueAt));
                statement.setArray(10, SqlArrays.times(connection, closes, SendFacts.Close::firstBegunAt));
                return statement.execute();
            }
        });
    }
}
