package io.mailblast.event;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the ranges of pages by which events are found by their position (PostgreSQL's documentation, "BRIN Indexes",
/// 65.5.1.1): PostgreSQL itself adds new pages to them only when it vacuums, and whoever asks has to read through what
/// is not there yet. And it uses them only where it knows that rows lie by their position, which it learns when it
/// analyzes, a minute or more after a month has begun, or after a crash.
final class PositionIndex {

    private static final Logger LOG = LoggerFactory.getLogger(PositionIndex.class);

    /// Reading through so many takes some milliseconds.
    private static final int ENOUGH = 50_000;

    private static final Duration OFTEN = Duration.ofSeconds(30);

    private static final String SUMMARIZE = """
            select coalesce(sum(brin_summarize_new_values(i.indexrelid)), 0)
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
            where a.amname = 'brin' and i.indrelid = to_regclass(:table)
            """;

    /// Not where it is known and the table has not doubled since.
    private static final String UNKNOWN = """
            select exists (
                select from pg_class c
                where c.oid = to_regclass(:table)
                    and (c.relpages * 2 < pg_relation_size(c.oid) / cast(current_setting('block_size') as int)
                        or not exists (
                            select from pg_stats s
                            where s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname
                                and s.attname = 'position')))
            """;

    /// Of three thousand rows, which is enough for one column.
    private static final String BRIEFLY = "set local default_statistics_target = 10";

    /// Shorter than what it takes to end a vacuum that is in the way.
    private static final String HASTE = "set local lock_timeout = '200ms'";

    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyy_MM").withZone(ZoneOffset.UTC);

    private final Database database;
    private final Set<Instant> months = new HashSet<>();
    private int events;
    private long lastNs = System.nanoTime();

    PositionIndex(Database database) {
        this.database = database;
    }

    /// Rows were committed; once there are enough of them their pages are added. What fails is done with the next ones.
    ///
    /// @param months in which they lie
    void grew(int added, Set<Instant> months) {
        events += added;
        this.months.addAll(months);
        if (events >= ENOUGH || (events > 0 && System.nanoTime() - lastNs >= OFTEN.toNanos())) {
            try {
                this.months.forEach(this::summarize);
                this.months.clear();
                events = 0;
            } catch (RuntimeException e) {
                LOG.debug("index=behind problem=\"{}\"", e.getMessage());
            }
            lastNs = System.nanoTime();
        }
    }

    private void summarize(Instant month) {
        String table = "event_" + SUFFIX.format(month);
        long _ = database.write(handle -> {
            handle.execute(HASTE);
            return handle.createQuery(SUMMARIZE)
                    .bind("table", table)
                    .mapTo(Long.class)
                    .one();
        });
        if (database.read(handle -> handle.createQuery(UNKNOWN)
                .bind("table", table)
                .mapTo(Boolean.class)
                .one())) {
            int _ = database.write(handle -> {
                handle.execute(HASTE);
                handle.execute(BRIEFLY);
                return handle.execute("analyze " + table + " (position)");
            });
        }
    }
}
