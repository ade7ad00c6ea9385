package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Neighbours share rows, and nobody who looks for facts can tell.
class SendFactsTest {

    private static final TestDatabase DB = TestDatabase.create();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void neighboursShareARowOfNoMoreThanTheLongestAndEachIsFoundByItself() {
        Scene scene = new Scene("neighbours", 200);
        List<Work> works = scene.works(0, 130);
        Collections.shuffle(works, new Random(1));

        SendFacts.Answer answer = scene.facts.begin(works);

        assertThat(answer.begun()).hasSize(130);
        assertThat(scene.text(
                        "select string_agg(first_no || '-' || last_no, ' ' order by first_no) from send_run where campaign_id = "
                                + scene.campaign))
                .isEqualTo("0-63 64-127 128-129");
        for (int no : List.of(0, 63, 64, 127, 128, 129)) {
            assertThat(scene.kinds(no)).as("of %s", no).isEqualTo("begun");
        }
        assertThat(scene.kinds(130)).isEmpty();
        assertThat(scene.readAgain()).extracting(Work::recipientNo).hasSize(70).startsWith(130);
    }

    @Test
    void whoHasBegunIsNotBegunAgainHoweverHeIsAskedFor() {
        Scene scene = new Scene("once", 100);
        scene.facts.begin(scene.works(10, 20));

        for (List<Work> asked : List.of(
                scene.works(10, 20),
                scene.works(12, 14),
                scene.works(5, 15),
                scene.works(19, 30),
                scene.works(0, 100))) {
            scene.facts.begin(asked);
        }

        assertThat(scene.count("select count(*) from " + scene.all() + " where phase = 0"))
                .isEqualTo(100);
        assertThat(scene.count("select count(distinct recipient_no) from " + scene.all()))
                .isEqualTo(100);
        assertThat(scene.counted()).isEqualTo("100 0 0");
    }

    @Test
    void whatProvidersCallTheirMailsIsEachRecipientsOwn() {
        Scene scene = new Scene("called", 4);
        List<Work> works = scene.works(0, 4);
        scene.facts.begin(works);

        scene.facts.record(List.of(
                accepted(works.get(2), "c"),
                accepted(works.get(0), "a"),
                accepted(works.get(3), "d\ne"),
                accepted(works.get(1), null)));

        assertThat(scene.count("select count(*) from send_run where phase = 1 and campaign_id = " + scene.campaign))
                .isEqualTo(1);
        assertThat(scene.text(
                        "select string_agg(recipient_no || coalesce(provider_id, '-'), ' ' order by recipient_no) from "
                                + scene.all() + " where phase = 1"))
                .isEqualTo("0a 1- 2c 3d e");
    }

    @Test
    void endsThatAreToldTwiceInWhateverCompanyCountOnce() {
        Scene scene = new Scene("twice", 40);
        List<Work> works = scene.works(0, 40);
        scene.facts.begin(works);

        scene.facts.record(acceptedAll(works.subList(5, 15)));
        scene.facts.record(acceptedAll(works.subList(5, 15)));
        scene.facts.record(acceptedAll(works.subList(0, 40)));
        scene.facts.record(List.of(new SendFacts.Close(works.get(7), "refused", null, "late", null, Instant.now())));

        assertThat(scene.counted()).isEqualTo("40 40 0");
        assertThat(scene.count("select count(*) from " + scene.all() + " where phase = 1"))
                .isEqualTo(40);
    }

    @Test
    void endsOfARangeThatWasTakenSettleTheDoubtAndCountOnce() {
        Scene scene = new Scene("taken", 20);
        List<Work> works = scene.works(0, 20);
        scene.facts.begin(works);
        scene.facts.record(acceptedAll(works.subList(0, 10)));
        scene.execute("update send_range set lease_until = clock_timestamp() - interval '1 second'");
        new Reclaimer(DB.database()).run();
        assertThat(scene.count("select count(*) from send_in_doubt where campaign_id = " + scene.campaign))
                .isEqualTo(10);

        scene.facts.record(acceptedAll(works));

        assertThat(scene.count("select count(*) from send_in_doubt where campaign_id = " + scene.campaign))
                .isZero();
        assertThat(scene.counted()).isEqualTo("20 20 0");
        assertThat(scene.count("select count(*) from " + scene.all() + " where kind = 'accepted'"))
                .isEqualTo(20);
        assertThat(scene.facts.recall(works).missed())
                .as("of the lease that was taken")
                .isEmpty();
    }

    @Test
    void whoeverIsSuppressedAmongNeighboursIsSkippedAndTheyAreNot() {
        Scene scene = new Scene("among", 30);
        List<Work> works = scene.works(0, 30);
        scene.execute("""
                insert into suppression (workspace_id, address, reason)
                select workspace_id, address, 'unsubscribed' from contact where id = %d
                """.formatted(works.get(17).contactId()));

        SendFacts.Answer answer = scene.facts.begin(works);

        assertThat(answer.skipped()).containsExactly(SendFacts.Key.of(works.get(17)));
        assertThat(answer.begun()).hasSize(29).doesNotContain(SendFacts.Key.of(works.get(17)));
        assertThat(scene.counted()).isEqualTo("30 0 1");
    }

    @Test
    void aWorkerOfBeforeThereWereRunsCanBeginNothing() {
        Scene scene = new Scene("of before", 1);

        assertThatThrownBy(() -> scene.execute("""
                        insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id)
                        select period, id, 0, 1, 0, 'begun', 1, 1 from campaign where id = %d
                        """.formatted(scene.campaign)))
                .hasMessageContaining("send_fact_begun_by_who_knows");
    }

    private static SendFacts.Close accepted(Work work, @Nullable String providerId) {
        return new SendFacts.Close(work, "accepted", providerId, null, null, Instant.now());
    }

    private static List<SendFacts.Close> acceptedAll(List<Work> works) {
        return works.stream().map(work -> accepted(work, "x")).toList();
    }

    /// One range, leased by one worker.
    private static final class Scene {

        final CampaignFixture fixture;
        final long campaign;
        final SendFacts facts;
        private final Ranges ranges;
        private final LeasedRange range;
        private final List<Work> all;

        Scene(String name, int recipients) {
            fixture = new CampaignFixture(DB, name);
            fixture.contacts(name.replace(' ', '-'), recipients);
            campaign = fixture.campaign("<p>x</p>");
            long worker =
                    Registration.register(DB.database(), "test", 0, "test").id();
            new Snapshot(DB.database(), 500).run();
            ranges = new Ranges(DB.database(), worker, Duration.ofMinutes(1), CampaignFixture.checkedStart(DB));
            facts = new SendFacts(DB.database(), worker, CampaignFixture.checkedStart(DB));
            range = ranges.claim(List.of(), new Ranges.Wanted(1, 1_000, 8_000, 10)).stream()
                    .filter(claimed -> claimed.campaignId() == campaign)
                    .findFirst()
                    .orElseThrow();
            all = ranges.read(range);
        }

        List<Work> works(int from, int to) {
            return new ArrayList<>(all.subList(from, to));
        }

        List<Work> readAgain() {
            return ranges.read(range);
        }

        String all() {
            return CampaignFixture.facts(campaign);
        }

        String kinds(int recipientNo) {
            return text(
                    "select coalesce(string_agg(kind, ' '), '') from campaign m cross join lateral send_facts_of(m.period, m.id, %1$d, %1$d) where m.id = %2$d"
                            .formatted(recipientNo, campaign));
        }

        /// Opened, accepted, skipped.
        String counted() {
            return text(
                    "select sum(opened) || ' ' || sum(accepted) || ' ' || sum(skipped) from send_count where campaign_id = "
                            + campaign);
        }

        String text(String query) {
            return fixture.text(query);
        }

        long count(String query) {
            return fixture.count(query);
        }

        void execute(String statement) {
            fixture.execute(statement);
        }
    }
}
