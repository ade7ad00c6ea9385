package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

        assertThat(scene.factsOf(scene.first).mine(works)).hasSize(4);
        assertThat(scene.factsOf(scene.second).mine(works)).isEmpty();
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
        Set<SendFacts.Key> mine = facts.mine(List.of(lost.get(0), lost.get(1), held.get(1)));

        assertThat(begun).containsExactlyInAnyOrder(SendFacts.Key.of(held.get(0)), SendFacts.Key.of(held.get(1)));
        assertThat(begun).doesNotContain(SendFacts.Key.of(lost.get(0)));
        assertThat(mine).containsExactly(SendFacts.Key.of(held.get(1)));
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
            first = Registration.register(DB.database(), "test", 0).id();
            second = Registration.register(DB.database(), "test", 0).id();
            new Snapshot(DB.database(), 100).run();
        }

        Ranges rangesOf(long worker) {
            return new Ranges(DB.database(), worker, LEASE);
        }

        SendFacts factsOf(long worker) {
            return new SendFacts(DB.database(), worker);
        }

        LeasedRange claim(long worker) {
            return rangesOf(worker).claim(List.of(), 10).stream()
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
