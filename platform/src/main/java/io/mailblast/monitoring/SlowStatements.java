package io.mailblast.monitoring;

import io.mailblast.db.Database;
import java.util.Optional;

/// The slowest statement, as PostgreSQL tells: of those that run now, and, where `pg_stat_statements` counts
/// them for us alone, of those that ended since it was last asked.
public final class SlowStatements {

    /// Background workers, what waits for its next statement, and a `COPY` that waits for its client are none.
    private static final String RUNNING = """
            select coalesce(max(extract(epoch from clock_timestamp() - query_start)), 0)
            from pg_stat_activity
            where datname = current_database() and state = 'active' and backend_type = 'client backend'
                and wait_event_type is distinct from 'Client' and pid <> pg_backend_pid()
            """;

    private static final String ENDED = """
            select coalesce(max(max_exec_time), 0) / 1000
            from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
            """;

    private static final String FORGET =
            "select pg_stat_statements_reset(0, oid, 0, true) from pg_database where datname = current_database()";

    private final Database database;
    private Optional<Boolean> counted = Optional.empty();

    public SlowStatements(Database database) {
        this.database = database;
    }

    /// In seconds; throws while the database is away.
    double seconds() {
        return database.read(handle -> {
            if (counted.isEmpty()) {
                counted = Optional.of(handle.createQuery(
                                "select exists (select from pg_extension where extname = 'pg_stat_statements')")
                        .mapTo(Boolean.class)
                        .one());
            }
            double running = handle.createQuery(RUNNING).mapTo(Double.class).one();
            if (!counted.get()) {
                return running;
            }
            double ended = handle.createQuery(ENDED).mapTo(Double.class).one();
            handle.createQuery(FORGET).mapToMap().list();
            return Math.max(running, ended);
        });
    }
}
