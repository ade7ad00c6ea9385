package io.mailblast.monitoring;

import io.mailblast.db.Database;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What PostgreSQL says of itself: locks, deadlocks, dead rows, sizes, replicas. Asked every 10 seconds; the partitions
/// of a table count as that table.
public final class DatabaseFigures {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFigures.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private static final String DATABASE = """
            select d.deadlocks, d.blks_hit, d.blks_read, d.temp_bytes, d.xact_commit, d.xact_rollback, d.numbackends,
                pg_database_size(d.datid) as size,
                (select count(*) from pg_locks l where l.database = d.datid and not l.granted) as waiting,
                coalesce((
                    select max(extract(epoch from greatest(replay_lag, flush_lag, write_lag))) from pg_stat_replication),
                    0) as replica_lag,
                (select count(*) from pg_stat_replication) as replicas,
                case when pg_is_in_recovery()
                    then coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0) end as own_lag
            from pg_stat_database d
            where d.datname = current_database()
            """;

    private static final String TABLES = """
            select coalesce(p.relname, t.relname) as name, sum(t.n_live_tup) as live, sum(t.n_dead_tup) as dead,
                sum(pg_total_relation_size(t.relid)) as size
            from pg_stat_user_tables t
            left join pg_inherits i on i.inhrelid = t.relid
            left join pg_class p on p.oid = i.inhparent
            where t.schemaname = current_schema()
            group by 1
            """;

    private final Database database;
    private final MeterRegistry registry;
    private final LongSupplier nanoTime;
    private final Map<String, Table> tables = new HashMap<>();
    private volatile Figures figures = Figures.NONE;
    private long nextNs;

    /// @param sizeBytes of the database on disk
    /// @param hits pages that were found in its cache, ever
    /// @param reads pages that were not
    /// @param waiting locks that somebody waits for
    /// @param replicaLagSeconds of the slowest replica, or of this server where it is one
    record Figures(
            double sizeBytes,
            double deadlocks,
            double hits,
            double reads,
            double temporaryBytes,
            double commits,
            double rollbacks,
            double connections,
            double waiting,
            double replicas,
            double replicaLagSeconds,
            double deadRows) {

        static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// What is known of a table; its gauges read it.
    private static final class Table {
        private volatile double live;
        private volatile double dead;
        private volatile double bytes;
    }

    public DatabaseFigures(Database database, MeterRegistry registry) {
        this(database, registry, System::nanoTime);
    }

    DatabaseFigures(Database database, MeterRegistry registry, LongSupplier nanoTime) {
        this.database = database;
        this.registry = registry;
        this.nanoTime = nanoTime;
        this.nextNs = nanoTime.getAsLong();
        gauge("size.bytes", "The database on disk", Figures::sizeBytes);
        gauge("connections", "Connections to it, of all processes", Figures::connections);
        gauge("locks.waiting", "Locks that somebody waits for", Figures::waiting);
        gauge("replicas", "Servers that follow it", Figures::replicas);
        gauge("replication.lag.seconds", "How far the slowest of them is behind", Figures::replicaLagSeconds);
        counter("deadlocks", "Deadlocks that it broke", Figures::deadlocks);
        counter("pages.hit", "Pages that were in its cache", Figures::hits);
        counter("pages.read", "Pages that were not", Figures::reads);
        counter("temporary.bytes", "Written to temporary files", Figures::temporaryBytes);
        counter("commits", "Transactions that were committed", Figures::commits);
        counter("rollbacks", "Transactions that were rolled back", Figures::rollbacks);
    }

    /// Asks, where it is time; while the database is away what is known stays. Used by one thread.
    public void sample() {
        long now = nanoTime.getAsLong();
        if (now - nextNs < 0) {
            return;
        }
        nextNs = now + EVERY.toNanos();
        try {
            figures = database.write(handle -> {
                // A table that somebody has for himself tells no size; whoever measures does not wait for it.
                handle.execute("set local lock_timeout = '200ms'");
                return ask(handle);
            });
        } catch (RuntimeException e) {
            LOG.debug("the database tells nothing of itself", e);
        }
    }

    Figures current() {
        return figures;
    }

    private Figures ask(Handle handle) {
        record Row(String name, double live, double dead, double size) {}
        List<Row> rows = handle.createQuery(TABLES)
                .map((row, _) -> new Row(
                        row.getString("name"), row.getDouble("live"), row.getDouble("dead"), row.getDouble("size")))
                .list();
        for (Row row : rows) {
            Table table = tables.computeIfAbsent(row.name(), this::register);
            table.live = row.live();
            table.dead = row.dead();
            table.bytes = row.size();
        }
        double dead = rows.stream().mapToDouble(Row::dead).sum();
        return handle.createQuery(DATABASE)
                .map((row, _) -> new Figures(
                        row.getDouble("size"),
                        row.getDouble("deadlocks"),
                        row.getDouble("blks_hit"),
                        row.getDouble("blks_read"),
                        row.getDouble("temp_bytes"),
                        row.getDouble("xact_commit"),
                        row.getDouble("xact_rollback"),
                        row.getDouble("numbackends"),
                        row.getDouble("waiting"),
                        row.getDouble("replicas"),
                        Math.max(row.getDouble("replica_lag"), row.getDouble("own_lag")),
                        dead))
                .one();
    }

    private Table register(String name) {
        Table table = new Table();
        Gauge.builder("mailblast.postgres.table.rows", table, it -> it.live)
                .description("Rows of a table, as PostgreSQL estimates them")
                .tag("table", name)
                .register(registry);
        Gauge.builder("mailblast.postgres.table.dead.rows", table, it -> it.dead)
                .description("Rows that were replaced or deleted, and still take room")
                .tag("table", name)
                .register(registry);
        Gauge.builder("mailblast.postgres.table.size.bytes", table, it -> it.bytes)
                .description("A table with its indexes on disk")
                .tag("table", name)
                .register(registry);
        return table;
    }

    private void gauge(String name, String description, ToDoubleFunction<Figures> value) {
        Gauge.builder("mailblast.postgres." + name, this, it -> value.applyAsDouble(it.figures))
                .description(description)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<Figures> value) {
        FunctionCounter.builder("mailblast.postgres." + name, this, it -> value.applyAsDouble(it.figures))
                .description(description)
                .register(registry);
    }
}
