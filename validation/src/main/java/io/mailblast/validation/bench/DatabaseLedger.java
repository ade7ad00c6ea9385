package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// What an installation's PostgreSQL has used since it began: two of them, before and after some work, say what the
/// work
/// cost.
///
/// @param cpuSeconds of all its processes; not a number where the system does not tell
/// @param walBytes that were written to its log
/// @param bytes of all tables and indexes
/// @param writes to its disk, of pages and of its log, flushes among them
record DatabaseLedger(double cpuSeconds, double walBytes, double bytes, double writes) {

    /// `pg_stat_io` counts both pages and the log (The Cumulative Statistics System, PostgreSQL's manual).
    private static final String USED = """
            select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), pg_database_size(current_database()),
                (select coalesce(sum(writes), 0) + coalesce(sum(extends), 0) from pg_stat_io)
            """;

    /// What is not on disk yet is written before, or it would be the next work's.
    static DatabaseLedger read(Installation installation) {
        try (Connection connection = installation.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("checkpoint");
            statement.execute("select pg_stat_force_next_flush()");
            try (ResultSet row = statement.executeQuery(USED)) {
                if (!row.next()) {
                    throw new CannotRunException("PostgreSQL says nothing of what it has used.");
                }
                return new DatabaseLedger(
                        cpuSeconds(installation), row.getDouble(1), row.getDouble(2), row.getDouble(3));
            }
        } catch (SQLException e) {
            throw new CannotRunException("PostgreSQL does not say what it has used: " + e.getMessage());
        }
    }

    private static double cpuSeconds(Installation installation) {
        return installation.databaseCpu().map(time -> time.toNanos() / 1e9).orElse(Double.NaN);
    }

    /// What one of so many things cost.
    DatabaseLedger each(DatabaseLedger before, double things) {
        return new DatabaseLedger(
                (cpuSeconds - before.cpuSeconds) / things,
                (walBytes - before.walBytes) / things,
                (bytes - before.bytes) / things,
                (writes - before.writes) / things);
    }
}
