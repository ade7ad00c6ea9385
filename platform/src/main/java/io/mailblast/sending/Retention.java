package io.mailblast.sending;

import io.mailblast.archive.Archive;
import io.mailblast.db.Database;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the tables of sending from growing without bound. Ranges go a day after their campaign ended; rows of
/// workers a week after they fell silent; test mails 90 days after they ended; changes of the audience once no campaign
/// under way asks for them; the facts of single messages with their month, once all its campaigns
/// have ended and the month is older than `sending.keep_facts`, and its recipients with them or later
/// (`sending.keep_recipients`), into the archive where there is one. Counts, suppressions and events are not touched.
final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final String RANGES = """
            delete from send_range where id in (
                select r.id from send_range r join campaign m on m.id = r.campaign_id
                where r.state = 'done' and m.state in ('sent', 'cancelled') and m.finished_at < now() - interval '1 day'
                limit 10000)
            """;

    /// Not one that a message in doubt still speaks of.
    private static final String WORKERS = """
            delete from worker w
            where w.beat_at < now() - interval '7 days'
                and not exists (select from send_range r where r.worker_id = w.id)
                and not exists (select from send_in_doubt d where d.worker_id = w.id)
            """;

    /// Months all of whose campaigns have ended long ago, and none of whose messages is in doubt: settling it
    /// would be one more fact.
    private static final String FOLDABLE = """
            select to_char(old.period, 'YYYY_MM') from (
                select distinct period from campaign
                where period < date_trunc('month', now() - :keep * interval '1 ms') and period is not null) old
            where to_regclass(:table || '_' || to_char(old.period, 'YYYY_MM')) is not null
                and not exists (
                    select from campaign m where m.period = old.period and m.state not in ('sent', 'cancelled'))
                and not exists (
                    select from campaign m join send_in_doubt d on d.campaign_id = m.id where m.period = old.period)
            order by 1
            """;

    private static final String TEST_MAILS = """
            delete from test_mail where finished_at < now() - interval '90 days'
            """;

    /// A campaign that has been under way for a day looks everybody up from then on.
    private static final String OLD_SNAPSHOTS = """
            update campaign set audience_seen = null
            where audience_seen is not null and (queued_at < now() - interval '1 day' or state in ('sent', 'cancelled'))
            """;

    /// Such as no campaign asks for. The hour is for a snapshot that is being taken: none takes so long.
    private static final String AUDIENCE_CHANGES = """
            delete from audience_change
            where at < now() - interval '1 hour'
                and xid < coalesce((select min(audience_seen) from campaign), pg_snapshot_xmin(pg_current_snapshot()))
            """;

    private final Database database;
    private final Duration keepFacts;
    private final Duration keepRecipients;

    /// @param keepRecipients 0 for good, else no less than `keepFacts`: without its recipients no fact is of use
    Retention(Database database, Duration keepFacts, Duration keepRecipients) {
        this.database = database;
        this.keepFacts = keepFacts;
        this.keepRecipients = keepRecipients;
    }

    /// @return whether there may be more to do at once
    boolean run() {
        int ranges = database.read(handle -> handle.createUpdate(RANGES).execute());
        database.read(handle -> handle.createUpdate(WORKERS).execute());
        database.read(handle -> handle.createUpdate(TEST_MAILS).execute());
        database.read(handle -> handle.createUpdate(OLD_SNAPSHOTS).execute());
        database.read(handle -> handle.createUpdate(AUDIENCE_CHANGES).execute());
        fold(List.of("send_fact", "send_run"), keepFacts);
        if (!keepRecipients.isZero()) {
            fold(List.of("campaign_recipient"), keepRecipients);
        }
        return ranges > 0;
    }

    private static boolean isThere(Handle handle, String partition) {
        return handle.createQuery("select to_regclass(:partition) is not null")
                .bind("partition", partition)
                .mapTo(Boolean.class)
                .one();
    }

    private static void drop(Handle handle, String table, String partition, boolean archived) {
        if (archived) {
            Archive.takeOut(handle, table, partition);
        } else {
            handle.execute("drop table " + partition);
        }
    }

    /// The messages' states become the campaigns' counts, which are kept. The lock is short: a partition is
    /// dropped whole.
    private void fold(List<String> tables, Duration keep) {
        List<String> months = database.read(handle -> handle.createQuery(FOLDABLE)
                .bind("table", tables.getFirst())
                .bind("keep", keep.toMillis())
                .mapTo(String.class)
                .list());
        for (String month : months) {
            database.write(handle -> {
                handle.execute("set local lock_timeout = '2s'");
                boolean archived = Archive.isWanted(handle);
                tables.stream()
                        .filter(table -> isThere(handle, table + "_" + month))
                        .forEach(table -> drop(handle, table, table + "_" + month, archived));
                return tables.size();
            });
            LOG.info("retention=dropped tables={} month={}", tables, month);
        }
    }
}
