package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.content.Newsletter;
import io.mailblast.delivery.Outcome;
import io.mailblast.installation.InstallationWatch;
import io.mailblast.key.MessageId;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class WorkerTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final SendingConfig CONFIG = new SendingConfig(
            8,
            50,
            Duration.ofSeconds(2),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofDays(400),
            Duration.ZERO);

    private static final Newsletter.Press PRESS = Presses.press();

    @TempDir
    static Path home;

    private final FakeProvider provider = new FakeProvider();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void everyRecipientGetsOneMailAndTheFiguresSaySo() {
        CampaignFixture fixture = new CampaignFixture(DB, "one mail each");
        fixture.contacts("one", 230);
        long campaign = fixture.campaign("<p>Hi {{first_name}}</p>");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(provider.acceptedAddresses())
                .filteredOn(to -> to.startsWith("one-"))
                .hasSize(230)
                .doesNotHaveDuplicates();
        assertThat(fixture.count("select recipients from campaign where id = " + campaign))
                .isEqualTo(230);
        assertThat(fixture.counts(campaign)).isEqualTo("opened=230 skipped=0 accepted=230 refused=0");
        assertThat(fixture.count("select count(*) from send_range where state <> 'done' and campaign_id = " + campaign))
                .isZero();
    }

    @Test
    void aDatabaseThatDoesNotGiveTheContentIsNoFaultOfTheMessages() {
        CampaignFixture fixture = new CampaignFixture(DB, "no content");
        fixture.contacts("noc", 20);
        long campaign = fixture.campaign("<p>x</p>");
        boolean _ = new Snapshot(DB.database(), 50).run();
        fixture.execute("alter table campaign rename column content to content_away");

        try (Worker worker = worker()) {
            CampaignFixture.await(
                    () -> fixture.count("select count(*) from send_range where epoch > 0 and campaign_id = " + campaign)
                            > 0,
                    () -> "nothing was claimed");
            java.util.concurrent.locks.LockSupport.parkNanos(300_000_000);
            assertThat(fixture.count("select count(*) from " + CampaignFixture.facts(campaign)))
                    .as("begun or ended without content")
                    .isZero();
            fixture.execute("alter table campaign rename column content_away to content");
            fixture.awaitSent(campaign);
        }

        assertThat(fixture.counts(campaign)).isEqualTo("opened=20 skipped=0 accepted=20 refused=0");
    }

    @Test
    void whoIsNotToBeTrackedGetsAMailThatCannot() {
        CampaignFixture fixture = new CampaignFixture(DB, "untracked");
        fixture.contacts("quiet", 4);
        fixture.execute("update contact set tracking = false where address = 'quiet-2@example.com'");
        long tracked = fixture.campaign("<p><a href=\"https://a.example/\">x</a></p>");
        long untracked = fixture.campaign("<p><a href=\"https://a.example/\">x</a></p>");
        fixture.execute("update campaign set tracking = false where id = " + untracked);

        try (Worker worker = worker()) {
            fixture.awaitSent(tracked);
            fixture.awaitSent(untracked);
        }

        assertThat(provider.accepted())
                .filteredOn(mail -> mail.to().startsWith("quiet-"))
                .hasSize(8)
                .allSatisfy(mail -> {
                    boolean quiet =
                            mail.to().startsWith("quiet-2@") || mail.campaign().equals(Long.toString(untracked));
                    String mime = new String(mail.mime(), StandardCharsets.US_ASCII).replace("=\r\n", "");
                    assertThat(mime.contains("/track/")).as(mail.to()).isNotEqualTo(quiet);
                    assertThat(mime).contains("/unsubscribe/");
                    assertThat(PRESS.tracking().read(mail.tag()))
                            .satisfies(id -> assertThat(id)
                                    .isNotNull()
                                    .satisfies(known -> assertThat(known.has(MessageId.NO_TRACKING))
                                            .isEqualTo(quiet)));
                });
    }

    @Test
    void whoIsSuppressedWhenHisTurnComesIsSkipped() {
        CampaignFixture fixture = new CampaignFixture(DB, "suppressed");
        fixture.contacts("sup", 10);
        fixture.execute("insert into suppression (workspace_id, address, reason) values (" + fixture.workspaceId
                + ", 'sup-3@example.com', 'unsubscribed')");
        fixture.execute(
                "update list_member set left_at = now() where contact_id = (select id from contact where address = 'sup-5@example.com')");
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(provider.acceptedAddresses()).doesNotContain("sup-3@example.com", "sup-5@example.com");
        assertThat(fixture.counts(campaign)).isEqualTo("opened=9 skipped=1 accepted=8 refused=0");
    }

    /// Mautic #11763: a mail to several segments went twice to some contacts.
    @Test
    void aContactOnSeveralListsGetsOneMail() {
        CampaignFixture fixture = new CampaignFixture(DB, "several lists");
        fixture.contacts("multi", 5);
        long second = fixture.count(
                "insert into contact_list (workspace_id, name) values (" + fixture.workspaceId + ", 'm') returning id");
        fixture.execute("insert into list_member (list_id, contact_id) select " + second
                + ", contact_id from list_member where list_id = " + fixture.listId);
        long campaign = fixture.campaign("<p>x</p>");
        fixture.execute("insert into campaign_list values (" + campaign + ", " + second + ")");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(provider.acceptedAddresses())
                .filteredOn(to -> to.startsWith("multi-"))
                .hasSize(5);
    }

    @Test
    void aDeferredMessageIsTriedAgainAndCountsOnce() {
        CampaignFixture fixture = new CampaignFixture(DB, "deferred");
        fixture.contacts("def", 40);
        Set<String> refusedOnce = ConcurrentHashMap.newKeySet();
        provider.answers(mail -> refusedOnce.add(mail.to())
                ? new Outcome.Deferred("TooManyRequestsException", Duration.ofMillis(5))
                : new Outcome.Accepted("x"));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(provider.acceptedAddresses()).hasSize(40).doesNotHaveDuplicates();
        assertThat(fixture.counts(campaign)).isEqualTo("opened=40 skipped=0 accepted=40 refused=0");
        assertThat(fixture.count("select sum(deferred) from send_count where campaign_id = " + campaign))
                .isEqualTo(40);
        assertThat(fixture.count("select count(*) from send_range where attempt > 1 and campaign_id = " + campaign))
                .isZero();
    }

    @Test
    void whoWasOnlyEverDeferredForTooLongHasFailedWithTheProvidersWords() {
        CampaignFixture fixture = new CampaignFixture(DB, "given up");
        fixture.contacts("giv", 5);
        AtomicInteger tries = new AtomicInteger();
        provider.answers(mail -> {
            if (mail.to().equals("giv-2@example.com")) {
                tries.incrementAndGet();
                return new Outcome.Deferred("451 4.7.1 Greylisted", Duration.ofMillis(5));
            }
            return new Outcome.Accepted("x");
        });
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker(trying(Duration.ofSeconds(1)))) {
            fixture.awaitSent(campaign);
        }

        assertThat(fixture.counts(campaign)).isEqualTo("opened=5 skipped=0 accepted=4 refused=1");
        assertThat(tries).hasValueGreaterThan(1);
        assertThat(fixture.text("""
                select c.address from send_fact f
                join campaign m on m.id = f.campaign_id
                join campaign_recipient r
                    on r.period = m.period and r.campaign_id = m.id and r.recipient_no = f.recipient_no
                join contact c on c.id = r.contact_id
                where f.kind = 'refused' and f.campaign_id = %d
                """.formatted(campaign))).isEqualTo("giv-2@example.com");
        assertThat(fixture.text("select detail from send_fact where kind = 'refused' and campaign_id = " + campaign))
                .startsWith("given up after")
                .endsWith("451 4.7.1 Greylisted");
        assertThat(fixture.count(
                        "select count(*) from send_fact where kind = 'deferred' and campaign_id = " + campaign))
                .isEqualTo(tries.get() - 1);
    }

    @Test
    void aRefusedMessageHasFailedWithItsReason() {
        CampaignFixture fixture = new CampaignFixture(DB, "refused");
        fixture.contacts("ref", 3);
        provider.answers(mail ->
                mail.to().startsWith("ref-2") ? new Outcome.Refused("MessageRejected: no") : new Outcome.Accepted("x"));
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(fixture.counts(campaign)).isEqualTo("opened=3 skipped=0 accepted=2 refused=1");
        assertThat(fixture.text("select detail from send_fact where kind = 'refused' and campaign_id = " + campaign))
                .isEqualTo("MessageRejected: no");
    }

    @Test
    void withoutAnAnswerAMessageIsInDoubtAndNotRepeated() {
        CampaignFixture fixture = new CampaignFixture(DB, "in doubt");
        fixture.contacts("dbt", 20);
        AtomicInteger tries = new AtomicInteger();
        provider.answers(mail -> {
            if (mail.to().equals("dbt-7@example.com")) {
                tries.incrementAndGet();
                return new Outcome.InDoubt("no answer");
            }
            return new Outcome.Accepted("x");
        });
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker worker = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(tries).hasValue(1);
        assertThat(fixture.count("select count(*) from send_in_doubt where campaign_id = " + campaign))
                .isEqualTo(1);
        assertThat(fixture.counts(campaign)).isEqualTo("opened=20 skipped=0 accepted=19 refused=0");
    }

    @Test
    void twoWorkersShareACampaignAndNobodyGetsTwo() {
        CampaignFixture fixture = new CampaignFixture(DB, "two workers");
        fixture.contacts("two", 600);
        long campaign = fixture.campaign("<p>x</p>");

        try (Worker one = worker();
                Worker two = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(provider.acceptedAddresses())
                .filteredOn(to -> to.startsWith("two-"))
                .hasSize(600)
                .doesNotHaveDuplicates();
        assertThat(fixture.count("select count(distinct worker_id) from " + CampaignFixture.facts(campaign)))
                .isEqualTo(2);
    }

    @Test
    void anOrderlyStopHandsBackAndAnotherWorkerGoesOn() {
        CampaignFixture fixture = new CampaignFixture(DB, "handed back");
        fixture.contacts("back", 300);
        provider.answers(mail -> {
            java.util.concurrent.locks.LockSupport.parkNanos(40_000_000);
            return new Outcome.Accepted("x");
        });
        long campaign = fixture.campaign("<p>x</p>");

        Worker first = worker();
        CampaignFixture.await(() -> provider.acceptedAddresses().size() > 20, () -> "nothing sent");
        first.close();
        long leased =
                fixture.count("select count(*) from send_range where state = 'leased' and campaign_id = " + campaign);
        int afterStop = provider.acceptedAddresses().size();
        provider.answers(mail -> new Outcome.Accepted("x"));
        try (Worker second = worker()) {
            fixture.awaitSent(campaign);
        }

        assertThat(leased).isZero();
        assertThat(afterStop).isLessThan(300);
        assertThat(new HashSet<>(provider.acceptedAddresses())).hasSize(300);
        assertThat(provider.acceptedAddresses()).hasSize(300);
        assertThat(fixture.count("select count(*) from send_in_doubt where campaign_id = " + campaign))
                .isZero();
    }

    @Test
    void aTestMailGoesOutPastTheQueueAndIsNotCounted() {
        CampaignFixture fixture = new CampaignFixture(DB, "test mail");
        fixture.contacts("waits", 600);
        provider.answers(mail -> {
            java.util.concurrent.locks.LockSupport.parkNanos(40_000_000);
            return new Outcome.Accepted("x");
        });
        long campaign = fixture.campaign("<p>Hi {{email}}</p>");
        long draft = fixture.campaign("<p>Hi {{email}}</p>");
        fixture.execute("update campaign set state = 'draft' where id = " + draft);
        String accepted = "select count(*) from " + CampaignFixture.facts(campaign) + " where kind = 'accepted'";

        try (Worker worker = worker()) {
            CampaignFixture.await(() -> fixture.count(accepted) > 10, () -> "nothing sent");
            fixture.execute("insert into test_mail (campaign_id, address) values (" + draft + ", 'me@example.com')");
            CampaignFixture.await(
                    () -> fixture.text("select state from test_mail where campaign_id = " + draft)
                            .equals("accepted"),
                    () -> fixture.text("select state from test_mail where campaign_id = " + draft));
            assertThat(fixture.count(accepted)).as("others still wait").isLessThan(500);
            fixture.execute("update campaign set state = 'paused' where id = " + campaign);
        }

        assertThat(provider.acceptedAddresses()).contains("me@example.com");
        assertThat(fixture.count("select count(*) from " + CampaignFixture.facts(draft)))
                .isZero();
    }

    private static SendingConfig trying(Duration retryFor) {
        return new SendingConfig(
                CONFIG.connections(),
                CONFIG.rangeSize(),
                CONFIG.lease(),
                CONFIG.retryFirst(),
                CONFIG.retryLongest(),
                retryFor,
                CONFIG.scheduleGrace(),
                CONFIG.keepFacts(),
                CONFIG.keepRecipients());
    }

    private Worker worker() {
        return worker(CONFIG);
    }

    private Worker worker(SendingConfig config) {
        return Worker.start(
                DB.database(),
                InstallationWatch.open(DB.database(), home),
                config,
                GuardConfig.DEFAULTS,
                provider,
                PRESS,
                Presses.noReturnPath(),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                "test",
                0,
                Supervision.NONE);
    }
}
