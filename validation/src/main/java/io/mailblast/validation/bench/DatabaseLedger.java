package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
import io.mailblast.validation.installation.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    /// `utime`, `stime`, `cutime` and `cstime`, counted from the field after the name; in hundredths of a second on
    /// every
    /// architecture that this runs on (`USER_HZ`).
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;
    private static final double TICKS_PER_SECOND = 100;

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
                        cpuSeconds(installation.database()), row.getDouble(1), row.getDouble(2), row.getDouble(3));
            }
        } catch (SQLException e) {
            throw new CannotRunException("PostgreSQL does not say what it has used: " + e.getMessage());
        }
    }

    /// Those that have ended are in what their parent remembers of its children (`cutime`, `cstime` of
    /// proc_pid_stat(5)).
    private static double cpuSeconds(EmbeddedServer server) {
        long ticks = 0;
        for (ProcessHandle process : server.processes()) {
            try {
                String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                for (int field = FIRST_TIME; field < FIRST_TIME + TIMES; field++) {
                    ticks += Long.parseLong(fields[field]);
                }
            } catch (NoSuchFileException e) {
                // It has ended just now, and is one of its parent's.
            } catch (IOException e) {
                return Double.NaN;
            }
        }
        return ticks / TICKS_PER_SECOND;
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
