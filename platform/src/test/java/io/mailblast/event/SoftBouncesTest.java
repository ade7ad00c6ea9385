package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestCampaign;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class SoftBouncesTest extends IngestScene {

    private static final int ENOUGH = CONFIG.softBounces();

    private final Instant now = Instant.now();
    private final long workspace = db.workspace("Soft bounces");
    private final List<TestCampaign> campaigns = campaigns(workspace);
    private int told;

    @Test
    void asManyCampaignsAsConfiguredSuppressTheAddressAndOneFewerDoesNot() throws Exception {
        try (Ingester ingester = start()) {
            for (TestCampaign campaign : campaigns.subList(0, ENOUGH - 1)) {
                bounce(campaign, 3, now);
                drained(ingester);
            }
            assertThat(suppressed()).isEmpty();

            bounce(campaigns.get(ENOUGH - 1), 3, now);
            drained(ingester);
        }

        assertThat(suppressed()).containsExactly(campaigns.getFirst().address(3) + " soft_bounces");
        assertThat(number("select campaign_id from suppression"))
                .isEqualTo(campaigns.get(ENOUGH - 1).id());
    }

    @Test
    void bouncesThatComeAllAtOnceCountAsThoseThatComeOneByOne() throws Exception {
        campaigns.forEach(campaign -> bounce(campaign, 1, now));
        campaigns.subList(1, ENOUGH).forEach(campaign -> bounce(campaign, 2, now));

        ingest();

        assertThat(suppressed()).containsExactly(campaigns.getFirst().address(1) + " soft_bounces");
    }

    /// Nodes ingest side by side.
    @Test
    void theLastBounceIsSeenAlthoughAnotherTransactionIsCountingTheOneBefore() throws Exception {
        campaigns.subList(2, ENOUGH).forEach(campaign -> bounce(campaign, 8, now));
        ingest();

        try (Ingester ingester = start();
                Handle other = db.database().jdbi().open()) {
            other.begin();
            SoftBounces.count(
                    other,
                    List.of(new Arrivals.Arrival(-1, softBounce(campaigns.get(0), 8, now), -1, 0, false)),
                    ENOUGH);
            bounce(campaigns.get(1), 8, now);
            LockSupport.parkNanos(300_000_000);
            other.commit();
            drained(ingester);
        }

        assertThat(suppressed()).containsExactly(campaigns.getFirst().address(8) + " soft_bounces");
    }

    @Test
    void severalBouncesOfOneCampaignCountOnce() throws Exception {
        for (int again = 0; again < 3; again++) {
            campaigns.subList(0, ENOUGH - 1).forEach(campaign -> bounce(campaign, 4, now));
            ingest();
        }

        assertThat(number("select count(*) from event where kind = 'bounced'")).isEqualTo(3L * (ENOUGH - 1));
        assertThat(suppressed()).isEmpty();
    }

    @Test
    void bouncesOfMoreThanNinetyDaysAgoAreForgotten() throws Exception {
        bounce(campaigns.getFirst(), 5, now.minus(Duration.ofDays(91)));
        campaigns.subList(1, ENOUGH).forEach(campaign -> bounce(campaign, 5, now));
        bounce(campaigns.getFirst(), 6, now.minus(Duration.ofDays(89)));
        campaigns.subList(1, ENOUGH).forEach(campaign -> bounce(campaign, 6, now));

        ingest();

        assertThat(suppressed()).containsExactly(campaigns.getFirst().address(6) + " soft_bounces");
        assertThat(texts("select count(*)::text from soft_bounce")).containsExactly(Integer.toString(2 * ENOUGH));
        SoftBounces.forget(db.database());
        assertThat(texts("select count(*)::text from soft_bounce")).containsExactly(Integer.toString(2 * ENOUGH - 1));
    }

    @Test
    void anAddressIsJudgedByTheMailsOfItsOwnWorkspace() throws Exception {
        List<TestCampaign> others = campaigns(db.workspace("Neighbours"));
        run("update contact set address = 'shared@example.com' where address in ('%s', '%s')"
                .formatted(campaigns.getFirst().address(7), others.getFirst().address(7)));
        campaigns.subList(1, ENOUGH).forEach(campaign -> bounce(campaign, 7, now));
        bounce(others.getFirst(), 7, now);
        ingest();
        assertThat(suppressed()).isEmpty();

        bounce(campaigns.getFirst(), 7, now);
        ingest();

        assertThat(suppressed()).containsExactly("shared@example.com soft_bounces");
        assertThat(number("select workspace_id from suppression")).isEqualTo(workspace);
    }

    @Test
    void aSuppressionThatIsThereStaysAsItIs() throws Exception {
        run("insert into suppression (workspace_id, address, reason) values (%d, '%s', 'unsubscribed')"
                .formatted(workspace, campaigns.getFirst().address(8)));
        campaigns.forEach(campaign -> bounce(campaign, 8, now));

        ingest();

        assertThat(suppressed()).containsExactly(campaigns.getFirst().address(8) + " unsubscribed");
    }

    private List<TestCampaign> campaigns(long of) {
        return Stream.generate(() -> TestCampaign.create(db, of, 10, List.of()))
                .limit(ENOUGH)
                .toList();
    }

    private void bounce(TestCampaign campaign, int recipientNo, Instant at) {
        log.append(softBounce(campaign, recipientNo, at));
    }

    private Event softBounce(TestCampaign campaign, int recipientNo, Instant at) {
        return Event.softBounce(
                campaign.message(recipientNo), at, "452 mailbox full", new ProviderFact("m-" + told++, "r", at));
    }

    private void ingest() throws InterruptedException {
        try (Ingester ingester = start()) {
            drained(ingester);
        }
    }

    private List<String> suppressed() {
        return texts("select address || ' ' || reason from suppression order by address");
    }
}
