package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.archive.Archive;
import io.mailblast.testing.ArchivedFiles;
import io.mailblast.testing.SettableClock;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRetentionTest {

    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<String> LINKS = List.of("https://a.example/", "https://b.example/");

    @TempDir
    Path folder;

    private final Random random = new Random(5);
    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Retention"), 500, LINKS);
    private final TestCampaign later = TestCampaign.create(db, db.workspace("Later"), 500, LINKS);
    private final SettableClock clock = new SettableClock(Instant.parse("2026-06-15T12:00:00Z"));

    @SuppressWarnings("NullAway.Init")
    private FileEventLog log;

    @BeforeEach
    void ingestThreeMonths() throws Exception {
        log = FileEventLog.open(folder, EventLogConfig.DEFAULTS, new SimpleMeterRegistry());
        for (int i = 0; i < 900; i++) {
            happen(campaign, MARCH.plus(Duration.ofHours(random.nextInt(92 * 24))));
        }
        // A campaign of May alone.
        for (int i = 0; i < 100; i++) {
            happen(later, MARCH.plus(Duration.ofDays(61 + random.nextInt(30))));
        }
        ingest();
    }

    @AfterEach
    void close() {
        log.close();
        db.close();
    }

    @Test
    void deadLettersAreForgottenAfterFourHundredDays() {
        db.database()
                .read(handle -> handle.execute(
                        "insert into dead_letter (log, position, at, payload, reason) values ('l', 1, now() - interval '401 days', '', 'r'),"
                                + " ('l', 2, now() - interval '399 days', '', 'r')"));

        retention(Duration.ZERO, Duration.ZERO, Duration.ZERO).run();

        assertThat(number("select position from dead_letter where log = 'l'")).isEqualTo(2);
    }

    @Test
    void rowsOfAKindAreForgottenByMonthsAndFiguresStay() {
        Map<EventKind, CampaignCounts.Count> before = counts();
        long hours = number("select count(*) from event_hour");
        long others = number("select count(*) from event where kind <> 'opened'");

        retention(Duration.ofDays(31), Duration.ZERO, Duration.ZERO).run();

        assertThat(number("select count(*) from event where kind = 'opened' and at < '2026-05-01'"))
                .isZero();
        assertThat(number("select count(*) from event where kind = 'opened'"))
                .as("of May, which is not over for 31 days")
                .isPositive();
        assertThat(number("select count(*) from event where kind <> 'opened'")).isEqualTo(others);
        assertThat(counts()).isEqualTo(before);
        assertThat(number("select count(*) from event_hour")).isEqualTo(hours);
        assertThat(differences()).isEmpty();
    }

    @Test
    void aMonthOfWhichNothingIsToBeKeptIsDropped() throws Exception {
        happen(campaign, MARCH.plusSeconds(60));
        ingest();
        assertThat(number("select count(*) from event_span where to_at < '2026-04-01'"))
                .isEqualTo(1);

        retention(Duration.ofDays(60), Duration.ofDays(45), Duration.ofDays(70)).run();

        assertThat(number("select count(to_regclass('event_2026_03'))")).isZero();
        assertThat(number("select count(to_regclass('provider_event_2026_03'))"))
                .isZero();
        assertThat(number("select count(*) from event where at < '2026-05-01' and kind = 'clicked'"))
                .isZero();
        assertThat(number("select count(*) from event_2026_04 where kind = 'opened'"))
                .isPositive();
        assertThat(number("select count(*) from event_span where to_at < '2026-04-01'"))
                .isZero();
        assertThat(differences()).isEmpty();
    }

    @Test
    void nothingIsForgottenUnlessItIsSaid() {
        clock.pass(Duration.ofDays(3_650));

        retention(Duration.ZERO, Duration.ZERO, Duration.ZERO).run();

        assertThat(number("select count(*) from event")).isEqualTo(1_000);
    }

    @Test
    void whatHappensLaterStillCountsOnceAndIsStillChecked() throws Exception {
        retention(Duration.ofDays(31), Duration.ofDays(31), Duration.ofDays(31)).run();
        for (int i = 0; i < 200; i++) {
            happen(campaign, clock.instant());
        }
        // As an outage of months would bring it.
        happen(later, MARCH.plusSeconds(1));
        ingest();

        assertThat(differences()).isEmpty();
        retention(Duration.ofDays(31), Duration.ofDays(31), Duration.ofDays(31)).run();
        assertThat(number("select count(*) from event where at < '2026-05-01'")).isZero();
        assertThat(differences()).isEmpty();
    }

    @Test
    void aWrongFigureIsStillFoundWhereRowsAreForgotten() {
        retention(Duration.ofDays(31), Duration.ZERO, Duration.ZERO).run();
        List<String> sabotages = List.of(
                "update event_count set total = total + 1 where kind = 'opened' and campaign_id = " + campaign.id(),
                "update event_count set uniques = uniques + 1 where kind = 'opened' and campaign_id = " + campaign.id(),
                "update event_hour set firsts = firsts + 1 where kind = 'opened' and hour < '2026-04-01'",
                "delete from event where kind = 'opened' and at >= '2026-05-01' and campaign_id = " + campaign.id(),
                "update event_bits set bits = ~bits where kind = 'opened' and campaign_id = " + campaign.id());

        for (String sabotage : sabotages) {
            db.database().jdbi().useHandle(handle -> {
                handle.begin();
                assertThat(handle.execute(sabotage)).as(sabotage).isPositive();
                assertThat(Rollups.verify(handle)).as(sabotage).isNotEmpty();
                handle.rollback();
            });
        }
    }

    @Test
    void aRebuildLeavesFiguresOfForgottenRowsAsTheyAre() {
        retention(Duration.ofDays(31), Duration.ZERO, Duration.ZERO).run();
        Map<EventKind, CampaignCounts.Count> before = counts();
        db.database()
                .write(handle -> handle.execute("update event_count set total = total + 1 where kind = 'clicked'"));

        Rebuild.all(db.database(), made -> {});

        assertThat(counts()).isEqualTo(before);
        assertThat(differences()).isEmpty();
    }

    @Test
    void whatIsForgottenIsInTheArchiveBefore() {
        Archive archive = Archive.open(db.database(), Optional.of(folder.resolve("archive")))
                .orElseThrow();
        long march = number("select count(*) from event where at < '2026-04-01'");
        long clicks = number("select count(*) from event where at < '2026-05-01' and kind = 'clicked'");
        Map<EventKind, CampaignCounts.Count> before = counts();
        EventRetention retention = retention(Duration.ofDays(60), Duration.ofDays(45), Duration.ofDays(70));

        retention.run();
        assertThat(number("select count(*) from event where at < '2026-05-01' and kind = 'clicked'"))
                .isZero();
        archive.run();

        assertThat(waiting()).isZero();
        assertThat(archived("event_2026_03_")).isEqualTo(march);
        assertThat(archived("event_2026_03_") + archived("event_2026_04_")).isGreaterThan(march);
        assertThat(clicks).isPositive();
        assertThat(counts()).isEqualTo(before);
        assertThat(differences()).isEmpty();
        retention.run();
        archive.run();
        assertThat(folder.resolve("archive").toFile().list()).hasSize(2);
    }

    private long archived(String prefix) {
        return ArchivedFiles.rows(folder.resolve("archive"), prefix).size();
    }

    private long waiting() {
        return number("select count(*) from pg_class where relkind = 'r' and relname like 'archive\\_%'");
    }

    private EventRetention retention(Duration opens, Duration clicks, Duration others) {
        return new EventRetention(db.database(), new RetentionConfig(opens, clicks, others, ""), clock);
    }

    private void happen(TestCampaign in, Instant at) {
        int recipient = random.nextInt(in.recipients());
        log.append(
                switch (random.nextInt(3)) {
                    case 0 -> Event.opened(in.message(recipient), at, "Thunderbird");
                    case 1 -> Event.clicked(in.message(recipient), at, LINKS.get(random.nextInt(2)), "Thunderbird");
                    default -> Event.unsubscribed(in.message(recipient), at, "Thunderbird");
                });
    }

    private void ingest() throws InterruptedException {
        try (Ingester ingester = Ingester.start(
                db.database(), log, EventLogConfig.DEFAULTS, InstantSource.system(), new SimpleMeterRegistry())) {
            assertThat(ingester.awaitDrained(Duration.ofSeconds(60))).isTrue();
        }
    }

    private Map<EventKind, CampaignCounts.Count> counts() {
        return db.database().read(handle -> CampaignCounts.of(handle, campaign.workspaceId(), campaign.id()));
    }

    private List<Rollups.Difference> differences() {
        return db.database().read(Rollups::verify);
    }

    private long number(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
