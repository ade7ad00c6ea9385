package io.mailblast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.FaultyLink;
import io.mailblast.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Statements that wait, at servers that answer others and at those that answer nobody.
class ServerWatchTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Duration PATIENCE = Duration.ofMillis(300);

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    private static Connection connect(ConnectionTarget target, String pool) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", target.user());
        login.setProperty("password", target.password());
        login.setProperty("socketFactory", WatchedSockets.class.getName());
        login.setProperty("socketFactoryArg", pool);
        return DriverManager.getConnection(target.jdbcUrl(), login);
    }

    @Test
    void aLongStatementIsLeftAloneWhileTheServerAnswersOthers() throws SQLException {
        ConnectionTarget target = DATABASE.target();
        try (ServerWatch _ = ServerWatch.start("long", target, PATIENCE);
                Connection connection = connect(target, "long");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("select pg_sleep(3)")).isTrue();
        }
    }

    @Test
    void whoWaitsForAServerThatAnswersNobodyIsToldThatItIsAway() throws SQLException {
        try (FaultyLink link = new FaultyLink(DATABASE.target());
                ServerWatch _ = ServerWatch.start("silent", link.target(), PATIENCE);
                Connection connection = connect(link.target(), "silent");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("select 1")).isTrue();
            link.stall();

            assertThatThrownBy(() -> statement.execute("select 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(Database.isAway(e)).as(e.toString()).isTrue());
        }
    }

    @Test
    void oneThatIsIdleIsKept() throws Exception {
        ConnectionTarget target = DATABASE.target();
        try (ServerWatch _ = ServerWatch.start("idle", target, PATIENCE);
                Connection connection = connect(target, "idle");
                Statement statement = connection.createStatement()) {
            Thread.sleep(PATIENCE.multipliedBy(6));

            assertThat(WatchedSockets.isAnyWaiting("idle", 0)).isFalse();
            assertThat(statement.execute("select 1")).isTrue();
        }
    }
}
