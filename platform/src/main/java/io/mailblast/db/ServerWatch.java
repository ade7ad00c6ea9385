package io.mailblast.db;

import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what waits for a server that answers nobody: its machine or network is gone without a word, and TCP alone would
/// notice after many minutes. Who waits for a long statement is left alone as long as the server answers others, for
/// which it is asked over a connection of its own, and only then.
final class ServerWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerWatch.class);

    /// After which somebody who waits is reason to ask whether the server answers.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// In which it answers, or else is gone.
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final String pool;
    private final Duration patience;
    private final String url;
    private final Properties login = new Properties();
    private final Thread thread;

    private ServerWatch(String pool, ConnectionTarget target, Duration patience) {
        this.pool = pool;
        this.patience = patience;
        this.url = target.jdbcUrl();
        if (!target.user().isEmpty()) {
            login.setProperty("user", target.user());
            login.setProperty("password", target.password());
        }
        login.setProperty("ApplicationName", pool);
        login.setProperty("connectTimeout", Long.toString(ANSWER.toSeconds()));
        login.setProperty("socketTimeout", Long.toString(ANSWER.toSeconds()));
        this.thread = Thread.ofPlatform().daemon().name("database-watch").unstarted(this::watch);
    }

    /// @param pool by which [WatchedSockets] know its sockets
    static ServerWatch start(String pool, ConnectionTarget target, Duration patience) {
        ServerWatch watch = new ServerWatch(pool, target, patience);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
                if (WatchedSockets.isAnyWaiting(pool, patience.toNanos())) {
                    if (answers()) {
                        TimeUnit.NANOSECONDS.sleep(patience.toNanos());
                    } else {
                        int ended = WatchedSockets.closeWaiting(pool, patience.toNanos());
                        LOG.warn("database=silent pool={} ended={}", pool, ended);
                    }
                }
            }
        } catch (InterruptedException e) {
            // Closed: that is all an interrupt means here.
            Thread.currentThread().interrupt();
        }
    }

    /// A refusal is an answer, and whatever else keeps this question from being asked says nothing about the server.
    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException e) {
            return !isSilence(e);
        }
    }

    private static boolean isSilence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        thread.interrupt();
        WatchedSockets.forget(pool);
    }
}
