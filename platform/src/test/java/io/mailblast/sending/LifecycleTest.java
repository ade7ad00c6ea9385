package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.delivery.Outcome;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pausing, resuming, cancelling and restarts in the middle of a campaign, with real workers: nobody gets two,
/// nobody is left out, and the figures add up. The states are set as `Lifecycle` sets them.
@SuppressWarnings("NullAway.Init")
class LifecycleTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final SendingConfig CONFIG = new SendingConfig(
            8,
            50,
            Duration.ofSeconds(2),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofDays(400),
            Duration.ZERO);

    @TempDir
    static Path home;

    private final FakeProvider provider = new FakeProvider();

    @AfterAll
    static void close() {
        DB.close();
    }

    /// listmonk #2070, #2313, #2610.
    @Test
    void pausingAndResumingAHundredTimesSendsEachMailOnce() {
        CampaignFixture fixture = new CampaignFixture(DB, "pause and resume");
        fixture.contacts("pr", 900);
        slowly(2);
        long campaign = fixture.campaign("<p>x</p>");
        long seed = System.nanoTime();
        Random random = new Random(seed);

        try (Worker one = worker();
                Worker two = worker()) {
            for (int i = 0; i < 100; i++) {
                LockSupport.parkNanos(random.nextInt(8_000_000));
                state(fixture, campaign, "paused", "'sending', 'queueing'");
                LockSupport.parkNanos(random.nextInt(8_000_000));
                resume(fixture, campaign);
            }
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses())
                .as("seed %d", seed)
                .hasSize(900)
                .doesNotHaveDuplicates();
        assertThat(figures(fixture, campaign)).isEqualTo("recipients=900 opened=900 accepted=900 doubt=0");
    }

    @Test
    void aPausedCampaignBeginsNothingAndIsWholeAgainWhenItIsResumed() {
        CampaignFixture fixture = new CampaignFixture(DB, "paused");
        fixture.contacts("pa", 400);
        // So slowly that it is paused in the middle, however late a busy machine comes to it.
        slowly(50);
        long campaign = fixture.campaign("<p>x</p>");

        int paused;
        try (Worker worker = worker()) {
            CampaignFixture.await(() -> provider.acceptedAddresses().size() > 20, () -> "nothing sent");
            state(fixture, campaign, "paused", "'sending'");
            awaitNothingLeased(fixture, campaign);
            paused = provider.acceptedAddresses().size();
            CampaignFixture other = new CampaignFixture(DB, "meanwhile");
            other.contacts("mw", 100);
            awaitState(other, other.campaign("<p>y</p>"), "sent");
            assertThat(provider.acceptedAddresses())
                    .filteredOn(to -> to.startsWith("pa-"))
                    .hasSize(paused);
            slowly(1);
            resume(fixture, campaign);
            awaitState(fixture, campaign, "sent");
        }

        assertThat(paused).isLessThan(400);
        assertThat(provider.acceptedAddresses())
                .filteredOn(to -> to.startsWith("pa-"))
                .hasSize(400)
                .doesNotHaveDuplicates();
    }

    @Test
    void aCancelledCampaignKeepsWhatWasSentAndCountsTheRest() {
        CampaignFixture fixture = new CampaignFixture(DB, "cancelled");
        fixture.contacts("ca", 400);
        provider.answers(mail -> {
            LockSupport.parkNanos(50_000_000);
            return mail.to().equals("ca-7@example.com")
                    ? new Outcome.Deferred("later", Duration.ofMinutes(20))
                    : new Outcome.Accepted("x");
        });
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            CampaignFixture.await(() -> provider.acceptedAddresses().size() > 60, () -> "nothing sent");
            state(fixture, campaign, "cancelling", "'sending'");
            awaitState(fixture, campaign, "cancelled");
        }

        int sent = provider.acceptedAddresses().size();
        assertThat(sent).isBetween(61, 399);
        assertThat(fixture.count("select sum(accepted) from send_count where campaign_id = " + campaign))
                .isEqualTo(sent);
        assertThat(fixture.count("select sum(deferred) from send_count where campaign_id = " + campaign))
                .isPositive();
        assertThat(fixture.count("select count(*) from send_range where state <> 'done' and campaign_id = " + campaign))
                .isZero();
    }

    /// listmonk #3022, #2278, #2168.
    @Test
    void aRestartRightAfterARangeWasLeasedLeavesNobodyOut() {
        CampaignFixture fixture = new CampaignFixture(DB, "leased and lost");
        fixture.contacts("ll", 130);
        long campaign = fixture.campaign("<p>x</p>");
        new Snapshot(DB.database(), 50).run();
        long lost = Registration.register(DB.database(), "test", 0, "test").id();
        Ranges ranges = new Ranges(DB.database(), lost, Duration.ofSeconds(2), CampaignFixture.checkedStart(DB));
        ranges.claim(List.of(), new Ranges.Wanted(1, 1_000, 8_000, 10)).forEach(ranges::read);

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses()).hasSize(130).doesNotHaveDuplicates();
        assertThat(figures(fixture, campaign)).isEqualTo("recipients=130 opened=130 accepted=130 doubt=0");
    }

    @Test
    void aFastWorkerClaimsSeveralRangesAtOnceButOfALimitedCampaignOne() {
        CampaignFixture fixture = new CampaignFixture(DB, "several ranges");
        fixture.contacts("sr", 130);
        long free = queued(fixture);

        assertThat(claimed(new Ranges.Wanted(4, 20, 8_000, 10))).isEqualTo(Map.of(free, 4 * 20));

        fixture.execute("update campaign set hourly_limit = 1000000 where id = " + free);
        assertThat(claimed(new Ranges.Wanted(4, 20, 8_000, 10))).isEqualTo(Map.of(free, 20));
        fixture.execute("update campaign set state = 'cancelled' where id = " + free);
    }

    /// Each has its turn, and a worker has no memory for a thousand times as much as it wants of one.
    @Test
    void manyCampaignsShareWhatAWorkerWants() {
        CampaignFixture fixture = new CampaignFixture(DB, "many campaigns");
        fixture.contacts("mc", 60);
        List<Long> campaigns = List.of(queued(fixture), queued(fixture), queued(fixture), queued(fixture));

        Map<Long, Integer> claimed = claimed(new Ranges.Wanted(8, 20, 40, 10));

        assertThat(claimed.keySet()).containsExactlyInAnyOrderElementsOf(campaigns);
        // Two ranges of each, cut to a quarter of the room.
        assertThat(claimed.values()).containsOnly(2 * 10);
        campaigns.forEach(id -> fixture.execute("update campaign set state = 'cancelled' where id = " + id));
    }

    private static long queued(CampaignFixture fixture) {
        long campaign = fixture.campaign("<p>x</p>");
        Snapshot snapshot = new Snapshot(DB.database(), 20);
        CampaignFixture.await(() -> !snapshot.run(), () -> fixture.state(campaign));
        return campaign;
    }

    /// Recipients by campaign of a worker that claims once, and gives all back.
    private static Map<Long, Integer> claimed(Ranges.Wanted wanted) {
        long worker = Registration.register(DB.database(), "test", 0, "test").id();
        Ranges ranges = new Ranges(DB.database(), worker, Duration.ofSeconds(2), CampaignFixture.checkedStart(DB));
        Map<Long, Integer> claimed = new HashMap<>();
        ranges.claim(List.of(), wanted)
                .forEach(
                        range -> claimed.merge(range.campaignId(), range.lastNo() - range.firstNo() + 1, Integer::sum));
        ranges.handBackAll();
        return claimed;
    }

    @Test
    void cancellingWhileTheSnapshotIsTakenKeepsNothingOfIt() {
        CampaignFixture fixture = new CampaignFixture(DB, "cancelled early");
        fixture.contacts("ce", 20);
        long campaign = fixture.campaign("<p>x</p>");

        DB.database().write(handle -> {
            // Somebody else is taking the snapshot: neither a second one nor the cancelling waits.
            handle.createQuery("select pg_advisory_xact_lock(hashtextextended('mailblast.snapshot', " + campaign + "))")
                    .mapTo(String.class)
                    .one();
            boolean taken = CompletableFuture.supplyAsync(() -> new Snapshot(DB.database(), 50).run())
                    .join();
            assertThat(taken).isFalse();
            CompletableFuture.runAsync(() -> state(fixture, campaign, "cancelled", "'queueing'"))
                    .join();
            return 0;
        });

        assertThat(new Snapshot(DB.database(), 50).run()).isFalse();
        assertThat(fixture.count("select count(*) from campaign_recipient where campaign_id = " + campaign))
                .isZero();
    }

    @Test
    void aCampaignIsQueuedWhenItsRecipientsAreAndNotWhenThatBegan() {
        CampaignFixture fixture = new CampaignFixture(DB, "queued at");
        fixture.contacts("qa", 20);
        long campaign = fixture.campaign("<p>x</p>");
        List<CompletableFuture<Boolean>> snapshot = new ArrayList<>();

        String begun = DB.database().write(handle -> {
            handle.execute("lock table send_range in exclusive mode");
            snapshot.add(CompletableFuture.supplyAsync(() -> new Snapshot(DB.database(), 50).run()));
            CampaignFixture.await(
                    () -> fixture.count("select count(*) from pg_locks where not granted"
                                    + " and relation = 'send_range'::regclass")
                            > 0,
                    () -> "the snapshot does not wait");
            return handle.createQuery("select cast(clock_timestamp() as text)")
                    .mapTo(String.class)
                    .one();
        });

        assertThat(snapshot.getFirst().join()).isTrue();
        state(fixture, campaign, "cancelled", "'sending'");
        assertThat(fixture.text(
                        "select cast(queued_at > '" + begun + "' as text) from campaign where id = " + campaign))
                .isEqualTo("true");
    }

    /// listmonk #2168: what a campaign sends is what it was when it was told to send.
    @Test
    void settingsChangedWhileItSendsNeitherRepeatNorSkip() {
        CampaignFixture fixture = new CampaignFixture(DB, "settings");
        fixture.contacts("se", 300);
        slowly(5);
        long campaign = fixture.campaign("<p>x</p>");

        Worker before = worker();
        CampaignFixture.await(() -> provider.acceptedAddresses().size() > 30, () -> "nothing sent");
        before.close();
        SendingConfig changed = new SendingConfig(
                3,
                7,
                Duration.ofSeconds(3),
                Duration.ofMillis(20),
                Duration.ofMillis(90),
                Duration.ofHours(2),
                Duration.ofHours(1),
                Duration.ofDays(400),
                Duration.ZERO);
        try (Worker after = worker(changed)) {
            fixture.execute("update contact_list set name = 'renamed' where id = " + fixture.listId);
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses()).hasSize(300).doesNotHaveDuplicates();
    }

    /// An outcome that came after the campaign had ended.
    @Test
    void aLateDeferralReopensTheCampaignAndIsTriedAgain() {
        CampaignFixture fixture = new CampaignFixture(DB, "late deferral");
        fixture.contacts("ld", 1);
        long campaign = fixture.campaign("<p>x</p>");
        new Snapshot(DB.database(), 50).run();
        long lost = Registration.register(DB.database(), "test", 0, "test").id();
        Ranges ranges = new Ranges(DB.database(), lost, Duration.ofSeconds(2), CampaignFixture.checkedStart(DB));
        List<Work> works = ranges.read(
                ranges.claim(List.of(), new Ranges.Wanted(1, 1_000, 8_000, 10)).getFirst());
        SendFacts facts = new SendFacts(DB.database(), lost, CampaignFixture.checkedStart(DB));
        facts.begin(works);

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "sent");
            facts.record(List.of(
                    new SendFacts.Close(works.getFirst(), "deferred", null, "later", Instant.now(), Instant.now())));
            CampaignFixture.await(() -> provider.acceptedAddresses().size() == 1, () -> fixture.state(campaign));
            awaitState(fixture, campaign, "sent");
        }

        assertThat(figures(fixture, campaign)).isEqualTo("recipients=1 opened=1 accepted=1 doubt=0");
    }

    /// Mautic #2215, #9880.
    @Test
    void twoWorkersLetADueCampaignGoOnce() {
        CampaignFixture fixture = new CampaignFixture(DB, "scheduled");
        fixture.contacts("sc", 120);
        long campaign = fixture.campaign("<p>x</p>");
        long later = fixture.campaign("<p>y</p>");
        scheduled(fixture, campaign, "now() + interval '300 ms'");
        scheduled(fixture, later, "now() + interval '1 day'");

        try (Worker one = worker();
                Worker two = worker()) {
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses()).hasSize(120).doesNotHaveDuplicates();
        assertThat(figures(fixture, campaign)).isEqualTo("recipients=120 opened=120 accepted=120 doubt=0");
        assertThat(fixture.state(later)).isEqualTo("scheduled");
    }

    @Test
    void ofManySchedulersAtOnceOneLetsACampaignGo() {
        CampaignFixture fixture = new CampaignFixture(DB, "schedulers");
        for (int round = 0; round < 20; round++) {
            long campaign = fixture.campaign("<p>x</p>");
            scheduled(fixture, campaign, "now()");

            int released = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> new Scheduler(DB.database(), Duration.ofHours(1)).run()))
                    .toList()
                    .stream()
                    .mapToInt(CompletableFuture::join)
                    .sum();

            assertThat(released).isEqualTo(1);
            state(fixture, campaign, "cancelled", "'queueing'");
        }
    }

    /// listmonk #1801: a campaign went out however long its time was past.
    @Test
    void whatIsLongOverdueWaitsForAPerson() {
        CampaignFixture fixture = new CampaignFixture(DB, "overdue");
        fixture.contacts("ov", 3);
        long scheduled = fixture.campaign("<p>x</p>");
        scheduled(fixture, scheduled, "now() - interval '2 hours'");
        long toldToSend = fixture.campaign("<p>x</p>");
        fixture.execute("update campaign set send_requested_at = now() - interval '2 hours' where id = " + toldToSend);
        Scheduler scheduler = new Scheduler(DB.database(), Duration.ofHours(1));

        scheduler.run();

        assertThat(new Snapshot(DB.database(), 50).run()).isFalse();
        assertThat(fixture.state(scheduled)).isEqualTo("held");
        assertThat(fixture.state(toldToSend)).isEqualTo("held");
        assertThat(fixture.text("select state_reason from campaign where id = " + scheduled))
                .contains("It was due at ");
    }

    private static void scheduled(CampaignFixture fixture, long campaign, String at) {
        fixture.execute(
                "update campaign set state = 'scheduled', period = null, send_requested_at = null, scheduled_at = " + at
                        + " where id = " + campaign);
    }

    private void slowly(int millis) {
        provider.answers(mail -> {
            LockSupport.parkNanos(millis * 1_000_000L);
            return new Outcome.Accepted("x");
        });
    }

    private Worker worker() {
        return worker(CONFIG);
    }

    private Worker worker(SendingConfig config) {
        return Worker.start(
                DB.database(),
                InstallationWatch.open(DB.database(), home),
                config,
                GuardConfig.DEFAULTS,
                provider,
                Presses.press(),
                Presses.noReturnPath(),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                "test",
                0,
                Supervision.NONE);
    }

    private static void state(CampaignFixture fixture, long campaign, String state, String from) {
        fixture.execute(
                "update campaign set state = '" + state + "' where id = " + campaign + " and state in (" + from + ")");
    }

    private static void resume(CampaignFixture fixture, long campaign) {
        fixture.execute(
                "update campaign set state = case when queued_at is null then 'queueing' else 'sending' end where id = "
                        + campaign + " and state = 'paused'");
    }

    private static void awaitState(CampaignFixture fixture, long campaign, String state) {
        CampaignFixture.await(
                () -> fixture.state(campaign).equals(state),
                () -> fixture.state(campaign) + " " + figures(fixture, campaign) + " ranges "
                        + fixture.text(
                                "select string_agg(first_no || ':' || state || ':' || attempt, ' ') from send_range where campaign_id = "
                                        + campaign));
    }

    private static void awaitNothingLeased(CampaignFixture fixture, long campaign) {
        String leased = "select count(*) from send_range where state = 'leased' and campaign_id = " + campaign;
        CampaignFixture.await(() -> fixture.count(leased) == 0, () -> fixture.count(leased) + " ranges leased");
    }

    private static String figures(CampaignFixture fixture, long campaign) {
        return fixture.text("""
                select 'recipients=' || m.recipients || ' opened=' || coalesce(sum(opened), 0)
                    || ' accepted=' || coalesce(sum(accepted), 0)
                    || ' doubt=' || (select count(*) from send_in_doubt d where d.campaign_id = m.id)
                from campaign m left join send_count c on c.campaign_id = m.id where m.id = %d group by m.id
                """.formatted(campaign));
    }
}
