package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.ConnectionTarget;
import io.mailblast.event.EventLogConfig.Durability;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A log, an ingester, a sent campaign and its database, for each test its own.
abstract class IngestScene {

    static final EventLogConfig CONFIG = new EventLogConfig(Durability.OS, 64 << 10, 1 << 30, Duration.ZERO, 500, 7);
    static final String AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.7.0";
    static final List<String> LINKS = List.of("https://a.example/", "https://b.example/?x=1");

    @TempDir
    Path folder;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TestDatabase db = TestDatabase.create();
    final TestCampaign campaign = TestCampaign.create(db, db.workspace("Ingest"), 20_000, LINKS);

    @SuppressWarnings("NullAway.Init")
    FileEventLog log;

    @BeforeEach
    void openLog() throws IOException {
        log = FileEventLog.open(folder, CONFIG, registry);
    }

    @AfterEach
    void close() {
        log.close();
        db.close();
    }

    Ingester start() {
        return Ingester.start(db.database(), log, CONFIG, InstantSource.system(), registry);
    }

    void drained(Ingester ingester) throws InterruptedException {
        assertThat(ingester.awaitDrained(Duration.ofSeconds(30)))
                .as("behind by %d bytes", ingester.lagBytes())
                .isTrue();
    }

    Map<EventKind, CampaignCounts.Count> counts(TestCampaign of) {
        return db.database().read(handle -> CampaignCounts.of(handle, of.workspaceId(), of.id()));
    }

    List<Rollups.Difference> differences() {
        return db.database().read(Rollups::verify);
    }

    /// By a connection of its own: one of the pool may be among those that were dropped before.
    void dropConnections() throws SQLException {
        ConnectionTarget target = db.target();
        try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
                var statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()");
        }
    }

    void run(String sql) {
        db.database()
                .read(handle -> handle.createUpdate(
                                sql.startsWith("select")
                                        ? "do $x$ begin perform " + sql.substring(7) + "; end $x$"
                                        : sql)
                        .execute());
    }

    long number(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    List<String> texts(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
