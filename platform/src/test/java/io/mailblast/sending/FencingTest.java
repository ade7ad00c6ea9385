package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What holds when a worker is lost: played statement by statement, so that each moment can be chosen.
class FencingTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final Duration LEASE = Duration.ofSeconds(2);

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void aWorkerThatLostItsLeaseBeginsNothing() {
        Scene scene = new Scene("lost lease");
        LeasedRange range = scene.claim(scene.first);
        List<Work> works = scene.rangesOf(scene.first).read(range);
        scene.lapse();
        new Reclaimer(DB.database()).run();

        SendFacts.Answer answer = scene.factsOf(scene.first).begin(works);

        assertThat(answer.begun()).isEmpty();
        assertThat(answer.skipped()).isEmpty();
    }

    @Test
    void evenBeforeAnybodyReclaimsAnEndedLeaseBeginsNothing() {
        Scene scene = new Scene("ended lease");
        LeasedRange range = scene.claim(scene.first);
        List<Work> works = scene.rangesOf(scene.first).read(range);
        scene.lapse();

        assertThat(scene.factsOf(scene.first).begin(works).begun()).isEmpty();
    }

    @Test
    void whatWasBegunWithoutOutcomeIsInDoubtAndTheRestGoesBack() {
        Scene scene = new Scene("in doubt");
        LeasedRange range = scene.claim(scene.first);
        List<Work> works = scene.rangesOf(scene.first).read(range);
        scene.factsOf(scene.first).begin(works.subList(0, 3));
        scene.factsOf(scene.first).record(List.of(close(works.get(0), "accepted")));
        scene.lapse();

        new Reclaimer(DB.database()).run();
        List<Work> left = scene.rangesOf(scene.second).read(scene.claim(scene.second));

        assertThat(scene.inDoubt()).isEqualTo(2);
        assertThat(left).extracting(Work::recipientNo).containsExactly(3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aLateOutcomeIsEvidenceAndSettlesTheDoubt() {
        Scene scene = new Scene("late outcome");
        List<Work> works = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        scene.factsOf(scene.first).begin(works.subList(0, 1));
        scene.lapse();
        new Reclaimer(DB.database()).run();

        scene.factsOf(scene.first).record(List.of(close(works.get(0), "accepted")));

        assertThat(scene.inDoubt()).isZero();
        assertThat(scene.fixture.count("select sum(accepted) from send_count where campaign_id = " + scene.campaign))
                .isEqualTo(1);
    }

    @Test
    void recordingTheSameOutcomeTwiceCountsOnce() {
        Scene scene = new Scene("twice");
        List<Work> works = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        SendFacts facts = scene.factsOf(scene.first);
        facts.begin(works);

        facts.record(List.of(close(works.get(0), "deferred"), close(works.get(1), "accepted")));
        facts.record(List.of(close(works.get(0), "accepted"), close(works.get(1), "refused")));

        assertThat(scene.fixture.text(
                        "select sum(accepted) || ' ' || sum(deferred) || ' ' || sum(refused) from send_count where phase = 1 and campaign_id = "
                                + scene.campaign))
                .isEqualTo("1 1 0");
        assertThat(scene.fixture.count(
                        "select count(*) from send_range where attempt = 2 and campaign_id = " + scene.campaign))
                .isEqualTo(1);
    }

    @Test
    void aMessageThatWasBegunIsNeverBegunAgain() {
        Scene scene = new Scene("once");
        List<Work> works = scene.rangesOf(scene.first).read(scene.claim(scene.first));

        SendFacts.Answer one = scene.factsOf(scene.first).begin(works);
        SendFacts.Answer again = scene.factsOf(scene.first).begin(works);

        assertThat(one.begun()).hasSize(10);
        assertThat(again.begun()).isEmpty();
    }

    @Test
    void aLostAnswerIsFoundAgainAsTheWorkersOwn() {
        Scene scene = new Scene("lost answer");
        List<Work> works = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        scene.factsOf(scene.first).begin(works.subList(0, 4));

        SendFacts.Answer own = scene.factsOf(scene.first).recall(works);
        assertThat(own.begun()).as("may go").isEmpty();
        assertThat(own.missed()).as("to be withdrawn").hasSize(4);
        assertThat(scene.factsOf(scene.second).recall(works).missed()).isEmpty();
    }

    @Test
    void whoWasSkippedStaysSoThoughTheAnswerIsLost() {
        Scene scene = new Scene("lost skip");
        List<Work> works = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        DB.database()
                .write(handle -> handle.createUpdate("""
                        insert into suppression (workspace_id, address, reason)
                        select workspace_id, address, 'unsubscribed' from contact where id = ?
                        """)
                        .bind(0, works.get(2).contactId())
                        .execute());
        SendFacts.Answer lost = scene.factsOf(scene.first).begin(works.subList(0, 4));

        SendFacts.Answer recalled = scene.factsOf(scene.first).recall(works);

        assertThat(recalled.missed()).isEqualTo(lost.begun());
        assertThat(recalled.skipped()).containsExactly(SendFacts.Key.of(works.get(2)));
    }

    /// A worker that lost a range and leased it again holds some of its messages twice for a moment.
    @Test
    void aMessageThatWasLeasedTwiceGoesForItsNewerLeaseOnly() {
        Scene scene = new Scene("leased twice");
        List<Work> lost = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        scene.lapse();
        new Reclaimer(DB.database()).run();
        List<Work> held = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        SendFacts facts = scene.factsOf(scene.first);

        Set<SendFacts.Key> begun =
                facts.begin(List.of(lost.get(0), held.get(0), held.get(1))).begun();
        Set<SendFacts.Key> mine =
                facts.recall(List.of(lost.get(0), lost.get(1), held.get(1))).missed();

        assertThat(begun).containsExactlyInAnyOrder(SendFacts.Key.of(held.get(0)), SendFacts.Key.of(held.get(1)));
        assertThat(begun).doesNotContain(SendFacts.Key.of(lost.get(0)));
        assertThat(mine).containsExactly(SendFacts.Key.of(held.get(1)));
    }

    /// PostgreSQL looks again at a row that changed while a statement waited for it. There a backend has once ended
    /// with signal 11, and every connection with it.
    @Test
    void aBeginThatWaitedForTheRenewalOfItsRangeGoesOn() throws Exception {
        Scene scene = new Scene("renewed meanwhile");
        List<Work> works = scene.rangesOf(scene.first).read(scene.claim(scene.first));
        SendFacts facts = scene.factsOf(scene.first);

        for (Work work : works) {
            CompletableFuture<SendFacts.Answer> answer = DB.database().write(handle -> {
                handle.execute("update send_range set lease_until = lease_until + interval '1 second' where id = "
                        + work.range().id());
                return beginThatWaits(scene, facts, work);
            });

            assertThat(answer.get(20, TimeUnit.SECONDS).begun()).containsExactly(SendFacts.Key.of(work));
        }
    }

    /// The lock is one statement and the intent another: nobody may come between them.
    @Test
    void aRangeStaysLockedUntilWhatIsBegunOfItIsCommitted() throws Exception {
        Scene scene = new Scene("locked to the end");
        Work work = scene.rangesOf(scene.first).read(scene.claim(scene.first)).getFirst();
        SendFacts facts = scene.factsOf(scene.first);

        CompletableFuture<SendFacts.Answer> answer = DB.database().write(handle -> {
            handle.execute("insert into send_run (period, campaign_id, first_no, last_no, phase, range_id, worker_id)"
                    + " select period, id, %1$d, %1$d, 0, 1, 1 from campaign where id = %2$d"
                            .formatted(work.recipientNo(), scene.campaign));
            CompletableFuture<SendFacts.Answer> waiting = beginThatWaits(scene, facts, work);
            assertThat(scene.fixture.count("select count(*) from (select from send_range where id = "
                            + work.range().id() + " for update skip locked) as free"))
                    .as("ranges that could be reclaimed")
                    .isZero();
            handle.rollback();
            return waiting;
        });

        assertThat(answer.get(20, TimeUnit.SECONDS).begun()).containsExactly(SendFacts.Key.of(work));
    }

    /// @return a begin that waits for what the caller's transaction holds
    private static CompletableFuture<SendFacts.Answer> beginThatWaits(Scene scene, SendFacts facts, Work work) {
        CompletableFuture<SendFacts.Answer> waiting = CompletableFuture.supplyAsync(() -> facts.begin(List.of(work)));
        CampaignFixture.await(
                () -> scene.fixture.count("select count(*) from pg_stat_activity"
                                + " where wait_event_type = 'Lock' and datname = current_database()")
                        > 0,
                () -> "no begin waits");
        return waiting;
    }

    @Test
    void aRenewalExtendsOnlyWhatIsHeld() {
        Scene scene = new Scene("renewal");
        LeasedRange range = scene.claim(scene.first);
        scene.lapse();

        scene.rangesOf(scene.first).renew(Map.of(range.id(), range));

        assertThat(scene.fixture.count(
                        "select count(*) from send_range where lease_until > clock_timestamp() and campaign_id = "
                                + scene.campaign))
                .isZero();
    }

    private static SendFacts.Close close(Work work, String kind) {
        return new SendFacts.Close(work, kind, null, null, Instant.now(), Instant.now());
    }

    /// Ten recipients in one range, and two workers.
    private static final class Scene {

        final CampaignFixture fixture;
        final long campaign;
        final long first;
        final long second;

        Scene(String name) {
            fixture = new CampaignFixture(DB, name);
            fixture.contacts(name.replace(' ', '-'), 10);
            campaign = fixture.campaign("<p>x</p>");
            first = Registration.register(DB.database(), "test", 0, "test").id();
            second = Registration.register(DB.database(), "test", 0, "test").id();
            new Snapshot(DB.database(), 100).run();
        }

        Ranges rangesOf(long worker) {
            return new Ranges(DB.database(), worker, LEASE, CampaignFixture.checkedStart(DB));
        }

        SendFacts factsOf(long worker) {
            return new SendFacts(DB.database(), worker, CampaignFixture.checkedStart(DB));
        }

        LeasedRange claim(long worker) {
            return rangesOf(worker).claim(List.of(), new Ranges.Wanted(1, 1_000, 8_000, 10)).stream()
                    .filter(range -> range.campaignId() == campaign)
                    .findFirst()
                    .orElseThrow();
        }

        void lapse() {
            fixture.execute(
                    "update send_range set lease_until = clock_timestamp() - interval '1 second' where campaign_id = "
                            + campaign);
        }

        long inDoubt() {
            return fixture.count("select count(*) from send_in_doubt where campaign_id = " + campaign);
        }
    }
}
