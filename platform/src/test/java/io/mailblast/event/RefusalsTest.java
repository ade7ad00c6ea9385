package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.ConnectionTarget;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class RefusalsTest {

    private static final Duration LEASE = Duration.ofMillis(1_500);

    @TempDir
    Path folder;

    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 10, List.of());
    private final AtomicLong passed = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong asked = new AtomicLong();
    private FileEventLog log;

    @BeforeEach
    void open() throws IOException {
        log = FileEventLog.open(
                folder.resolve("log"),
                new EventLogConfig(EventLogConfig.Durability.OS, 64 << 10, 1 << 20, Duration.ZERO, 1_000, 7),
                new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        log.close();
        db.close();
    }

    @Test
    void aRefusalIsCommittedBeforeItIsAnswered() {
        try (Refusals refusals = start(db.database())) {
            assertThat(refusals.take(unsubscribed(3))).isTrue();

            assertThat(suppressed()).isEqualTo(1);
            await(() -> log.read(log.start(), 10).entries().size() == 1);
        }
    }

    @Test
    void whileNothingIsUnpassedTheOwnerVouches() {
        try (Refusals refusals = start(db.database())) {
            await(() -> vouched() == 1);

            assertThat(barriers()).isZero();
        }
        assertThat(vouched()).as("an orderly stop leaves nobody waiting").isZero();
    }

    @Test
    void aNodeThatStopsInOrderIsNobodysObstacleThoughItsLogIsNotWhollyIngested() {
        passed.set(log.end());
        try (Refusals refusals = start(db.database())) {
            await(() -> vouched() == 1);
            assertThat(refusals.take(unsubscribed(3))).isTrue();
        }

        assertThat(watched()).as("the refusal was committed when it was taken").isZero();
    }

    @Test
    void aRefusalThatOnlyTheLogHasOutlivesTheStopOfItsNode() {
        insertVouch();
        log.append(unsubscribed(5));
        passed.set(0);

        start(db.database()).close();

        assertThat(watched()).isEqualTo(1);
    }

    /// The database of this node is away, and that of the workers is not: the worst of all cuts.
    @Test
    void aRefusalThatOnlyTheLogHasIsAnsweredOnceNoWorkerMayBeginAnyMore() {
        try (Refusals vouching = start(db.database())) {
            await(() -> vouched() == 1);
        }
        insertVouch();

        try (Database away = away();
                Refusals refusals = start(away)) {
            refusals.take(unsubscribed(4));

            assertThat(barriers()).as("the last vouch has lapsed").isEqualTo(1);
            await(() -> log.read(log.start(), 10).entries().size() == 1);
        }
    }

    @Test
    void nothingIsVouchedForUntilTheIngesterHasPassedWhatTheLogHeldAtTheStart() {
        log.append(unsubscribed(5));
        passed.set(0);
        try (Refusals refusals = start(db.database())) {
            long before = asked.get();
            await(() -> asked.get() > before + 1);
            assertThat(vouched()).isZero();

            passed.set(log.end());
            await(() -> vouched() == 1);
        }
    }

    private Refusals start(Database database) {
        return Refusals.start(
                database, log, mark -> passed.get() >= mark, "home", LEASE, () -> asked.incrementAndGet() > 0);
    }

    private static Database away() {
        return Database.open(
                new ConnectionTarget("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret"),
                new DatabaseConfig("", "", "", 2, Duration.ofMillis(300), Duration.ofSeconds(1)),
                "away");
    }

    /// As a process leaves it that was killed.
    private void insertVouch() {
        db.database()
                .read(handle ->
                        handle.createUpdate("""
                        insert into refusal_watch (home, log, clear_until, vouched_at)
                        values ('home', 'log', clock_timestamp() + :lease * interval '1 ms', clock_timestamp())
                        """).bind("lease", LEASE.toMillis()).execute());
    }

    private Event unsubscribed(int recipient) {
        return Event.unsubscribed(campaign.message(recipient), Instant.now(), "");
    }

    private long suppressed() {
        return count("select count(*) from suppression");
    }

    private long vouched() {
        return count("select count(*) from refusal_watch where clear_until > clock_timestamp()");
    }

    private long watched() {
        return count("select count(*) from refusal_watch");
    }

    private long barriers() {
        return count("select count(*) from sending_barrier");
    }

    private long count(String query) {
        return db.database()
                .read(handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    private static void await(BooleanSupplier effect) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!effect.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }
}
