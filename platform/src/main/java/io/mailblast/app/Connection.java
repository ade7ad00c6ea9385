package io.mailblast.app;

import io.mailblast.analytics.AnalyticsConfig;
import io.mailblast.db.ConnectionTarget;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.db.DatabaseUnavailableException;
import io.mailblast.db.EmbeddedDatabase;
import io.mailblast.db.Migrations;
import io.mailblast.db.Reader;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A role's way to PostgreSQL: the embedded server or the one that the configuration names, its schema current, a pool.
final class Connection implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable EmbeddedDatabase embedded;
    private final ConnectionTarget target;
    private final Database database;

    private Connection(@Nullable EmbeddedDatabase embedded, ConnectionTarget target, Database database) {
        this.embedded = embedded;
        this.target = target;
        this.database = database;
    }

    /// For the role that owns the home: starts the embedded server where there is no other.
    ///
    /// @throws DatabaseUnavailableException when PostgreSQL does not answer
    static Connection own(Configuration config, String name) {
        EmbeddedDatabase embedded = config.database().embedded() ? EmbeddedDatabase.start(config.home()) : null;
        try {
            ConnectionTarget target = embedded == null ? ConnectionTarget.of(config.database()) : embedded.target();
            Migrations.run(target);
            return new Connection(embedded, target, Database.open(target, config.database(), name));
        } catch (RuntimeException e) {
            if (embedded != null) {
                embedded.close();
            }
            throw e;
        }
    }

    /// For a role beside it: the embedded server must be running, and is waited for.
    static Connection join(Configuration config, String name) {
        ConnectionTarget target =
                config.database().embedded() ? awaitRunning(config) : ConnectionTarget.of(config.database());
        Migrations.run(target);
        return new Connection(null, target, Database.open(target, config.database(), name));
    }

    /// For a command: joins the server that is running, else starts the embedded one for the moment.
    static Connection beside(Configuration config, String name) {
        if (config.database().embedded()) {
            try {
                EmbeddedDatabase.running(config.home());
            } catch (DatabaseUnavailableException e) {
                return own(config, name);
            }
        }
        return join(config, name);
    }

    Database database() {
        return database;
    }

    /// A pool of its own for whoever watches: one that is watched may have none left.
    Database forWatching(DatabaseConfig config) {
        return Database.open(target, config.forWatching(), "mailblast-watch");
    }

    /// For questions whose answers may be some seconds old: the replica, where one is configured.
    Reader forReading(Configuration config, MeterRegistry registry) {
        AnalyticsConfig analytics = config.analytics();
        if (analytics.replicaUrl().isEmpty()) {
            return Reader.of(database, registry);
        }
        ConnectionTarget replica =
                ConnectionTarget.of("analytics.replica_url", analytics.replicaUrl(), target.user(), target.password());
        return Reader.of(
                database,
                Database.open(replica, config.database(), "mailblast-replica"),
                analytics.replicaLag(),
                registry);
    }

    @Override
    public void close() {
        database.close();
        if (embedded != null) {
            embedded.close();
        }
    }

    private static ConnectionTarget awaitRunning(Configuration config) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return EmbeddedDatabase.running(config.home());
            } catch (DatabaseUnavailableException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStartException("Interrupted while waiting for the database.");
        }
    }
}
