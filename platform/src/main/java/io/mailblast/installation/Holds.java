package io.mailblast.installation;

import io.mailblast.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Whether all sending is held back, and what would go on if it were released. Each act is kept, with who did it.
public final class Holds {

    private static final String HOLD = """
            insert into installation_hold (reason, account_id) values (:reason, :account) on conflict do nothing
            """;

    private static final String RELEASE = "delete from installation_hold returning reason";

    private static final String LOG = """
            insert into installation_hold_log (act, reason, account_id) values (:act, :reason, :account)
            """;

    private static final String CURRENT = "select held_at, reason from installation_hold";

    private static final String WOULD_SEND = """
            select m.id, m.name, m.state, m.scheduled_at,
                greatest(0, m.recipients - (select coalesce(sum(c.opened), 0) from send_count c where c.campaign_id = m.id))
                    + (select coalesce(sum(r.last_no - r.first_no + 1), 0) from send_range r
                        where r.campaign_id = m.id and r.attempt > 1 and r.state <> 'done') as waiting
            from campaign m
            where m.state in ('scheduled', 'queueing', 'sending', 'cancelling')
            order by m.id
            """;

    private static final String BARRIER = "select kind, reason from sending_barrier order by kind";

    private final Database database;

    public Holds(Database database) {
        this.database = database;
    }

    /// @param heldAt since when
    public record Hold(Instant heldAt, String reason) {}

    /// A campaign that goes on once sending is released.
    ///
    /// @param waiting recipients whose turn has not come, or who were put off; 0 before it is queued
    public record Pending(
            long id, String name, String state, @Nullable Instant scheduledAt, long waiting) {}

    /// What stands between messages and the provider.
    ///
    /// @param kind `held` by a person or a misfit, or `refusals`: unsubscribes that wait to be ingested
    public record Barrier(String kind, String reason) {}

    public Optional<Hold> current() {
        return database.read(handle -> handle.createQuery(CURRENT)
                .map((row, context) -> new Hold(row.getTimestamp("held_at").toInstant(), row.getString("reason")))
                .findOne());
    }

    /// Holds all sending from its commit on; one that is held already keeps its first reason, and the later one is
    /// kept beside.
    ///
    /// @param account who did it; null for the installation itself
    public void hold(String reason, @Nullable Long account) {
        database.write(handle -> {
            handle.createUpdate(HOLD)
                    .bind("reason", reason)
                    .bind("account", account)
                    .execute();
            return log(handle, "held", reason, account);
        });
    }

    /// @param account who did it; null for the command line
    /// @return why it was held, or empty if it was not
    public Optional<String> release(@Nullable Long account) {
        return database.write(handle -> {
            Optional<String> reason =
                    handle.createQuery(RELEASE).mapTo(String.class).findOne();
            reason.ifPresent(why -> log(handle, "released", why, account));
            return reason;
        });
    }

    /// Every campaign of every workspace that would go on.
    public List<Pending> wouldSend() {
        return database.read(handle -> handle.createQuery(WOULD_SEND)
                .map((row, context) -> new Pending(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("state"),
                        row.getTimestamp("scheduled_at") == null
                                ? null
                                : row.getTimestamp("scheduled_at").toInstant(),
                        row.getLong("waiting")))
                .list());
    }

    /// Why nothing may be begun at the moment; empty when it may.
    public List<Barrier> barriers() {
        return database.read(handle -> handle.createQuery(BARRIER)
                .map((row, context) -> new Barrier(row.getString("kind"), row.getString("reason")))
                .list());
    }

    private static int log(Handle handle, String act, String reason, @Nullable Long account) {
        return handle.createUpdate(LOG)
                .bind("act", act)
                .bind("reason", reason)
                .bind("account", account)
                .execute();
    }
}
