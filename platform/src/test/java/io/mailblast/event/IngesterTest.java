package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.key.MessageId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// That all of a log is ingested, once, whatever is in the way.
class IngesterTest extends IngestScene {

    @Test
    void everyEventCountsOnceAndAllNumbersAgree() throws Exception {
        long seed = System.nanoTime();
        System.out.println("IngesterTest seed " + seed);
        Random random = new Random(seed);
        Set<Integer> openers = new HashSet<>();
        Set<Integer> clickers = new HashSet<>();
        int opens = 0;
        int clicks = 0;
        Instant start = Instant.now().minus(Duration.ofHours(40));
        try (Ingester ingester = start()) {
            for (int i = 0; i < 6_000; i++) {
                int recipient = random.nextInt(campaign.recipients());
                Instant at = start.plusSeconds(random.nextInt(100_000));
                if (random.nextInt(3) > 0) {
                    log.append(Event.opened(campaign.message(recipient), at, AGENT));
                    openers.add(recipient);
                    opens++;
                } else {
                    String url = random.nextInt(3) < 2 ? LINKS.get(random.nextInt(2)) : "https://else.example/";
                    log.append(Event.clicked(campaign.message(recipient), at, url, AGENT));
                    clickers.add(recipient);
                    clicks++;
                }
            }
            drained(ingester);
        }

        Map<EventKind, CampaignCounts.Count> counts = counts(campaign);
        assertThat(counts.get(EventKind.OPENED))
                .isEqualTo(new CampaignCounts.Count(opens, 0, openers.size(), openers.size()));
        assertThat(counts.get(EventKind.CLICKED))
                .isEqualTo(new CampaignCounts.Count(clicks, 0, clickers.size(), clickers.size()));
        assertThat(counts.get(EventKind.BOUNCED)).isEqualTo(new CampaignCounts.Count(0, 0, 0, 0));
        assertThat(number("select count(*) from event")).isEqualTo(opens + clicks);
        assertThat(number("select count(*) from event where kind = 'clicked' and link_no is null"))
                .isPositive();
        assertThat(differences()).isEmpty();
    }

    @Test
    void severalIngestersAndManyRestartsIngestEachEventOnce() throws Exception {
        int total = 4_000;
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < total; i++) {
                log.append(Event.opened(campaign.message(i % 3_000), Instant.now(), AGENT));
            }
        });
        for (int i = 0; i < 6; i++) {
            try (Ingester one = start();
                    Ingester other = start()) {
                one.awaitDrained(Duration.ofMillis(60));
                other.awaitDrained(Duration.ofMillis(30));
            }
        }
        writer.join();
        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(total, 0, 3_000, 3_000));
        assertThat(number("select count(distinct position) from event")).isEqualTo(total);
        assertThat(differences()).isEmpty();
    }

    @Test
    void aTransactionThatFailsIsTriedAgainAndLeavesNothingBehind() throws Exception {
        // Fails after rows, bits and hours were written, until it is told to stop; a sequence survives the rollbacks.
        run("create sequence failures");
        run("create function fail() returns trigger language plpgsql as $$ begin"
                + " if nextval('failures') <= 3 then raise exception 'not now'; end if; return new; end $$");
        run("create trigger fail before insert on event_count for each row execute function fail()");
        for (int i = 0; i < 300; i++) {
            log.append(Event.opened(campaign.message(i), Instant.now(), AGENT));
        }

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(number("select last_value from failures")).isGreaterThan(3);
        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(300, 0, 300, 300));
        assertThat(number("select count(*) from dead_letter")).isZero();
        assertThat(differences()).isEmpty();
        assertThat(registry.get("mailblast.events.ingest.failures").counter().count())
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void aDatabaseThatDropsConnectionsLosesAndDoublesNothing() throws Exception {
        try (Ingester ingester = start()) {
            for (int i = 0; i < 2_000; i++) {
                log.append(Event.opened(campaign.message(i), Instant.now(), AGENT));
                if (i % 400 == 0) {
                    dropConnections();
                }
            }
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(2_000, 0, 2_000, 2_000));
        assertThat(differences()).isEmpty();
    }

    @Test
    void whatCannotBeIngestedBecomesADeadLetterAndTheRestGoesOn() throws Exception {
        run(
                "create function poison() returns trigger language plpgsql as $$ begin"
                        + " if new.recipient_no = 7 then raise exception 'poison' using errcode = '22000'; end if; return new; end $$");
        run("create trigger poison before insert on event for each row execute function poison()");
        long foreign = db.workspace("Another");
        log.append(
                Event.opened(new MessageId(campaign.workspaceId(), campaign.id() + 1_000, 0, 0), Instant.now(), AGENT));
        log.append(Event.opened(campaign.message(campaign.recipients()), Instant.now(), AGENT));
        log.append(Event.opened(new MessageId(foreign, campaign.id(), 0, 0), Instant.now(), AGENT));
        for (int i = 0; i < 20; i++) {
            log.append(Event.opened(campaign.message(i), Instant.now(), AGENT));
        }

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(19, 0, 19, 19));
        assertThat(texts("select reason from dead_letter order by position"))
                .hasSize(4)
                .satisfies(reasons -> {
                    assertThat(reasons.get(0)).contains("no campaign");
                    assertThat(reasons.get(1)).contains("no recipient 20000");
                    assertThat(reasons.get(2)).contains("not of workspace " + foreign);
                    assertThat(reasons.get(3)).contains("poison");
                });
        assertThat(differences()).isEmpty();
    }

    @Test
    void aProvidersFactCountsOnceHoweverOftenItIsTold() throws Exception {
        Instant sent = Instant.now().minusSeconds(60);
        for (int i = 0; i < 5; i++) {
            log.append(Event.delivered(campaign.message(1), Instant.now(), new ProviderFact("m-1", "r", sent)));
        }
        try (Ingester ingester = start()) {
            drained(ingester);
            log.append(Event.delivered(campaign.message(1), Instant.now(), new ProviderFact("m-1", "r", sent)));
            log.append(Event.delivered(campaign.message(2), Instant.now(), new ProviderFact("m-2", "r", sent)));
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.DELIVERED)).isEqualTo(new CampaignCounts.Count(2, 0, 2, 2));
        assertThat(registry.get("mailblast.events.repeated").counter().count()).isEqualTo(5);
        assertThat(differences()).isEmpty();
    }

    @Test
    void refusalsSuppressTheAddressAndPassingBouncesDoNot() throws Exception {
        Instant now = Instant.now();
        log.append(Event.hardBounce(campaign.message(1), now, "550", new ProviderFact("m-1", "r", now)));
        log.append(Event.complained(campaign.message(2), now, "abuse", new ProviderFact("m-2", "r", now)));
        log.append(Event.unsubscribed(campaign.message(3), now, ""));
        log.append(Event.softBounce(campaign.message(4), now, "451", new ProviderFact("m-4", "r", now)));
        log.append(Event.softBounce(campaign.message(5), now, "451", new ProviderFact("m-5", "r", now)));
        log.append(Event.hardBounce(campaign.message(5), now, "550", new ProviderFact("m-5", "r", now)));

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(texts("select address || ' ' || reason from suppression order by address"))
                .containsExactly(
                        campaign.address(1) + " hard_bounce",
                        campaign.address(2) + " complaint",
                        campaign.address(3) + " unsubscribed",
                        campaign.address(5) + " hard_bounce");
        assertThat(counts(campaign).get(EventKind.BOUNCED)).isEqualTo(new CampaignCounts.Count(3, 0, 3, 3));
    }

    @Test
    void timesOfBrokenClocksAreMovedAndDistantMonthsGetPartitions() throws Exception {
        log.append(Event.opened(campaign.message(1), Instant.parse("2099-01-01T00:00:00Z"), AGENT));
        log.append(Event.opened(campaign.message(2), Instant.EPOCH, AGENT));
        log.append(Event.opened(campaign.message(3), Instant.now().minus(Duration.ofDays(200)), AGENT));

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(number("select count(*) from event where at between now() - interval '401 days' and now()"))
                .isEqualTo(3);
        assertThat(differences()).isEmpty();
    }

    @Test
    void ingestedSegmentsAreRemoved() throws Exception {
        try (Ingester ingester = start()) {
            for (int i = 0; i < 3_000; i++) {
                log.append(Event.opened(campaign.message(i), Instant.now(), "A user agent of the usual length, or so"));
            }
            drained(ingester);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(f -> f.toString().endsWith(".log")).count()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aLogRestoredFromAnOldCopyGoesOnAtItsEnd() throws Exception {
        for (int i = 0; i < 10; i++) {
            log.append(Event.opened(campaign.message(i), Instant.now(), AGENT));
        }
        try (Ingester ingester = start()) {
            drained(ingester);
        }
        run("update ingest_position set position = position + 100000");
        log.close();
        log = FileEventLog.open(folder, CONFIG, registry);
        for (int i = 10; i < 15; i++) {
            log.append(Event.opened(campaign.message(i), Instant.now(), AGENT));
        }

        try (Ingester ingester = start()) {
            drained(ingester);
        }

        assertThat(counts(campaign).get(EventKind.OPENED)).isEqualTo(new CampaignCounts.Count(15, 0, 15, 15));
    }

    @Test
    void ofEventsInTheLogsOfTwoNodesTheOneThatWasIngestedFirstIsTheFirst() throws Exception {
        Instant earlier = Instant.now().minus(Duration.ofHours(5));
        try (FileEventLog other = FileEventLog.open(folder.resolve("other"), CONFIG, registry)) {
            other.append(Event.opened(campaign.message(1), Instant.now(), AGENT));
            try (Ingester ingester = Ingester.start(db.database(), other, CONFIG, InstantSource.system(), registry)) {
                drained(ingester);
            }
            log.append(Event.opened(campaign.message(1), earlier, AGENT));
            try (Ingester ingester = start()) {
                drained(ingester);
            }
        }

        assertThat(differences()).isEmpty();
        assertThat(Rebuild.all(db.database(), made -> {})).isEqualTo(1);
        assertThat(number("select sum(firsts) from event_hour where hour > now() - interval '2 hours'"))
                .isEqualTo(1);
    }
}
