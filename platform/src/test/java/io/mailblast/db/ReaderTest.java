package io.mailblast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a real hot standby that follows a real primary.
@SuppressWarnings("NullAway.Init")
class ReaderTest {

    private static final Duration FAR = Duration.ofHours(1);

    @TempDir
    private Path primaryHome;

    @TempDir
    private Path replicaHome;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private EmbeddedDatabase primaryServer;
    private EmbeddedDatabase replicaServer;
    private Database primary;

    @BeforeEach
    void start() throws IOException, SQLException {
        primaryServer = EmbeddedDatabase.start(primaryHome, EmbeddedDatabase.Durability.DISPOSABLE);
        primary = open(primaryServer, "primary");
        int _ = primary.write(handle -> handle.execute("create table word (word text)"));
        follow();
        replicaServer = EmbeddedDatabase.start(replicaHome, EmbeddedDatabase.Durability.DISPOSABLE);
    }

    @AfterEach
    void close() {
        primary.close();
        replicaServer.close();
        primaryServer.close();
    }

    @Test
    void aReplicaAnswersWhileItFollowsAndThePrimaryWhenItIsGone() {
        awaitFollowing();
        try (Reader reader = Reader.of(primary, open(replicaServer, "replica"), FAR, registry)) {
            assertThat(isAnsweredByReplica(reader)).isTrue();
            replicaServer.close();
            assertThat(isAnsweredByReplica(reader)).isFalse();
        }
        assertThat(registry.get("mailblast.analytics.reads")
                        .tag("server", "replica")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("mailblast.analytics.reads")
                        .tag("server", "primary")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aReplicaThatIsTooFarBehindIsNotAsked() {
        try (Reader reader = Reader.of(primary, open(replicaServer, "replica"), Duration.ZERO, registry)) {
            assertThat(isAnsweredByReplica(reader)).isFalse();
        }
    }

    @Test
    void aStatementThatIsWrongIsWrongAndIsNotAskedTwice() {
        awaitFollowing();
        try (Reader reader = Reader.of(primary, open(replicaServer, "replica"), FAR, registry)) {
            assertThatThrownBy(() -> reader.read(handle -> handle.createQuery("select nothing from word")
                            .mapTo(String.class)
                            .list()))
                    .isInstanceOf(UnableToExecuteStatementException.class);
            assertThat(isAnsweredByReplica(reader)).isTrue();
        }
    }

    /// Until something that was committed has come there.
    private void awaitFollowing() {
        try (Database replica = open(replicaServer, "replica")) {
            int _ = primary.write(handle -> handle.execute("insert into word values ('new')"));
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (replica.read(handle -> handle.createQuery(
                                    "select count(*) from word where pg_last_xact_replay_timestamp() is not null")
                            .mapTo(Long.class)
                            .one())
                    == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private static boolean isAnsweredByReplica(Reader reader) {
        return reader.read(handle -> handle.createQuery("select pg_is_in_recovery()")
                .mapTo(Boolean.class)
                .one());
    }

    private static Database open(EmbeddedDatabase server, String name) {
        return Database.open(
                server.target(),
                new DatabaseConfig("", "", "", 2, Duration.ofSeconds(5), Duration.ofSeconds(10)),
                name);
    }

    /// PostgreSQL 18, 25.3.4: a base backup by the low-level API; the log comes by streaming.
    private void follow() throws IOException, SQLException {
        ConnectionTarget target = primaryServer.target();
        Path from = primaryHome.resolve("postgres");
        Path to = replicaHome.resolve("postgres");
        copy(primaryHome.resolve("keys"), replicaHome.resolve("keys"));
        try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
                var statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('replica', true)");
            copy(from, to);
            try (var label = statement.executeQuery("select labelfile from pg_backup_stop()")) {
                assertThat(label.next()).isTrue();
                Files.writeString(to.resolve("backup_label"), label.getString(1));
            }
        }
        Files.createFile(to.resolve("standby.signal"));
        String port = target.jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1");
        Files.writeString(
                to.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=" + target.user() + " password="
                        + target.password() + "'\n");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path relative = from.relativize(each);
                boolean isLog = relative.startsWith("pg_wal") && Files.isRegularFile(each);
                if (!isLog
                        && !each.endsWith("postmaster.pid")
                        && !each.endsWith("postmaster.opts")
                        && Files.exists(each)) {
                    Files.copy(
                            each,
                            to.resolve(relative),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
