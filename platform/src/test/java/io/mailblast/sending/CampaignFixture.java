package io.mailblast.sending;

import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// A workspace with contacts and a campaign that was told to send.
final class CampaignFixture {

    private final TestDatabase db;
    final long workspaceId;
    final long listId;

    CampaignFixture(TestDatabase db, String workspace) {
        this.db = db;
        this.workspaceId = db.workspace(workspace);
        this.listId =
                insert("insert into contact_list (workspace_id, name) values (" + workspaceId + ", 'l') returning id");
    }

    /// Contacts `name-1@example.com` and on, all on the list.
    void contacts(String name, int count) {
        execute("""
                with c as (
                    insert into contact (workspace_id, email, address, first_name)
                    select %d, '%s-' || n || '@example.com', '%s-' || n || '@example.com', 'N' || n
                    from generate_series(1, %d) n returning id)
                insert into list_member (list_id, contact_id) select %d, id from c
                """.formatted(workspaceId, name, name, count, listId));
    }

    /// A campaign in state `queueing`.
    long campaign(String content) {
        long id = insert("""
                insert into campaign (workspace_id, name, subject, from_name, from_email, content, state, period, send_requested_at)
                values (%d, 'c', 'Hi {{first_name}}', 'S', 's@example.org', '%s', 'queueing', ensure_period(now()), now())
                returning id
                """.formatted(workspaceId, content.replace("'", "''")));
        execute("insert into campaign_list values (" + id + ", " + listId + ")");
        return id;
    }

    /// All facts of a campaign, however they are kept, as a table `f` of a statement.
    static String facts(long campaign) {
        return "(select k.* from campaign m cross join lateral send_facts_of(m.period, m.id, 0, 2147483647) k where m.id = "
                + campaign + ") f";
    }

    String state(long campaign) {
        return text("select state from campaign where id = " + campaign);
    }

    long count(String query) {
        return db.database()
                .read(handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    String text(String query) {
        return db.database()
                .read(handle -> handle.createQuery(query).mapTo(String.class).one());
    }

    void execute(String statement) {
        db.database().read(handle -> handle.execute(statement));
    }

    private long insert(String statement) {
        return count(statement);
    }

    /// The start of PostgreSQL, as a worker has it that looked whose the database is.
    static Supplier<String> checkedStart(TestDatabase db) {
        String started = db.database()
                .read(handle -> handle.createQuery("select cast(pg_postmaster_start_time() as text)")
                        .mapTo(String.class)
                        .one());
        return () -> started;
    }

    /// Waits for an effect, with a deadline, and says what was seen instead.
    static void await(BooleanSupplier effect, Supplier<String> seen) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!effect.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen: " + seen.get());
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    void awaitSent(long campaign) {
        await(
                () -> state(campaign).equals("sent"),
                () -> state(campaign) + " " + counts(campaign) + " ranges "
                        + text(
                                "select string_agg(first_no || ':' || state || ':' || attempt, ' ') from send_range where campaign_id = "
                                        + campaign));
    }

    /// As `opened=3 skipped=0 accepted=2 refused=1`.
    String counts(long campaign) {
        return text("""
                select 'opened=' || coalesce(sum(opened), 0) || ' skipped=' || coalesce(sum(skipped), 0)
                    || ' accepted=' || coalesce(sum(accepted), 0) || ' refused=' || coalesce(sum(refused), 0)
                from send_count where campaign_id = %d
                """.formatted(campaign));
    }
}
