package io.mailblast.sending;

import io.mailblast.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What everything in `sending` rests on: [#begin], which lets messages go, and [#record], which says what came of
/// them. Both append facts, of which a message has one at most for each attempt and phase, and count only what they
/// really inserted. Neighbours share a row where they can (decision 19).
final class SendFacts {

    /// Which of some messages this worker has begun: asked when the answer of [#BEGIN] was lost. Under the same
    /// epoch, so that a message which this worker lost and leased again does not go for both of its leases.
    private static final String RECALL = """
            select f.range_id, r.epoch, f.recipient_no, f.kind
            from unnest(?::bigint[], ?::int[], ?::int[], ?::smallint[]) as w (range_id, epoch, recipient_no, attempt)
            join send_range r on r.id = w.range_id and r.epoch = w.epoch
            join campaign m on m.id = r.campaign_id
            cross join lateral send_facts_of(m.period, m.id, w.recipient_no, w.recipient_no) f
            where f.attempt = w.attempt and f.phase = 0 and f.worker_id = ?
            """;

    private final Database database;
    private final long workerId;
    private final Beginnings beginnings;
    private final Endings endings;

    /// @param checkedStart the start of PostgreSQL for which it is known to be ours, see
    ///     [io.mailblast.installation.InstallationWatch#checkedStart]
    SendFacts(Database database, long workerId, Supplier<String> checkedStart) {
        this.database = database;
        this.workerId = workerId;
        this.beginnings = new Beginnings(database, workerId, checkedStart);
        this.endings = new Endings(database, workerId);
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

        boolean says(Work work) {
            Key key = Key.of(work);
            return begun.contains(key) || skipped.contains(key) || missed.contains(key);
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
            @Nullable Instant dueAt,
            Instant firstBegunAt) {}

    /// @throws RuntimeException where the database does not answer: some may have been begun, see [#recall]
    Answer begin(List<Work> wanted) {
        return beginnings.begin(wanted);
    }

    void record(List<Close> closes) {
        endings.record(closes);
    }

    /// The answer to a [#begin] that got lost: what of it was committed, by this worker under these leases. A message
    /// that was skipped stays so; one that was begun must be withdrawn, for nobody knows any more what was known
    /// then.
    Answer recall(List<Work> works) {
        return database.withConnection(connection -> {
            Answer answer = new Answer();
            try (PreparedStatement statement = connection.prepareStatement(RECALL)) {
                SqlArrays.bindMessages(connection, statement, 1, works);
                statement.setLong(5, workerId);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        Key key = new Key(rows.getLong(1), rows.getInt(2), rows.getInt(3));
                        (rows.getString(4).equals("begun") ? answer.missed() : answer.skipped()).add(key);
                    }
                }
            }
            return answer;
        });
    }
}
