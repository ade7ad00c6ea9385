package io.mailblast.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/// The pool of connections that one process shares. Statements go through [#read] and [#write], bulk rows
/// through [#copy].
///
/// Whatever says that PostgreSQL is away leaves as [DatabaseUnavailableException]; the pool reconnects by
/// itself.
public final class Database implements AutoCloseable {

    /// SQLSTATE classes of a server that is away, starting or stopping (PostgreSQL appendix A): connection
    /// exceptions, operator intervention, too many connections.
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300");

    /// The name, in `pg_stat_activity` and in PostgreSQL's log, of whoever may take its time.
    public static final String PATIENT = "mailblast-patient";

    private static final String DUPLICATE = "23505";

    /// How much longer than PostgreSQL itself lets a statement take an answer may stay away.
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final AtomicInteger POOLS = new AtomicInteger();

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final StatementTimes statements = new StatementTimes();

    private final PoolWaits waits;
    private final ServerWatch watch;

    private Database(HikariDataSource pool, PoolWaits waits, ServerWatch watch) {
        this.pool = pool;
        this.waits = waits;
        this.watch = watch;
        this.jdbi = Jdbi.create(pool).setSqlLogger(statements);
    }

    /// Opens a pool; does not wait for the server to be there.
    ///
    /// @param name shown by `pg_stat_activity`, such as `mailblast-api`
    public static Database open(ConnectionTarget target, DatabaseConfig config, String name) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName(name);
        hikari.setJdbcUrl(target.jdbcUrl());
        if (!target.user().isEmpty()) {
            hikari.setUsername(target.user());
            hikari.setPassword(target.password());
        }
        hikari.setMaximumPoolSize(config.poolSize());
        hikari.setMinimumIdle(Math.min(2, config.poolSize()));
        hikari.setConnectionTimeout(config.acquireTimeout().toMillis());
        hikari.setInitializationFailTimeout(-1);
        hikari.setValidationTimeout(250);
        hikari.addDataSourceProperty("ApplicationName", name);
        hikari.addDataSourceProperty("tcpKeepAlive", "true");
        hikari.addDataSourceProperty("connectTimeout", "5");
        // The last resort against a server that is gone without a word: [ServerWatch] notices most of them sooner.
        hikari.addDataSourceProperty(
                "socketTimeout",
                Long.toString(silence(config.statementTimeout()).plusMillis(999).toSeconds()));
        hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
        hikari.addDataSourceProperty(
                "options",
                "-c statement_timeout=" + config.statementTimeout().toMillis() + " -c timezone=UTC"
                        + " -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
                        // What a usual import stages. A session that has used some cannot change their number.
                        + " -c temp_buffers=4096");
        PoolWaits waits = new PoolWaits();
        hikari.setMetricsTrackerFactory((_, _) -> waits);
        String sockets = name + "-" + POOLS.incrementAndGet();
        hikari.addDataSourceProperty("socketFactory", WatchedSockets.class.getName());
        hikari.addDataSourceProperty("socketFactoryArg", sockets);
        return new Database(
                new HikariDataSource(hikari), waits, ServerWatch.start(sockets, target, ServerWatch.PATIENCE));
    }

    /// How long an answer may stay away, the statement's own time included. Who waits for short statements only is not
    /// kept by a silent server as long as others.
    private static Duration silence(Duration statement) {
        return statement.plus(statement.compareTo(SILENCE) < 0 ? statement : SILENCE);
    }

    /// For what this class does not cover; prefer [#read] and [#write].
    public Jdbi jdbi() {
        return jdbi;
    }

    /// How long statements take.
    public StatementTimes statements() {
        return statements;
    }

    public DataSource dataSource() {
        return pool;
    }

    /// Runs statements outside a transaction: each commits by itself.
    ///
    /// @throws DatabaseUnavailableException when PostgreSQL is away
    public <R, X extends Exception> R read(HandleCallback<R, X> work) throws X {
        try {
            return jdbi.withHandle(work);
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    /// Runs statements in one transaction, which is rolled back when `work` throws.
    ///
    /// @throws DatabaseUnavailableException when PostgreSQL is away
    public <R, X extends Exception> R write(HandleCallback<R, X> work) throws X {
        try {
            return jdbi.inTransaction(work);
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    /// Begins a transaction for work that passes from one thread to the next; whoever has it last ends it.
    ///
    /// @throws DatabaseUnavailableException when PostgreSQL is away
    public Transaction begin() {
        try {
            Handle handle = jdbi.open();
            try {
                return new Transaction(handle.begin());
            } catch (JdbiException e) {
                handle.close();
                throw e;
            }
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    /// A transaction under way. What fails in it, fails as in [#write].
    public static final class Transaction implements AutoCloseable {

        private final Handle handle;

        private Transaction(Handle handle) {
            this.handle = handle;
        }

        public <R, X extends Exception> R run(HandleCallback<R, X> work) throws X {
            try {
                return work.withHandle(handle);
            } catch (JdbiException e) {
                throw translated(e);
            }
        }

        public void commit() {
            try {
                handle.commit();
            } catch (JdbiException e) {
                throw translated(e);
            }
        }

        /// Rolls back what is not committed. Can be called twice.
        @Override
        public void close() {
            try {
                if (!handle.isClosed() && handle.isInTransaction()) {
                    handle.rollback();
                }
            } catch (JdbiException e) {
                // The connection is gone, and with it the transaction.
            } finally {
                handle.close();
            }
        }
    }

    /// Plain JDBC, each statement committing by itself.
    ///
    /// @throws DatabaseUnavailableException when PostgreSQL is away
    /// @throws DuplicateException for a row whose key is there already
    /// @throws IllegalStateException for a statement that PostgreSQL refuses
    public <R> R withConnection(ConnectionWork<R> work) {
        try (Connection connection = pool.getConnection()) {
            return work.run(connection);
        } catch (SQLException e) {
            if (isAway(e)) {
                throw new DatabaseUnavailableException("The database does not answer.", e);
            }
            throw DUPLICATE.equals(e.getSQLState())
                    ? new DuplicateException(e)
                    : new IllegalStateException("PostgreSQL refuses a statement: " + e.getMessage(), e);
        }
    }

    /// What [#withConnection] runs.
    @FunctionalInterface
    public interface ConnectionWork<R> {
        R run(Connection connection) throws SQLException;
    }

    /// Lets the statements of a transaction take longer than those of requests may, each so long at most. They are
    /// not among the slow ones, here ([StatementTimes]) or where the server tells of them ([#PATIENT]).
    public static void allow(Handle handle, Duration longest) {
        handle.define(StatementTimes.LONG, true);
        handle.execute("set local statement_timeout = " + longest.toMillis());
        handle.execute("set local application_name = '" + PATIENT + "'");
        try {
            // The pool sets it back when it gets the connection back.
            handle.getConnection()
                    .setNetworkTimeout(
                            Runnable::run, Math.toIntExact(longest.plus(SILENCE).toMillis()));
        } catch (SQLException e) {
            throw new DatabaseUnavailableException("The database does not answer.", e);
        }
    }

    /// `COPY` on the connection of a transaction that is under way.
    public static CopyManager copy(Connection connection) throws SQLException {
        return new CopyManager(connection.unwrap(BaseConnection.class));
    }

    /// Connections in use, of [#capacity].
    public int inUse() {
        var bean = pool.getHikariPoolMXBean();
        return bean == null ? 0 : bean.getActiveConnections();
    }

    /// How long whoever wanted a connection waited for it.
    public PoolWaits waits() {
        return waits;
    }

    public int capacity() {
        return pool.getMaximumPoolSize();
    }

    /// Threads that wait for a connection.
    public int waiting() {
        var bean = pool.getHikariPoolMXBean();
        return bean == null ? 0 : bean.getThreadsAwaitingConnection();
    }

    @Override
    public void close() {
        pool.close();
        watch.close();
    }

    private static RuntimeException translated(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (isAway(cause)) {
                return new DatabaseUnavailableException("The database does not answer.", e);
            }
        }
        return e;
    }

    /// Whether an exception says that PostgreSQL is away rather than that a statement is wrong.
    public static boolean isAway(Throwable cause) {
        return cause instanceof DatabaseUnavailableException
                || cause instanceof SQLTransientConnectionException
                || (cause instanceof SQLException sql
                        && sql.getSQLState() != null
                        && (sql.getSQLState().startsWith("08") || AWAY.contains(sql.getSQLState())));
    }
}
