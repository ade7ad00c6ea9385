package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.Database;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever changes about a recipient after his campaign was queued is seen at his turn.
class AudienceChangeTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final String SUPPRESS_ALL = """
            insert into suppression (workspace_id, address, reason)
            select workspace_id, address, 'unsubscribed' from contact where workspace_id =\s""";

    @AfterAll
    static void close() {
        DB.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "suppressed | insert into suppression (workspace_id, address, reason) select :workspace, address, 'complaint' from contact where id = :contact | complaint",
                "left the list | update list_member set left_at = now() where contact_id = :contact | left the lists",
                "taken from the list | delete from list_member where contact_id = :contact | left the lists",
                "deleted | delete from contact where id = :contact | the contact was deleted",
                "list deleted | delete from campaign_list where list_id = :list; delete from contact_list where id = :list | left the lists",
                "address of another who is suppressed | insert into suppression (workspace_id, address, reason) values (:workspace, 'other@example.com', 'manual'); update contact set address = 'other@example.com' where id = :contact | manual",
                "a thousand and more at once | insert into suppression (workspace_id, address, reason) select :workspace, concat('x', n, '@example.com'), 'manual' from generate_series(1, 1200) n union all select :workspace, address, 'manual' from contact where id = :contact | manual",
                "left and came back | update list_member set left_at = now() where contact_id = :contact; update list_member set left_at = null where contact_id = :contact | ",
                "suppressed and forgiven | insert into suppression (workspace_id, address, reason) select :workspace, address, 'manual' from contact where id = :contact; delete from suppression where workspace_id = :workspace | ",
            })
    void whatChangedAfterQueueingDecides(String name, String change, @Nullable String reason) {
        Scene scene = new Scene("after " + name);
        List<Work> works = scene.read();

        scene.change(change, works.getFirst());

        assertThat(scene.reasonAtTurn(works)).isEqualTo(reason);
        assertThat(scene.begun()).as("of three").isEqualTo(reason == null ? 3 : name.equals("list deleted") ? 0 : 2);
    }

    @Test
    void whoWasSuppressedWhenQueuedIsSkippedAndOnceForgivenNot() {
        Scene kept = new Scene("kept", AudienceChangeTest::suppressAll);
        assertThat(kept.reasonAtTurn(kept.read())).isEqualTo("unsubscribed");

        Scene forgiven = new Scene("forgiven", AudienceChangeTest::suppressAll);
        List<Work> works = forgiven.read();
        forgiven.fixture.execute("delete from suppression where workspace_id = " + forgiven.fixture.workspaceId);
        assertThat(forgiven.reasonAtTurn(works)).isNull();
    }

    @Test
    void aChangeThatBeganBeforeQueueingAndWasCommittedAfterItIsSeen() {
        CampaignFixture fixture = new CampaignFixture(DB, "slow change");
        fixture.contacts("slow-change", 3);
        Scene scene;
        try (Database.Transaction slow = DB.database().begin()) {
            slow.run(handle -> handle.execute(SUPPRESS_ALL + fixture.workspaceId));
            scene = new Scene(fixture);
            slow.commit();
        }

        assertThat(scene.reasonAtTurn(scene.read())).isEqualTo("unsubscribed");
    }

    /// The mail's turn is decided by what is committed when its statement begins; until that is committed too, more may
    /// come.
    @Test
    void whoRefusesWhileHisMailBeginsIsTakenBack() throws Exception {
        Scene scene = new Scene("meanwhile");
        List<Work> works = scene.read();

        CompletableFuture<SendFacts.Answer> answer;
        try (Database.Transaction last = DB.database().begin()) {
            // What the statement comes to last.
            last.run(handle -> handle.execute(
                    "insert into send_count (campaign_id, worker_id, phase) values (?, ?, 0)",
                    scene.campaign,
                    scene.worker));
            answer = CompletableFuture.supplyAsync(() -> scene.facts.begin(works));
            CampaignFixture.await(
                    () -> scene.fixture.count("select count(*) from pg_stat_activity"
                                    + " where wait_event_type = 'Lock' and datname = current_database()")
                            > 0,
                    () -> "no begin waits");
            scene.change(
                    "insert into suppression (workspace_id, address, reason)"
                            + " select :workspace, address, 'unsubscribed' from contact where id = :contact",
                    works.getFirst());
        }

        assertThat(answer.get(20, TimeUnit.SECONDS).missed()).containsExactly(SendFacts.Key.of(works.getFirst()));
        assertThat(answer.join().begun()).hasSize(2);
    }

    @Test
    void moreChangesThanAreComparedAreAllSeen() {
        Scene scene = new Scene("many changes", fixture -> fixture.contacts("crowd", 3_000));
        List<Work> works = scene.read();
        for (int part = 0; part < 3; part++) {
            scene.fixture.execute("""
                    insert into suppression (workspace_id, address, reason)
                    select workspace_id, address, 'manual' from contact
                    where workspace_id = %d and address like 'crowd-%%' and id %% 3 = %d
                    """.formatted(scene.fixture.workspaceId, part));
        }
        assertThat(scene.fixture.count(
                        "select count(*) from audience_change where workspace_id = " + scene.fixture.workspaceId))
                .isEqualTo(3_000);

        SendFacts.Answer answer = scene.facts.begin(works);

        assertThat(answer.begun()).hasSize(3);
        assertThat(answer.skipped()).hasSize(3_000);
    }

    @Test
    void whatChangesSoManyAtOnceIsNotedOnceAndSeen() {
        Scene scene = new Scene("one statement", fixture -> fixture.contacts("mass", 1_200));
        List<Work> works = scene.read();

        scene.fixture.execute("update list_member set left_at = now() from contact c where c.id = contact_id"
                + " and c.address like 'mass-%' and c.workspace_id = " + scene.fixture.workspaceId);

        assertThat(scene.fixture.count(
                        "select count(*) from audience_change where workspace_id = " + scene.fixture.workspaceId))
                .isEqualTo(1);
        SendFacts.Answer answer = scene.facts.begin(works);
        assertThat(answer.begun()).hasSize(3);
        assertThat(answer.skipped()).hasSize(1_200);
    }

    @Test
    void whereNothingIsNotedNobodyIsLookedUpButAfterARestartEverybodyIs() {
        Scene scene = new Scene("unnoted");
        suppressUnnoted(scene);
        assertThat(scene.reasonAtTurn(scene.read())).isNull();

        Scene restarted = new Scene("restarted");
        suppressUnnoted(restarted);
        restarted.fixture.execute(
                "update campaign set audience_start = audience_start - interval '1 minute' where id = "
                        + restarted.campaign);
        assertThat(restarted.reasonAtTurn(restarted.read())).isEqualTo("unsubscribed");
    }

    @Test
    void changesAreKeptWhileACampaignAsksForThemAndNoLonger() {
        Scene scene = new Scene("kept changes");
        List<Work> works = scene.read();
        suppressAll(scene.fixture);
        String noted = "select count(*) from audience_change where workspace_id = " + scene.fixture.workspaceId;
        scene.fixture.execute("update audience_change set at = at - interval '2 hours' where workspace_id = "
                + scene.fixture.workspaceId);
        Retention retention = new Retention(DB.database(), Duration.ofDays(400), Duration.ZERO);

        retention.run();
        assertThat(scene.fixture.count(noted)).isEqualTo(3);
        scene.fixture.execute("update campaign set queued_at = queued_at - interval '25 hours'");
        // Not before transactions of others have ended that began earlier: a snapshot might be among them.
        CampaignFixture.await(
                () -> {
                    retention.run();
                    return scene.fixture.count(noted) == 0;
                },
                () -> scene.fixture.count(noted) + " changes are kept");

        assertThat(scene.reasonAtTurn(works)).isEqualTo("unsubscribed");
    }

    /// As no statement can: the change without its note.
    private static void suppressUnnoted(Scene scene) {
        suppressAll(scene.fixture);
        scene.fixture.execute("delete from audience_change where workspace_id = " + scene.fixture.workspaceId);
    }

    private static void suppressAll(CampaignFixture fixture) {
        fixture.execute(SUPPRESS_ALL + fixture.workspaceId);
    }

    /// Three recipients, or more, in one range of one worker.
    private static final class Scene {

        final CampaignFixture fixture;
        final long campaign;
        final long worker;
        final SendFacts facts;
        private final Ranges ranges;

        Scene(String name) {
            this(name, fixture -> {});
        }

        Scene(String name, Consumer<CampaignFixture> before) {
            this(prepared(name, before));
        }

        Scene(CampaignFixture fixture) {
            this.fixture = fixture;
            campaign = fixture.campaign("<p>x</p>");
            worker = Registration.register(DB.database(), "test", 0, "test").id();
            facts = new SendFacts(DB.database(), worker, CampaignFixture.checkedStart(DB));
            ranges = new Ranges(DB.database(), worker, Duration.ofMinutes(1), CampaignFixture.checkedStart(DB));
            new Snapshot(DB.database(), 10_000).run();
        }

        private static CampaignFixture prepared(String name, Consumer<CampaignFixture> before) {
            CampaignFixture fixture = new CampaignFixture(DB, name);
            fixture.contacts(name.replace(' ', '-'), 3);
            before.accept(fixture);
            return fixture;
        }

        List<Work> read() {
            return ranges.claim(List.of(), new Ranges.Wanted(1, 10_000, 100_000, 10)).stream()
                    .filter(range -> range.campaignId() == campaign)
                    .findFirst()
                    .map(ranges::read)
                    .orElseThrow();
        }

        void change(String sql, Work work) {
            for (String statement : sql.split(";")) {
                fixture.execute(statement
                        .replace(":workspace", "" + fixture.workspaceId)
                        .replace(":list", "" + fixture.listId)
                        .replace(":contact", "" + work.contactId()));
            }
        }

        /// Why the first of them is skipped; null if he gets his mail.
        @Nullable
        String reasonAtTurn(List<Work> works) {
            facts.begin(works);
            return DB.database()
                    .read(handle -> handle.createQuery("select detail from " + CampaignFixture.facts(campaign)
                                    + " where phase = 0 and recipient_no = :no")
                            .bind("no", works.getFirst().recipientNo())
                            .map((row, context) -> Optional.ofNullable(row.getString(1)))
                            .one()
                            .orElse(null));
        }

        long begun() {
            return fixture.count("select count(*) from " + CampaignFixture.facts(campaign) + " where kind = 'begun'");
        }
    }
}
