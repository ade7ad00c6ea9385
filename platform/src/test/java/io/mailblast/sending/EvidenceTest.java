package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceTest {

    private static final TestDatabase DB = TestDatabase.create();

    @AfterAll
    static void close() {
        DB.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"delivered", "bounced", "complained", "opened", "clicked"})
    void anEventOfItsMailSettlesAMessageAsSent(String kind) {
        CampaignFixture fixture = new CampaignFixture(DB, "evidence " + kind);
        long campaign = inDoubt(fixture);
        event(fixture, campaign, 1, kind);

        assertThat(new Evidence(DB.database()).run()).isEqualTo(1);

        assertThat(fixture.count("select count(*) from send_in_doubt where campaign_id = " + campaign))
                .as("the other one stays in doubt")
                .isEqualTo(1);
        assertThat(fixture.count("select accepted from send_count where worker_id = -1 and campaign_id = " + campaign))
                .isEqualTo(1);
        assertThat(fixture.text("select detail from send_fact where phase = 1 and campaign_id = " + campaign))
                .isEqualTo("known by its event: " + kind);
        assertThat(new Evidence(DB.database()).run()).as("once").isZero();
    }

    @Test
    void anUnsubscriptionIsNoEvidence() {
        CampaignFixture fixture = new CampaignFixture(DB, "evidence of nothing");
        long campaign = inDoubt(fixture);
        event(fixture, campaign, 1, "unsubscribed");

        assertThat(new Evidence(DB.database()).run()).isZero();
        assertThat(fixture.count("select count(*) from send_in_doubt where campaign_id = " + campaign))
                .isEqualTo(2);
    }

    @Test
    void anEventSettlesTheLatestAttempt() {
        CampaignFixture fixture = new CampaignFixture(DB, "evidence of two attempts");
        long campaign = inDoubt(fixture);
        fixture.execute("insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, reason) values ("
                + campaign + ", 1, 2, 1, 'test')");
        event(fixture, campaign, 1, "delivered");

        assertThat(new Evidence(DB.database()).run()).isEqualTo(1);
        assertThat(fixture.count("select attempt from send_fact where phase = 1 and campaign_id = " + campaign))
                .isEqualTo(2);
        fixture.execute("delete from send_in_doubt where campaign_id = " + campaign);
    }

    /// Its outcome was recorded in the same instant in which its range was reclaimed, and neither saw the other.
    @Test
    void whoseOutcomeIsOnRecordIsInDoubtNoMore() {
        CampaignFixture fixture = new CampaignFixture(DB, "evidence of a race");
        long campaign = inDoubt(fixture);
        fixture.execute("insert into send_fact"
                + " (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id)"
                + " select period, id, 1, 1, 1, 'accepted', 1, 1 from campaign where id = " + campaign);

        int settled = new Evidence(DB.database()).run();

        assertThat(settled).as("by an event").isZero();
        assertThat(fixture.text("select string_agg(recipient_no::text, ',') from send_in_doubt where campaign_id = "
                        + campaign))
                .isEqualTo("2");
        assertThat(fixture.text("select string_agg(kind, ',') from send_fact where campaign_id = " + campaign))
                .isEqualTo("accepted");
    }

    private static long inDoubt(CampaignFixture fixture) {
        long campaign = fixture.campaign("<p>x</p>");
        fixture.execute("insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, reason) values ("
                + campaign + ", 1, 1, 1, 'test'), (" + campaign + ", 2, 1, 1, 'test')");
        return campaign;
    }

    private static void event(CampaignFixture fixture, long campaign, int recipient, String kind) {
        fixture.execute("insert into event_bits (campaign_id, kind, block, bits) values (" + campaign + ", '" + kind
                + "', 0, set_bit(repeat('0', 8192)::bit(8192), " + recipient + ", 1))");
    }
}
