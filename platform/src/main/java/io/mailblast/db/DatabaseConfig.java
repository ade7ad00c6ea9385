package io.mailblast.db;

import java.time.Duration;

/// Keys `database.*` of the configuration.
///
/// @param url a `jdbc:postgresql://` or `postgresql://` URL; empty for the embedded server
/// @param user who connects to `url`; may stand in the URL instead
/// @param password its password; may stand in the URL instead
/// @param poolSize connections of one process, 2 to 200
/// @param acquireTimeout how long a request waits for a connection before it is answered 503
/// @param statementTimeout after which PostgreSQL ends a statement of a request
public record DatabaseConfig(
        String url, String user, String password, int poolSize, Duration acquireTimeout, Duration statementTimeout) {

    public static final DatabaseConfig DEFAULTS =
            new DatabaseConfig("", "", "", 16, Duration.ofSeconds(2), Duration.ofSeconds(30));

    public DatabaseConfig {
        if (!url.isEmpty()
                && !url.startsWith("jdbc:postgresql://")
                && !url.startsWith("postgresql://")
                && !url.startsWith("postgres://")) {
            throw new IllegalArgumentException(
                    "database.url: (hidden), allowed: jdbc:postgresql://HOST:PORT/DATABASE or postgresql://USER@HOST:PORT/DATABASE");
        }
        if (poolSize < 2 || poolSize > 200) {
            throw new IllegalArgumentException("database.pool_size: " + poolSize + ", allowed: 2 to 200");
        }
        if (acquireTimeout.toMillis() < 250) {
            throw new IllegalArgumentException(
                    "database.acquire_timeout: " + acquireTimeout + ", allowed: 250ms or more");
        }
        if (statementTimeout.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "database.statement_timeout: " + statementTimeout + ", allowed: 100ms or more");
        }
    }

    /// For whoever watches: few connections, and no long wait for a lock that somebody else holds, or for a server
    /// that stands still.
    public DatabaseConfig forWatching() {
        return new DatabaseConfig(url, user, password, 3, acquireTimeout, Duration.ofSeconds(2));
    }

    /// Whether this installation brings its own PostgreSQL.
    public boolean embedded() {
        return url.isEmpty();
    }

    /// Without the password, so that a configuration can be logged.
    @Override
    public String toString() {
        return "DatabaseConfig[" + (embedded() ? "embedded" : "external") + ", poolSize=" + poolSize + "]";
    }
}
