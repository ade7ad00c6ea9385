package io.mailblast.monitoring;

import io.mailblast.db.Database;
import io.mailblast.db.StatementTimes;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Slow statements, from three sides: those that run now, those that this process saw end, and those of PostgreSQL's
/// own
/// log, which knows all processes. What may take its time ([Database#allow]: an import, a snapshot) is listed, and
/// raises no alert.
public final class SlowStatements {

    /// Background workers, what waits for its next statement, and a `COPY` that waits for its client are none.
    private static final String RUNNING = """
            select coalesce(max(extract(epoch from clock_timestamp() - query_start)), 0)
            from pg_stat_activity
            where datname = current_database() and state = 'active' and backend_type = 'client backend'
                and application_name <> :patient
                and wait_event_type is distinct from 'Client' and pid <> pg_backend_pid()
            """;

    private static final Duration LISTED = Duration.ofMillis(100);

    private final Database database;
    private final StatementTimes client;
    private final Highest ended;
    private final SlowQueryLog log = new SlowQueryLog();

    /// @param source `client`, as this process saw it, or `server`, as PostgreSQL's log has it
    /// @param patient whether it may take its time
    public record Statement(
            String text, String source, long calls, double meanSeconds, double maxSeconds, boolean patient) {}

    /// @param database asked for what runs
    /// @param client what the pool that is watched saw
    /// @param window for how long one that ended is remembered
    public SlowStatements(Database database, StatementTimes client, Duration window) {
        this(database, client, window, System::nanoTime);
    }

    SlowStatements(Database database, StatementTimes client, Duration window, LongSupplier nanoTime) {
        this.database = database;
        this.client = client;
        this.ended = new Highest(window, nanoTime);
    }

    /// The slowest that runs, or ended within the window. In seconds; throws while the database is away. Asked by one
    /// thread.
    double seconds() {
        ended.add(client.slowestSince().toNanos() / 1e9);
        double running = database.read(handle -> {
            ended.add(log.read(handle));
            return handle.createQuery(RUNNING)
                    .bind("patient", Database.PATIENT)
                    .mapTo(Double.class)
                    .one();
        });
        return Math.max(running, ended.value());
    }

    /// Since this process started, slowest first.
    ///
    /// @param most of each source
    public List<Statement> slowest(int most) {
        Stream<Statement> here = client.from(LISTED).stream()
                .limit(most)
                .map(each -> new Statement(
                        SlowQueryLog.normalised(each.text()),
                        "client",
                        each.calls(),
                        each.mean().toNanos() / 1e9,
                        each.max().toNanos() / 1e9,
                        each.isLong()));
        Stream<Statement> server = log.slowest().stream()
                .limit(most)
                .map(each -> new Statement(
                        each.text(),
                        "server",
                        each.calls(),
                        each.total() / each.calls(),
                        each.max(),
                        each.isPatient()));
        return Stream.concat(here, server)
                .sorted((one, other) -> Double.compare(other.maxSeconds(), one.maxSeconds()))
                .toList();
    }
}
