package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.archive.Archive;
import io.mailblast.testing.ArchivedFiles;
import io.mailblast.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database for each test: retention looks at all of an installation.
class RetentionTest {

    private final TestDatabase db = TestDatabase.create();
    private final CampaignFixture fixture = new CampaignFixture(db, "retention");
    private final Retention retention = new Retention(db.database(), Duration.ofDays(400), Duration.ZERO);

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void rangesGoADayAfterTheirCampaignEnded() {
        long sent = ended("sent", "25 hours");
        long cancelled = ended("cancelled", "25 hours");
        long justSent = ended("sent", "23 hours");
        long paused = campaign("paused", "0 months");
        List.of(sent, cancelled, justSent, paused).forEach(campaign -> range(campaign, 1, "done"));
        range(sent, 2, "ready");

        retention.run();

        assertThat(rows("select campaign_id || ' ' || state from send_range order by id"))
                .containsExactlyInAnyOrder(justSent + " done", paused + " done", sent + " ready");
    }

    @Test
    void itSaysWhetherThereMayBeMoreToDoAtOnce() {
        range(ended("sent", "2 days"), 1, "done");

        assertThat(retention.run()).isTrue();
        assertThat(retention.run()).isFalse();
    }

    @Test
    void workersGoAWeekAfterTheyFellSilentUnlessSomethingSpeaksOfThem() {
        long silent = worker("8 days");
        long recent = worker("6 days");
        long holder = worker("8 days");
        long doubted = worker("8 days");
        long campaign = campaign("sending", "0 months");
        range(campaign, 1, "ready");
        fixture.execute("update send_range set state = 'leased', lease_until = now(), worker_id = " + holder);
        doubt(campaign, doubted);

        retention.run();

        assertThat(rows("select id::text from worker order by id"))
                .containsExactly(Long.toString(recent), Long.toString(holder), Long.toString(doubted))
                .doesNotContain(Long.toString(silent));
    }

    @Test
    void factsGoWithTheirMonthAndCountsAndRecipientsAndSuppressionsStay() {
        long old = campaign("sent", "15 months");
        long alsoOld = campaign("cancelled", "15 months");
        long young = campaign("sent", "12 months");
        List.of(old, alsoOld, young).forEach(this::fact);
        fixture.contacts("kept", 1);
        fixture.execute("""
                insert into campaign_recipient (period, campaign_id, recipient_no, contact_id)
                select m.period, m.id, 1, c.id from campaign m cross join contact c
                """);
        fixture.execute(
                "insert into suppression (workspace_id, address, reason, campaign_id) values (%d, 'a@b.example', 'manual', %d)"
                        .formatted(fixture.workspaceId, old));

        retention.run();

        assertThat(rows("select campaign_id::text from send_fact")).containsExactly(Long.toString(young));
        assertThat(rows("select campaign_id::text from send_run")).containsExactly(Long.toString(young));
        assertThat(fixture.count("select sum(accepted) from send_count where campaign_id = " + old))
                .isEqualTo(1);
        assertThat(fixture.count("select count(*) from campaign_recipient")).isEqualTo(3);
        assertThat(fixture.count("select count(*) from suppression")).isEqualTo(1);
        assertThat(fixture.count("select count(*) from campaign")).isEqualTo(3);
    }

    @Test
    void recipientsGoWithTheirMonthOnceTheyHaveBeenKeptForLongEnough() {
        long old = campaign("sent", "27 months");
        long unfolded = campaign("sent", "15 months");
        long waiting = campaign("paused", "28 months");
        fixture.contacts("gone", 1);
        fixture.execute("""
                insert into campaign_recipient (period, campaign_id, recipient_no, contact_id)
                select m.period, m.id, 1, c.id from campaign m cross join contact c
                """);

        new Retention(db.database(), Duration.ofDays(400), Duration.ofDays(760)).run();

        assertThat(rows("select campaign_id::text from campaign_recipient order by 1"))
                .containsExactlyInAnyOrder(Long.toString(unfolded), Long.toString(waiting))
                .doesNotContain(Long.toString(old));
        assertThat(fixture.count("select count(*) from campaign")).isEqualTo(3);
    }

    @Test
    void whatHasHadItsTimeWaitsForTheArchiveWhereThereIsOne(@TempDir Path folder) {
        long old = campaign("sent", "27 months");
        fact(old);
        fixture.contacts("gone", 1);
        fixture.execute("""
                insert into campaign_recipient (period, campaign_id, recipient_no, contact_id)
                select m.period, m.id, 1, c.id from campaign m cross join contact c
                """);
        Archive archive = Archive.open(db.database(), Optional.of(folder)).orElseThrow();

        new Retention(db.database(), Duration.ofDays(400), Duration.ofDays(760)).run();
        assertThat(fixture.count("select count(*) from send_fact")).isZero();
        assertThat(fixture.count("select count(*) from campaign_recipient")).isZero();
        archive.run();

        for (String table : List.of("send_fact_", "send_run_", "campaign_recipient_")) {
            assertThat(ArchivedFiles.rows(folder, table))
                    .as(table)
                    .hasSize(1)
                    .allSatisfy(row -> assertThat(row).containsEntry("campaign_id", Long.toString(old)));
        }
    }

    @Test
    void theFactsOfAMonthStayWhileOneOfItsCampaignsHasNotEnded() {
        long ended = campaign("sent", "16 months");
        long waiting = campaign("paused", "16 months");
        List.of(ended, waiting).forEach(this::fact);

        retention.run();
        assertThat(fixture.count("select count(*) from send_fact")).isEqualTo(2);

        fixture.execute("update campaign set state = 'cancelled' where id = " + waiting);
        retention.run();
        assertThat(fixture.count("select count(*) from send_fact")).isZero();
    }

    /// What settles it, by a person or by evidence, is one more fact of that month.
    @Test
    void theFactsOfAMonthStayWhileOneOfItsMessagesIsInDoubt() {
        long doubtful = campaign("sent", "15 months");
        fact(doubtful);
        doubt(doubtful, worker("8 days"));

        retention.run();
        assertThat(fixture.count("select count(*) from send_fact")).isEqualTo(1);

        fixture.execute("delete from send_in_doubt");
        retention.run();
        assertThat(fixture.count("select count(*) from send_fact")).isZero();
    }

    @Test
    void testMailsGoNinetyDaysAfterTheyEnded() {
        long campaign = campaign("draft", "0 months");
        for (String finished : List.of("now() - interval '91 days'", "now() - interval '89 days'", "null")) {
            fixture.execute("""
                    insert into test_mail (campaign_id, address, state, requested_at, finished_at)
                    values (%d, 'a@b.example', 'accepted', now() - interval '92 days', %s)
                    """.formatted(campaign, finished));
        }

        retention.run();

        assertThat(fixture.count("select count(*) from test_mail")).isEqualTo(2);
    }

    @Test
    void factsAreKeptForAllOfTheTimeAfterTheirMonthsEnd() {
        long inMonth = fixture.campaign("<p>x</p>");
        fixture.execute("""
                update campaign set state = 'sent', finished_at = now(),
                    period = ensure_period(date_trunc('month', now() - interval '400 days'))
                where id = %d
                """.formatted(inMonth));
        fact(inMonth);
        long before = fixture.campaign("<p>x</p>");
        fixture.execute("""
                update campaign set state = 'sent', finished_at = now(),
                    period = ensure_period(date_trunc('month', now() - interval '400 days') - interval '1 day')
                where id = %d
                """.formatted(before));
        fact(before);

        retention.run();

        assertThat(rows("select campaign_id::text from send_fact")).containsExactly(Long.toString(inMonth));
    }

    @Test
    void aMonthThatWasDroppedIsLeftAloneAndANewOneCanBeginBesideIt() {
        fact(campaign("sent", "15 months"));
        retention.run();

        assertThat(retention.run()).isFalse();
        fact(campaign("sending", "0 months"));

        assertThat(fixture.count("select count(*) from send_fact")).isEqualTo(1);
    }

    private long ended(String state, String ago) {
        long campaign = campaign(state, "0 months");
        fixture.execute("update campaign set finished_at = now() - interval '" + ago + "' where id = " + campaign);
        return campaign;
    }

    /// One that was queued some months ago, and has ended then if it has ended.
    private long campaign(String state, String ago) {
        long campaign = fixture.campaign("<p>x</p>");
        fixture.execute("""
                update campaign set state = '%s', finished_at = now() - interval '%s',
                    period = ensure_period(now() - interval '%s')
                where id = %d
                """.formatted(state, ago, ago, campaign));
        return campaign;
    }

    private void range(long campaign, int no, String state) {
        fixture.execute("insert into send_range (campaign_id, first_no, last_no, state) values (%d, %d, %d, '%s')"
                .formatted(campaign, no, no, state));
    }

    private long worker(String silentFor) {
        return fixture.count("""
                insert into worker (host, pid, version, metrics_port, beat_at)
                values ('h', 1, 'test', 0, now() - interval '%s') returning id
                """.formatted(silentFor));
    }

    private void doubt(long campaign, long worker) {
        fixture.execute("""
                insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, worker_id, reason)
                values (%d, 1, 1, 1, %d, 'no answer')
                """.formatted(campaign, worker));
    }

    private void fact(long campaign) {
        fixture.execute("""
                insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id)
                select period, id, 1, 1, 1, 'accepted', 1 from campaign where id = %d
                """.formatted(campaign));
        fixture.execute("""
                insert into send_run (period, campaign_id, first_no, last_no, phase, range_id, worker_id, provider_ids)
                select period, id, 2, 4, 1, 1, 1, '' from campaign where id = %d
                """.formatted(campaign));
        fixture.execute(
                "insert into send_count (campaign_id, worker_id, phase, accepted) values (" + campaign + ", 1, 1, 1)");
    }

    private List<String> rows(String query) {
        return db.database()
                .read(handle -> handle.createQuery(query).mapTo(String.class).list());
    }
}
