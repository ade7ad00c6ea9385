package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Looks at PostgreSQL's own counts of its tables every five seconds: the most dead rows that each had, and how large
/// each came to be, partitions with their table.
final class TableWatch implements AutoCloseable {

    private static final int EVERY_SECONDS = 5;
    private static final int NAMED = 6;

    /// Monitoring Database Activity, PostgreSQL's manual: `n_dead_tup` is an estimate.
    private static final String TABLES = """
            select coalesce(parent.relname, s.relname), sum(s.n_dead_tup), sum(pg_total_relation_size(s.relid))
            from pg_stat_user_tables s
            left join pg_inherits i on i.inhrelid = s.relid
            left join pg_class parent on parent.oid = i.inhparent
            group by 1
            """;

    private final EmbeddedServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final Map<String, Long> dead = new TreeMap<>();
    private final Map<String, Long> bytes = new TreeMap<>();

    TableWatch(EmbeddedServer server) {
        this.server = server;
        this.thread = Thread.ofVirtual().name("table-watch").start(this::run);
    }

    /// The most dead rows that one table had at one time.
    synchronized long mostDead() {
        return dead.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /// Those with most of them, and the largest, each with its most.
    synchronized String words() {
        return "Dead rows at most: " + largest(dead, "%s %,d") + ". Size at most, with indexes: "
                + largest(megabytes(), "%s %,d MB") + ".";
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Long> megabytes() {
        return bytes.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() >> 20));
    }

    private static String largest(Map<String, Long> of, String format) {
        return of.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(NAMED)
                .map(entry -> String.format(Locale.ROOT, format, entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private void run() {
        try {
            do {
                look();
            } while (!closing.await(EVERY_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                note(rows.getString(1), rows.getLong(2), rows.getLong(3));
            }
        } catch (SQLException | CannotRunException e) {
            // While it is started anew it tells nothing; the next look does.
        }
    }

    private synchronized void note(String table, long deadRows, long size) {
        dead.merge(table, deadRows, Math::max);
        bytes.merge(table, size, Math::max);
    }
}
