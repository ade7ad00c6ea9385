package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What a database's connections do while they work, looked at now and then: run, or wait for what (`wait_event` of
/// `pg_stat_activity`, PostgreSQL's manual). Ends with [#close].
final class Waits implements AutoCloseable {

    private static final String LOOK = """
            select coalesce(wait_event_type || '/' || wait_event, 'ran'), count(*)
            from pg_stat_activity
            where backend_type = 'client backend' and state = 'active' and pid <> pg_backend_pid()
            group by 1
            """;

    private static final int MOST_NAMED = 4;

    private final Connection connection;
    private final Thread looking;
    private final Map<String, Long> found = new TreeMap<>();

    private Waits(Connection connection, int everyMs) {
        this.connection = connection;
        this.looking = Thread.ofPlatform().daemon().name("waits").start(() -> look(everyMs));
    }

    static Waits watch(EmbeddedServer database, int everyMs) {
        return new Waits(database.connect(), everyMs);
    }

    private void look(int everyMs) {
        try (Statement statement = connection.createStatement()) {
            while (!Thread.currentThread().isInterrupted()) {
                try (ResultSet rows = statement.executeQuery(LOOK)) {
                    while (rows.next()) {
                        add(rows.getString(1), rows.getLong(2));
                    }
                }
                TimeUnit.MILLISECONDS.sleep(everyMs);
            }
        } catch (SQLException e) {
            // The database is gone, or this is closed: what was seen until then is told.
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private synchronized void add(String what, long connections) {
        found.merge(what, connections, Long::sum);
    }

    /// What connections that worked did, the most frequent first, as shares of all; empty where none was seen working.
    synchronized Map<String, Double> shares() {
        double all = found.values().stream().mapToLong(Long::longValue).sum();
        List<Map.Entry<String, Long>> most = new ArrayList<>(found.entrySet());
        most.sort(Map.Entry.<String, Long>comparingByValue().reversed());
        Map<String, Double> shares = new LinkedHashMap<>();
        most.stream().limit(MOST_NAMED).forEach(each -> shares.put(each.getKey(), each.getValue() / all));
        return shares;
    }

    @Override
    public void close() {
        looking.interrupt();
        try {
            looking.join();
            connection.close();
        } catch (SQLException e) {
            throw new CannotRunException("A connection to the database cannot be closed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }
}
