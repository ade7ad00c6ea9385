package io.mailblast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InDoubtTest {

    private static final TestDatabase DB = TestDatabase.create();
    private final InDoubt inDoubt = new InDoubt(DB.database());

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void messagesSettledAsSentCountAsSentAndSayWho() {
        Sent sent = new Sent("settled as sent", "sent", 3);
        sent.doubt(0, "told", "1 second");
        sent.doubt(1, "told", "1 second");

        var settled = inDoubt.settle(sent.workspace, sent.campaign, null, InDoubt.Verdict.SENT, 77L)
                .orElseThrow();

        assertThat(settled).isEqualTo(new InDoubt.Settled(2, 0, null));
        assertThat(sent.counts().inDoubt()).isZero();
        assertThat(sent.counts().sent()).isEqualTo(2);
        assertThat(sent.text("select string_agg(kind || ' ' || account_id, ', ') from send_fact where phase = 1"))
                .isEqualTo("settled_sent 77, settled_sent 77");
    }

    @Test
    void messagesSettledAsUnsentGoAgainAndTheirCampaignWithThem() {
        Sent sent = new Sent("settled as unsent", "sent", 3);
        sent.doubt(0, "told", "3 minutes");
        sent.doubt(2, "told", "3 minutes");

        var settled = inDoubt.settle(sent.workspace, sent.campaign, List.of(2), InDoubt.Verdict.UNSENT, 77L)
                .orElseThrow();

        assertThat(settled.settled()).isEqualTo(1);
        assertThat(sent.text("select state from campaign")).isEqualTo("sending");
        assertThat(sent.text("select first_no || ' attempt ' || attempt || ' ' || state from send_range"))
                .isEqualTo("2 attempt 2 ready");
        assertThat(inDoubt.list(sent.workspace, sent.campaign, -1, 10).orElseThrow())
                .extracting(InDoubt.Message::recipientNo)
                .containsExactly(0);
    }

    @Test
    void ofACancelledCampaignNothingGoesAgain() {
        Sent sent = new Sent("settled of a cancelled one", "cancelled", 1);
        sent.doubt(0, "told", "3 minutes");

        inDoubt.settle(sent.workspace, sent.campaign, null, InDoubt.Verdict.UNSENT, 77L);

        assertThat(sent.text("select count(*)::text from send_range")).isEqualTo("0");
        assertThat(sent.counts().cancelled()).isEqualTo(1);
        assertThat(sent.text("select state from campaign")).isEqualTo("cancelled");
    }

    @ParameterizedTest
    @CsvSource({
        "told, 1 minute, false",
        "told, 3 minutes, true",
        "stopped, 1 minute, false",
        "stopped, 3 minutes, true",
        "silent, 3 minutes, false",
        "silent, 9 minutes, false",
        "silent, 11 minutes, true",
        "alive, 60 minutes, false"
    })
    void aMessageMayGoAgainOnceItsWorkerIsGoneAndTheProvidersTimeIsOver(String worker, String ago, boolean may) {
        Sent sent = new Sent("again: " + worker + " " + ago, "sent", 1);
        sent.doubt(0, worker, ago);

        var settled = inDoubt.settle(sent.workspace, sent.campaign, null, InDoubt.Verdict.UNSENT, 77L)
                .orElseThrow();

        assertThat(settled.settled()).isEqualTo(may ? 1 : 0);
        assertThat(settled.tooEarly()).isEqualTo(may ? 0 : 1);
        assertThat(settled.sendAgainAt() == null).isEqualTo(may);
        assertThat(sent.counts().inDoubt()).isEqualTo(may ? 0 : 1);
    }

    @Test
    void anotherWorkspacesMessagesAreNotThere() {
        Sent sent = new Sent("mine in doubt", "sent", 1);
        sent.doubt(0, "told", "3 minutes");
        long other = DB.workspace("another's in doubt");

        assertThat(inDoubt.list(other, sent.campaign, -1, 10)).isEmpty();
        assertThat(inDoubt.settle(other, sent.campaign, null, InDoubt.Verdict.SENT, 1L))
                .isEmpty();
        assertThat(sent.counts().inDoubt()).isEqualTo(1);
    }

    @Test
    void moreThanOneBatchIsSettledInOneCall() {
        Sent sent = new Sent("many in doubt", "sent", 12_000);
        sent.execute("insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, reason, told) select "
                + sent.campaign + ", n, 1, 1, 'test', true from generate_series(0, 11999) n");

        assertThat(inDoubt.settle(sent.workspace, sent.campaign, null, InDoubt.Verdict.SENT, null)
                        .orElseThrow()
                        .settled())
                .isEqualTo(12_000);
        assertThat(sent.counts().sent()).isEqualTo(12_000);
    }

    /// A campaign that was sent, all of whose recipients had their turn.
    private static final class Sent {

        private final long workspace;
        private final long campaign;

        Sent(String name, String state, int recipients) {
            workspace = DB.workspace(name);
            campaign = id("""
                    insert into campaign (workspace_id, name, subject, from_name, from_email, content, state, period,
                        send_requested_at, queued_at, finished_at, recipients)
                    values (%d, 'c', 's', 'S', 's@example.org', 'x', '%s', ensure_period(now()), now(), now(), now(), %d)
                    returning id
                    """.formatted(workspace, state, recipients));
            execute("insert into send_count (campaign_id, worker_id, phase, opened) values (" + campaign + ", 5, 0, "
                    + recipients + ")");
        }

        void doubt(int recipient, String worker, String ago) {
            long id = id("insert into worker (host, pid, version, beat_at, stopped_at) values ('h', 1, 'v', "
                    + (worker.equals("alive") ? "now()" : "now() - interval '" + ago + "'") + ", "
                    + (worker.equals("stopped") ? "now() - interval '" + ago + "'" : "null") + ") returning id");
            execute(
                    "insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, worker_id, since, reason, told)"
                            + " values (" + campaign + ", " + recipient + ", 1, 1, " + id + ", now() - interval '" + ago
                            + "', 'test', " + worker.equals("told") + ")");
        }

        Stats.Counts counts() {
            return new Stats(DB.database()).counts(workspace, campaign).orElseThrow();
        }

        /// Of this campaign alone: `from` a table means its rows of this campaign.
        String text(String query) {
            String own = query.replaceAll("where phase = 1$", "where phase = 1 and campaign_id = " + campaign)
                    .replaceAll("from campaign$", "from campaign where id = " + campaign)
                    .replaceAll("from send_range$", "from send_range where campaign_id = " + campaign);
            return DB.database()
                    .read(handle -> handle.createQuery(own).mapTo(String.class).one());
        }

        void execute(String statement) {
            DB.database().read(handle -> handle.execute(statement));
        }

        private static long id(String insert) {
            return DB.database()
                    .read(handle -> handle.createQuery(insert).mapTo(Long.class).one());
        }
    }
}
