package io.mailblast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContactHistoryTest {

    private final TestDatabase db = TestDatabase.create();
    private final long workspace = db.workspace("Us");
    private final TestCampaign older = TestCampaign.create(db, workspace, 1_000, List.of("https://example.com/"));
    private final TestCampaign newer = TestCampaign.create(db, workspace, 10, List.of());
    private final Stats stats = new Stats(db.database());

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aContactIsFoundAmongTheRecipientsWhereverItStands() {
        for (int number : List.of(0, 1, 499, 998, 999)) {
            assertThat(stats.mails(workspace, contact(older.address(number)), 100))
                    .filteredOn(mail -> mail.campaignId() == older.id())
                    .extracting(Stats.Mail::recipientNo)
                    .containsExactly(number);
        }
    }

    @Test
    void theNewestCampaignComesFirstWithWhatBecameOfIt() {
        fact(older, 3, 1, 0, "begun", "");
        fact(older, 3, 1, 1, "accepted", "");
        fact(newer, 3, 1, 0, "begun", "");
        fact(newer, 3, 1, 1, "refused", "550 no such user");

        List<Stats.Mail> mails = stats.mails(workspace, contact(older.address(3)), 100);

        assertThat(mails).extracting(Stats.Mail::campaignId).containsExactly(newer.id(), older.id());
        assertThat(mails).extracting(Stats.Mail::state).containsExactly("failed", "sent");
        assertThat(mails.getFirst().lastError()).isEqualTo("550 no such user");
        assertThat(mails.getFirst().at()).isNotNull();
        assertThat(stats.mails(workspace, contact(older.address(3)), 1)).hasSize(1);
        assertThat(stats.urls(older.id())).containsEntry(0, "https://example.com/");
    }

    @Test
    void whoGotNothingAndWhoIsAnotherWorkspacesHasNoHistory() {
        long others = db.workspace("Others");
        TestCampaign theirs = TestCampaign.create(db, others, 5, List.of());
        long stranger = db.database()
                .write(handle -> handle.createQuery(
                                "insert into contact (workspace_id, email, address) values (:w, 'z@z.example', 'z@z.example') returning id")
                        .bind("w", workspace)
                        .mapTo(Long.class)
                        .one());

        assertThat(stats.mails(workspace, stranger, 100)).isEmpty();
        assertThat(stats.isContact(workspace, contact(theirs.address(1)))).isFalse();
        assertThat(stats.mails(others, contact(older.address(1)), 100)).isEmpty();
    }

    private long contact(String address) {
        return db.database()
                .read(handle -> handle.createQuery("select id from contact where address = :address")
                        .bind("address", address)
                        .mapTo(Long.class)
                        .one());
    }

    private void fact(TestCampaign campaign, int number, int attempt, int phase, String kind, String detail) {
        int _ = db.database()
                .write(handle -> handle.createUpdate("""
                insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id, detail, knows_runs)
                select period, id, :number, :attempt, :phase, :kind, 1, nullif(:detail, ''), true from campaign where id = :id
                """)
                        .bind("id", campaign.id())
                        .bind("number", number)
                        .bind("attempt", attempt)
                        .bind("phase", phase)
                        .bind("kind", kind)
                        .bind("detail", detail)
                        .execute());
    }
}
