package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.Outcome;
import io.mailblast.installation.Holds;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What makes sending slower, stops it for a while, or until a person says so. A database for each test: these rules
/// concern all campaigns of an installation.
@SuppressWarnings("NullAway.Init")
class SendingRulesTest {

    private static final SendingConfig CONFIG = new SendingConfig(
            8,
            50,
            Duration.ofSeconds(5),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofDays(400),
            Duration.ZERO);

    /// Gives up what it may after a second.
    private static final SendingConfig IMPATIENT = new SendingConfig(
            8,
            50,
            Duration.ofSeconds(5),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofDays(400),
            Duration.ZERO);

    private static final GuardConfig STRICT = new GuardConfig(0.05, 0.01, 20, 2);

    @TempDir
    Path home;

    private final TestDatabase db = TestDatabase.create();
    private final FakeProvider provider = new FakeProvider();

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aThrottledAccountSlowsDownForAllWorkersAndEveryMailStillGoesOnce() {
        CampaignFixture fixture = fixture(120);
        AtomicInteger calls = new AtomicInteger();
        provider.answers(mail -> calls.incrementAndGet() == 40
                ? new Outcome.Deferred("Maximum sending rate exceeded.", Duration.ofMillis(50), Outcome.Scope.RATE)
                : new Outcome.Accepted("x"));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker first = worker();
                Worker second = worker()) {
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses()).hasSize(120).doesNotHaveDuplicates();
        assertThat(fixture.count("select count(*) from provider_account where throttles = 1 and per_second < 100000"))
                .isEqualTo(1);
    }

    @Test
    void aUsedUpDailyQuotaPausesTheCampaignWithTheTimeAtWhichItGoesOn() {
        CampaignFixture fixture = fixture(60);
        provider.answers(mail -> provider.acceptedAddresses().size() < 20
                ? new Outcome.Accepted("x")
                : new Outcome.Deferred("Daily message quota exceeded.", Duration.ofMillis(10), Outcome.Scope.QUOTA));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "paused");
            String reason = fixture.text("select state_reason from campaign where id = " + campaign);
            String resume = fixture.text(
                    "select to_char(resume_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from campaign where id = "
                            + campaign);
            assertThat(reason).contains("daily quota").contains("goes on by itself at " + resume);
            assertThat(fixture.text(
                            "select resume_at - date_trunc('second', queued_at) from campaign where id = " + campaign))
                    .as("when the first mail of the last 24 hours leaves the window")
                    .isEqualTo("1 day");

            provider.answers(mail -> new Outcome.Accepted("x"));
            fixture.execute("update campaign set resume_at = now() where id = " + campaign);
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses()).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void anAccountWhoseQuotaIsUsedUpBeginsNothing() {
        CampaignFixture fixture = fixture(10);
        provider.quota(new Delivery.Quota(100, 1_000, 1_000, true));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "paused");
        }

        assertThat(provider.acceptedAddresses()).isEmpty();
    }

    @Test
    void tooManyBouncesPauseTheCampaignOnceAndAPersonMayLetItGoOn() {
        CampaignFixture fixture = fixture(400);
        provider.answers(mail -> {
            java.util.concurrent.locks.LockSupport.parkNanos(80_000_000);
            return new Outcome.Accepted("x");
        });
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            CampaignFixture.await(() -> provider.acceptedAddresses().size() > 40, () -> "nothing sent");
            bounces(fixture, campaign, 15);
            awaitState(fixture, campaign, "paused");
            assertThat(fixture.text("select state_reason from campaign where id = " + campaign))
                    .contains("15 of ")
                    .contains("more than 5%");

            fixture.execute("update campaign set state = 'sending', state_reason = null where id = " + campaign);
            awaitState(fixture, campaign, "sent");
        }

        assertThat(provider.acceptedAddresses()).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void moreThanOneComplaintInAThousandMailsPausesTheCampaignAndSaysWhy() {
        CampaignFixture fixture = fixture(1);
        long campaign = sending(fixture, 4_999, 5);
        Guard guard = new Guard(db.database(), GuardConfig.DEFAULTS);

        assertThat(guard.run()).isEqualTo(1);

        assertThat(fixture.state(campaign)).isEqualTo("paused");
        assertThat(fixture.text("select state_reason from campaign where id = " + campaign))
                .contains("5 of 4999 recipients complained")
                .contains("more than 0.1%")
                .contains("before you resume it");
    }

    @Test
    void complaintsAreJudgedFromTheThousandthMailAndTheFifthComplaintOn() {
        CampaignFixture fixture = fixture(1);
        long atBoth = sending(fixture, 1_000, 5);
        long tooFewMails = sending(fixture, 999, 200);
        long tooFewComplaints = sending(fixture, 1_000, 4);
        long noMoreThanAllowed = sending(fixture, 5_000, 5);
        Guard guard = new Guard(db.database(), GuardConfig.DEFAULTS);

        assertThat(guard.run()).isEqualTo(1);

        assertThat(fixture.state(atBoth)).isEqualTo("paused");
        assertThat(fixture.state(tooFewMails)).isEqualTo("sending");
        assertThat(fixture.state(tooFewComplaints)).isEqualTo("sending");
        assertThat(fixture.state(noMoreThanAllowed)).isEqualTo("sending");
    }

    @Test
    void bouncesAreJudgedFromTheThousandthMailOnAndFiveInAHundredAreAllowed() {
        CampaignFixture fixture = fixture(1);
        long above = sending(fixture, 1_000, 0);
        bounces(fixture, above, 51);
        long noMoreThanAllowed = sending(fixture, 1_000, 0);
        bounces(fixture, noMoreThanAllowed, 50);
        long tooFewMails = sending(fixture, 999, 0);
        bounces(fixture, tooFewMails, 500);

        assertThat(new Guard(db.database(), GuardConfig.DEFAULTS).run()).isEqualTo(1);

        assertThat(fixture.state(above)).isEqualTo("paused");
        assertThat(fixture.text("select state_reason from campaign where id = " + above))
                .contains("51 of 1000")
                .contains("more than 5%");
        assertThat(fixture.state(noMoreThanAllowed)).isEqualTo("sending");
        assertThat(fixture.state(tooFewMails)).isEqualTo("sending");
    }

    @Test
    void complaintsThatAPersonPutUpWithAreNotHeldAgainstTheCampaignAgain() {
        CampaignFixture fixture = fixture(1);
        long campaign = sending(fixture, 2_000, 5);
        Guard guard = new Guard(db.database(), GuardConfig.DEFAULTS);
        assertThat(guard.run()).isEqualTo(1);
        fixture.execute("update campaign set state = 'sending', state_reason = null where id = " + campaign);

        fixture.execute("update send_count set accepted = 3000 where campaign_id = " + campaign);
        fixture.execute("update event_count set uniques = 9, total = 9 where campaign_id = " + campaign);
        assertThat(guard.run()).isZero();
        assertThat(fixture.state(campaign)).isEqualTo("sending");

        fixture.execute("update event_count set uniques = 10, total = 10 where campaign_id = " + campaign);
        assertThat(guard.run()).isEqualTo(1);
        assertThat(fixture.text("select state_reason from campaign where id = " + campaign))
                .contains("5 of 1000 recipients complained");
    }

    @Test
    void aRecipientWhoComplainsOfAMailAgainAndAgainCountsOnce() {
        CampaignFixture fixture = fixture(1);
        long campaign = sending(fixture, 2_000, 4);
        fixture.execute("update event_count set total = 400 where campaign_id = " + campaign);

        assertThat(new Guard(db.database(), GuardConfig.DEFAULTS).run()).isZero();
        assertThat(fixture.state(campaign)).isEqualTo("sending");
    }

    @Test
    void aCampaignKeepsItsHourlyLimitWhoeverSendsIt() {
        CampaignFixture fixture = fixture(40);
        long campaign = fixture.campaign("<p>x</p>");
        // Two a second: four are claimed at once, and then nothing for two seconds.
        fixture.execute("update campaign set hourly_limit = 7200 where id = " + campaign);

        try (Worker first = worker();
                Worker second = worker()) {
            CampaignFixture.await(() -> provider.acceptedAddresses().size() >= 8, () -> "too slow");
        }

        assertThat(fixture.text("""
                        select count(*) <= 4 + 2 * ceil(extract(epoch from max(at) - min(at)))
                        from %s where kind = 'begun'
                        """.formatted(CampaignFixture.facts(campaign)))).isEqualTo("t");
    }

    @Test
    void whileSendingIsHeldNothingLeavesNotEvenATestMailAndThenAllOfItDoes() {
        CampaignFixture fixture = fixture(30);
        Holds holds = new Holds(db.database());
        holds.hold("restored", null);
        long campaign = fixture.campaign("<p>x</p>");
        fixture.execute("insert into test_mail (campaign_id, address) values (" + campaign + ", 'me@example.com')");

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "sending");
            String beats =
                    "select count(*) from worker where mails_begun = 0 and beat_at > started_at + interval '1 second'";
            CampaignFixture.await(() -> fixture.count(beats) == 1, () -> "no beat");
            assertThat(provider.acceptedAddresses()).isEmpty();

            assertThat(holds.release(null)).contains("restored");
            awaitState(fixture, campaign, "sent");
            CampaignFixture.await(
                    () -> provider.acceptedAddresses().size() == 31,
                    () -> provider.acceptedAddresses().toString());
        }
    }

    @Test
    void noWorkerBeginsWhileALogMayHoldAnUnsubscribe() {
        CampaignFixture fixture = fixture(30);
        fixture.execute("insert into refusal_watch values ('h', 'log', now() - interval '1 second', now())");
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "sending");
            assertThat(provider.acceptedAddresses()).isEmpty();

            fixture.execute("update refusal_watch set clear_until = now() + interval '1 hour'");
            awaitState(fixture, campaign, "sent");
        }
    }

    @Test
    void aCampaignThatNobodySentForLongerThanTheGraceWaitsForAPerson() {
        CampaignFixture fixture = fixture(30);
        long campaign = fixture.campaign("<p>x</p>");
        new Snapshot(db.database(), 50).run();
        fixture.execute("""
                insert into worker (host, pid, version, metrics_port, beat_at)
                values ('h', 1, 'test', 0, now() - interval '2 hours')
                """);

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "paused");
        }

        assertThat(fixture.text("select state_reason from campaign where id = " + campaign))
                .contains("No worker was there since");
        assertThat(provider.acceptedAddresses()).isEmpty();
    }

    @Test
    void aSenderThatTheProviderDoesNotKnowPausesItsCampaignWithTheProvidersWords() {
        CampaignFixture fixture = fixture(30);
        provider.answers(mail ->
                new Outcome.Deferred("Email address is not verified.", Duration.ofSeconds(1), Outcome.Scope.SENDER));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            awaitState(fixture, campaign, "paused");
        }

        assertThat(fixture.text("select state_reason from campaign where id = " + campaign))
                .contains("not verified");
    }

    /// Which `GetAccount` may know nothing of: a configuration set is paused, or a relay takes our password no more.
    @Test
    void aRefusedAccountIsLeftAloneForAWhileAndNoMailFailsForIt() {
        CampaignFixture fixture = fixture(40);
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean mended = new AtomicBoolean();
        provider.answers(mail -> mended.get() ? new Outcome.Accepted("x") : refused(refused));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker(IMPATIENT)) {
            CampaignFixture.await(() -> worker.providerProblem().equals("Sending is paused."), worker::providerProblem);
            LockSupport.parkNanos(1_500_000_000L);
            assertThat(worker.providerProblem()).isEqualTo("Sending is paused.");
            CampaignFixture.await(
                    () -> fixture.text("select count(*) from worker where problem = 'Sending is paused.'")
                            .equals("1"),
                    () -> "no problem on record");
            assertThat(fixture.text("select count(*) from worker where refused"))
                    .isEqualTo("1");
            // Those that were under way together, and none after them.
            assertThat(refused).hasValueLessThanOrEqualTo(CONFIG.connections());
            mended.set(true);
            awaitState(fixture, campaign, "sent");
            CampaignFixture.await(
                    () -> fixture.text("select count(*) from worker where problem is not null")
                            .equals("0"),
                    () -> "the problem is still on record");
        }

        assertThat(provider.acceptedAddresses()).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void whileTheAccountIsDisabledNothingIsBegunAndTheWorkerSaysSo() {
        CampaignFixture fixture = fixture(20);
        provider.quota(new Delivery.Quota(100_000, -1, 0, false));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker _ = worker()) {
            CampaignFixture.await(
                    () -> fixture.text("select count(*) from worker where refused and problem like '%disabled%'")
                            .equals("1"),
                    () -> "no refusal on record");
            assertThat(provider.acceptedAddresses()).isEmpty();
            provider.quota(new Delivery.Quota(100_000, -1, 0, true));
            awaitState(fixture, campaign, "sent");
            CampaignFixture.await(
                    () -> fixture.text("select count(*) from worker where refused")
                            .equals("0"),
                    () -> "the refusal is still on record");
        }
    }

    @Test
    void aSmallCampaignIsDoneWhileABigOneWaits() {
        CampaignFixture big = fixture(3_000);
        CampaignFixture small = new CampaignFixture(db, "small");
        small.contacts("small", 20);
        provider.answers(mail -> {
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            return new Outcome.Accepted("x");
        });
        long first = big.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            CampaignFixture.await(() -> provider.acceptedAddresses().size() > 100, () -> "nothing sent");
            long second = small.campaign("<p>x</p>");
            awaitState(small, second, "sent");
            assertThat(big.state(first)).isEqualTo("sending");
        }
    }

    private CampaignFixture fixture(int contacts) {
        CampaignFixture fixture = new CampaignFixture(db, "rules");
        fixture.contacts("r", contacts);
        return fixture;
    }

    private static Outcome refused(AtomicInteger count) {
        count.incrementAndGet();
        return new Outcome.Deferred("Sending is paused.", Duration.ofSeconds(3), Outcome.Scope.ACCOUNT);
    }

    private Worker worker() {
        return worker(CONFIG);
    }

    private Worker worker(SendingConfig config) {
        return Worker.start(
                db.database(),
                InstallationWatch.open(db.database(), home),
                config,
                STRICT,
                provider,
                Presses.press(),
                Presses.noReturnPath(),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                "test",
                0,
                Supervision.NONE);
    }

    /// A campaign that is being sent by nobody, of which so much is known.
    private static long sending(CampaignFixture fixture, int accepted, int complaints) {
        long campaign = fixture.campaign("<p>x</p>");
        fixture.execute("update campaign set state = 'sending' where id = " + campaign);
        fixture.execute("insert into send_count (campaign_id, worker_id, phase, accepted) values (%d, 1, 1, %d)"
                .formatted(campaign, accepted));
        events(fixture, campaign, "complained", complaints);
        return campaign;
    }

    private static void bounces(CampaignFixture fixture, long campaign, int count) {
        events(fixture, campaign, "bounced", count);
    }

    private static void events(CampaignFixture fixture, long campaign, String kind, int count) {
        fixture.execute("""
                insert into event_count (workspace_id, campaign_id, kind, total, uniques)
                values (%d, %d, '%s', %d, %d)
                """.formatted(fixture.workspaceId, campaign, kind, count, count));
    }

    private static void awaitState(CampaignFixture fixture, long campaign, String state) {
        CampaignFixture.await(
                () -> fixture.state(campaign).equals(state),
                () -> fixture.state(campaign) + " instead of " + state + ", ranges "
                        + fixture.text("select coalesce(string_agg(first_no || ':' || state, ' '), '') from send_range"
                                + " where campaign_id = " + campaign));
    }
}
