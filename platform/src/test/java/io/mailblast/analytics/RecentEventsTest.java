package io.mailblast.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.event.Event;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages of what happened last, over events of several workspaces and months that came by two logs in turns.
@SuppressWarnings("NullAway.Init")
class RecentEventsTest {

    private static final EventLogConfig CONFIG =
            new EventLogConfig(EventLogConfig.Durability.OS, 64 << 10, 1 << 30, Duration.ZERO, 1_000, 7);

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TestDatabase db = TestDatabase.create();
    private final List<TestCampaign> campaigns = new ArrayList<>();

    /// Of the last one.
    private static final int RARE = 3;

    @BeforeEach
    void ingestByTwoLogs() throws Exception {
        for (String name : List.of("busy", "usual", "rare")) {
            campaigns.add(TestCampaign.create(db, db.workspace(name), 50, List.of()));
        }
        for (int turn = 0; turn < 3; turn++) {
            for (String log : List.of("one", "two")) {
                ingest(folder.resolve(log), 900, turn == 1 && log.equals("two"));
            }
        }
    }

    @AfterEach
    void close() {
        db.close();
    }

    private void ingest(Path home, int events, boolean rare) throws IOException, InterruptedException {
        try (FileEventLog log = FileEventLog.open(home, CONFIG, new SimpleMeterRegistry());
                Ingester ingester =
                        Ingester.start(db.database(), log, CONFIG, InstantSource.system(), new SimpleMeterRegistry())) {
            for (int i = 0; i < events; i++) {
                append(log, campaigns.get(random.nextInt(10) == 0 ? 1 : 0));
            }
            for (int i = 0; rare && i < RARE; i++) {
                append(log, campaigns.get(2));
            }
            assertThat(ingester.awaitDrained(Duration.ofSeconds(60))).isTrue();
        }
    }

    private void append(FileEventLog log, TestCampaign campaign) {
        Instant at = Instant.now().minus(Duration.ofDays(random.nextInt(70)));
        log.append(
                random.nextBoolean()
                        ? Event.opened(campaign.message(random.nextInt(50)), at, "Thunderbird")
                        : Event.unsubscribed(campaign.message(random.nextInt(50)), at, "Thunderbird"));
    }

    private List<Long> expected(TestCampaign of) {
        return db.database()
                .read(handle -> handle.createQuery(
                                "select position from event where workspace_id = :w order by position desc")
                        .bind("w", of.workspaceId())
                        .mapTo(Long.class)
                        .list());
    }

    private List<Long> paged(TestCampaign of, int limit) {
        List<Long> seen = new ArrayList<>();
        List<Figures.Recent> page;
        do {
            long before = seen.isEmpty() ? Long.MAX_VALUE : seen.getLast();
            page = db.database().read(handle -> Figures.recent(handle, of.workspaceId(), before, limit));
            page.forEach(each -> seen.add(each.position()));
        } while (page.size() == limit);
        return seen;
    }

    @Test
    void eachPageGoesOnWhereTheOneBeforeEnded() {
        for (TestCampaign campaign : campaigns) {
            assertThat(paged(campaign, 1 + random.nextInt(200)))
                    .as("seed %d", seed)
                    .isEqualTo(expected(campaign))
                    .isNotEmpty();
        }
        assertThat(paged(campaigns.getLast(), 1)).hasSize(RARE);
    }

    @Test
    void aPageIsFullWhereRowsWereForgotten() {
        db.database().write(handle -> handle.execute("delete from event where kind = 'opened' or position % 3 > 0"));

        for (TestCampaign campaign : campaigns) {
            assertThat(paged(campaign, 20)).as("seed %d", seed).isEqualTo(expected(campaign));
        }
    }

    @Test
    void whatWasThereBeforeSpansWereIsFoundAsWell() {
        db.database().write(handle -> handle.execute("update event_span set log = ''"));

        assertThat(paged(campaigns.getFirst(), 100)).isEqualTo(expected(campaigns.getFirst()));
    }
}
