package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.delivery.Delivery;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the ranges of workers that were seen to die, played death by death.
class LossTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final Duration LEASE = Duration.ofMinutes(10);

    @TempDir
    private static Path home;

    @TempDir
    private Path folder;

    private int processes;

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void whatAWorkerHeldThatWasSeenToDieGoesBackAtOnce() {
        Scene scene = new Scene("seen to die");
        Dead dead = scene.worker();
        List<Work> works = dead.read(dead.claim());
        new SendFacts(DB.database(), dead.id, CampaignFixture.checkedStart(DB)).begin(works.subList(0, 2));

        new Reclaimer(DB.database()).run();
        assertThat(scene.ranges())
                .as("whoever has not seen it waits for the lease")
                .isEqualTo("0-9 leased 0");
        int taken = scene.reclaim(dead, "");

        assertThat(taken).isPositive();
        assertThat(scene.ranges()).isEqualTo("0-9 ready 0");
        assertThat(scene.fixture.count("select count(*) from send_in_doubt where campaign_id = " + scene.campaign))
                .isEqualTo(2);
        assertThat(scene.fixture.count("select count(*) from worker where stopped_at is not null and id = " + dead.id))
                .isEqualTo(1);
        assertThat(dead.process.ownFile().orElseThrow()).exists();
    }

    /// As when the one before it died while it started.
    @Test
    void aDeathThatIsToldTwiceOrOfNobodyKnownChangesNothing() {
        Scene scene = new Scene("told twice");
        Dead dead = scene.worker();
        dead.claim();
        scene.reclaim(dead, "");
        LeasedRange held = scene.worker().claim();

        int taken = scene.reclaim(dead, "");
        Deaths unknown = Deaths.take(DB.database(), Supervision.of("me", "nobody-known=", folder));

        assertThat(taken).isZero();
        assertThat(unknown.byWorker()).isEmpty();
        assertThat(scene.ranges()).isEqualTo("0-9 leased 0");
        assertThat(held.epoch()).isGreaterThan(0);
    }

    @Test
    void workersThatDieOfSomethingElseFailNobodyHoweverOftenTheyDo() {
        Scene scene = new Scene("killed for nothing");
        for (int i = 0; i < 6; i++) {
            Dead dead = scene.worker();
            List<Work> works = dead.read(dead.claim());
            dead.hand.rendering(works.get(3));
            dead.hand.awaiting();
            scene.reclaim(dead, "");
        }

        assertThat(scene.ranges()).isEqualTo("0-9 ready 0");
    }

    @Test
    void aMessageOfWhichWorkersDieIsIsolatedAndThenFailsWithTheDumpAndTheOthersAreLeft() {
        Scene scene = new Scene("poison");

        scene.dieOf(3, "");
        assertThat(scene.ranges()).isEqualTo("0-9 ready 1");
        scene.dieOf(3, "");
        assertThat(scene.ranges()).isEqualTo("0-2 ready 0, 3-3 ready 0, 4-9 ready 0");
        scene.dieOf(3, "");
        assertThat(scene.ranges()).isEqualTo("0-2 ready 0, 3-3 ready 1, 4-9 ready 0");
        scene.dieOf(3, "worker-1.txt");

        assertThat(scene.ranges()).isEqualTo("0-2 ready 0, 3-3 done 2, 4-9 ready 0");
        assertThat(scene.fixture.text(
                        "select string_agg(phase || ' ' || kind || ' ' || coalesce(detail, ''), ', ' order by phase)"
                                + " from send_fact where recipient_no = 3 and campaign_id = " + scene.campaign))
                .isEqualTo("0 begun , 1 refused its worker died of it more than once while it made the mail;"
                        + " see the dump worker-1.txt");
        assertThat(scene.fixture.text("select sum(opened) || ' ' || sum(refused) from send_count where campaign_id = "
                        + scene.campaign))
                .isEqualTo("1 1");
        assertThat(scene.fixture.count("select count(*) from send_in_doubt where campaign_id = " + scene.campaign))
                .isZero();
    }

    @Test
    void aRetryOfWhichWorkersDieFailsToo() {
        Scene scene = new Scene("poisonous retry");
        Dead first = scene.worker();
        List<Work> works = first.read(first.claim());
        SendFacts facts = new SendFacts(DB.database(), first.id, CampaignFixture.checkedStart(DB));
        facts.begin(works);
        facts.record(works.stream()
                .map(work -> new SendFacts.Close(
                        work,
                        work.recipientNo() == 3 ? "deferred" : "accepted",
                        null,
                        null,
                        InstantSource.system().instant().minusSeconds(1),
                        InstantSource.system().instant()))
                .toList());
        new Ranges(DB.database(), first.id, LEASE, CampaignFixture.checkedStart(DB))
                .finish(works.getFirst().range());

        scene.dieOf(3, "");
        assertThat(scene.ranges()).isEqualTo("0-9 done 0, 3-3 ready 1");
        scene.dieOf(3, "");

        assertThat(scene.ranges()).isEqualTo("0-9 done 0");
        assertThat(scene.fixture.text("select sum(opened) || ' ' || sum(accepted) || ' ' || sum(refused)"
                        + " from send_count where campaign_id = " + scene.campaign))
                .isEqualTo("10 9 1");
    }

    @Test
    void aRangeThatCannotEvenBeReadGoesIntoEvenPieces() {
        Scene scene = new Scene("unreadable", 25);
        for (int i = 0; i < 2; i++) {
            Dead dead = scene.worker();
            LeasedRange range = dead.claim();
            dieWhileReading(dead, range);
            scene.reclaim(dead, "");
        }

        assertThat(scene.ranges())
                .isEqualTo("0-2 ready 0, 3-5 ready 0, 6-8 ready 0, 9-11 ready 0, 12-14 ready 0, 15-17 ready 0,"
                        + " 18-20 ready 0, 21-23 ready 0, 24-24 ready 0");
    }

    @Test
    void theOthersOfAPoisonedRangeAreSentAndTheCampaignEnds() {
        Scene scene = new Scene("poisoned campaign");
        for (int i = 0; i < 4; i++) {
            scene.dieOf(3, "");
        }
        FakeProvider provider = new FakeProvider();

        try (Worker worker = worker(provider, Supervision.NONE)) {
            CampaignFixture.await(
                    () -> scene.fixture.state(scene.campaign).equals("sent"),
                    () -> scene.fixture.state(scene.campaign) + ", " + scene.ranges());
        }

        assertThat(provider.acceptedAddresses())
                .filteredOn(to -> to.startsWith("poisoned-campaign-"))
                .hasSize(9)
                .doesNotHaveDuplicates();
        assertThat(scene.fixture.text("select sum(opened) || ' ' || sum(accepted) || ' ' || sum(refused)"
                        + " from send_count where campaign_id = " + scene.campaign))
                .isEqualTo("10 9 1");
    }

    @Test
    void aWorkerTakesOverFromThePredecessorThatItsSupervisorNames() {
        Scene scene = new Scene("successor");
        Dead dead = scene.worker();
        dead.claim();
        Supervision successor = Supervision.of("successor-1", dead.process.token() + "=", folder);
        FakeProvider provider = new FakeProvider();

        try (Worker worker = worker(provider, successor)) {
            CampaignFixture.await(
                    () -> scene.fixture.state(scene.campaign).equals("sent"),
                    () -> scene.fixture.state(scene.campaign) + ", " + scene.ranges());
            CampaignFixture.await(
                    () -> worker.progress().waiting() == 0,
                    () -> worker.progress().toString());
            assertThat(worker.progress().finished()).isGreaterThanOrEqualTo(10);
        }

        assertThat(dead.process.ownFile().orElseThrow()).doesNotExist();
        assertThat(successor.ownFile().orElseThrow()).doesNotExist();
    }

    @Test
    void whileTheProviderIsAwayAWorkerHasAReasonToFinishNothing() {
        AwayProvider provider = new AwayProvider();

        try (Worker worker = worker(provider, Supervision.NONE)) {
            CampaignFixture.await(
                    () -> worker.progress().reason().equals("nobody answers"),
                    () -> worker.progress().toString());
            provider.back = true;
            CampaignFixture.await(
                    () -> worker.progress().reason().isEmpty(),
                    () -> worker.progress().toString());
        }
    }

    @Test
    void aFileThatIsTornOrForeignAccusesNobody() throws IOException {
        Path file = folder.resolve("torn.in-hand");

        Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThat(InHand.read(file)).isEmpty();
        Files.write(file, new byte[64]);
        assertThat(InHand.read(file)).isEmpty();
        byte[] foreign = new byte[16];
        java.util.Arrays.fill(foreign, (byte) 0xee);
        Files.write(file, foreign);
        assertThat(InHand.read(file)).isEmpty();
        assertThat(InHand.read(folder.resolve("none.in-hand"))).isEmpty();
    }

    private static void dieWhileReading(Dead dead, LeasedRange range) {
        try {
            dead.hand.reading(range, r -> {
                throw new IllegalStateException("the process dies here");
            });
        } catch (IllegalStateException e) {
            // What stands in the file is what a dead process would have left.
        }
    }

    private Worker worker(Delivery provider, Supervision supervision) {
        return Worker.start(
                DB.database(),
                InstallationWatch.open(DB.database(), home),
                SendingConfig.DEFAULTS,
                GuardConfig.DEFAULTS,
                provider,
                Presses.press(),
                Presses.noReturnPath(),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                "test",
                0,
                supervision);
    }

    /// Cannot be reached until it is back.
    private static final class AwayProvider implements Delivery {

        private final FakeProvider provider = new FakeProvider();
        private volatile boolean back;

        @Override
        public Way reserve() {
            return provider.reserve();
        }

        @Override
        public String account() {
            return "away";
        }

        @Override
        public Quota quota() {
            if (!back) {
                throw new ProviderUnavailableException("nobody answers", new IOException("away"));
            }
            return provider.quota();
        }

        @Override
        public void close() {}
    }

    /// A worker's process up to its death.
    private final class Dead {

        final Scene scene;
        final Supervision process = Supervision.of("process-" + ++processes + "-" + System.nanoTime(), "", folder);
        final long id = Registration.register(DB.database(), "test", 0, "test", process.token())
                .id();
        final InHand.Hand hand = InHand.open(process, 2).hand();

        Dead(Scene scene) {
            this.scene = scene;
        }

        LeasedRange claim() {
            return claimOf(-1);
        }

        /// The range with this recipient, or any.
        LeasedRange claimOf(int recipient) {
            return new Ranges(DB.database(), id, LEASE, CampaignFixture.checkedStart(DB))
                    .claim(List.of(), new Ranges.Wanted(1, 1_000, 8_000, 10)).stream()
                            .filter(range -> range.campaignId() == scene.campaign)
                            .filter(range ->
                                    recipient < 0 || (range.firstNo() <= recipient && recipient <= range.lastNo()))
                            .findFirst()
                            .orElseGet(() -> claimOf(recipient));
        }

        List<Work> read(LeasedRange range) {
            return new Ranges(DB.database(), id, LEASE, CampaignFixture.checkedStart(DB)).read(range);
        }
    }

    /// Recipients in one range.
    private final class Scene {

        final CampaignFixture fixture;
        final long campaign;

        Scene(String name) {
            this(name, 10);
        }

        Scene(String name, int recipients) {
            fixture = new CampaignFixture(DB, name);
            fixture.contacts(name.replace(' ', '-'), recipients);
            campaign = fixture.campaign("<p>x</p>");
            new Snapshot(DB.database(), 100).run();
        }

        Dead worker() {
            return new Dead(this);
        }

        /// A worker dies while it makes the mail of this recipient.
        void dieOf(int recipient, String dump) {
            Dead dead = worker();
            Work work = dead.read(dead.claimOf(recipient)).stream()
                    .filter(each -> each.recipientNo() == recipient)
                    .findFirst()
                    .orElseThrow();
            dead.hand.rendering(work);
            reclaim(dead, dump);
        }

        /// Its successor starts.
        int reclaim(Dead dead, String dump) {
            Supervision successor = Supervision.of("successor", dead.process.token() + "=" + dump, folder);
            return new Reclaimer(DB.database(), Deaths.take(DB.database(), successor)).run();
        }

        String ranges() {
            return fixture.text("select string_agg(first_no || '-' || last_no || ' ' || state || ' ' || losses, ', '"
                    + " order by first_no, attempt) from send_range where campaign_id = " + campaign);
        }
    }
}
