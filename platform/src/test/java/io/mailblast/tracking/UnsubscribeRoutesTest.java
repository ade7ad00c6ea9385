package io.mailblast.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.ConnectionTarget;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.event.CampaignCounts;
import io.mailblast.event.EventKind;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.event.Refusals;
import io.mailblast.event.Rollups;
import io.mailblast.key.Keyring;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init")
class UnsubscribeRoutesTest {

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 10, List.of());
    private final TestCampaign foreign = TestCampaign.create(db, db.workspace("Them"), 10, List.of());
    private final Database away = Database.open(
            new ConnectionTarget("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret"),
            new DatabaseConfig("", "", "", 2, Duration.ofMillis(300), Duration.ofSeconds(1)),
            "away");
    private final List<Refusals> refusals = new ArrayList<>();
    private FileEventLog log;
    private MessageIdCodec tokens;
    private MessageIdCodec identifiers;
    private TestServer server;
    private TestServer serverWithoutDatabase;

    @BeforeEach
    void start() throws IOException {
        log = FileEventLog.open(folder.resolve("log"), config(), registry);
        Keyring keys = Keyring.open(folder.resolve("keys"), "tracking");
        tokens = MessageIdCodec.unsubscribe(keys);
        identifiers = MessageIdCodec.tracking(keys);
        server = new TestServer(routes(db.database()));
        serverWithoutDatabase = new TestServer(routes(away));
    }

    @AfterEach
    void close() {
        server.close();
        serverWithoutDatabase.close();
        refusals.forEach(Refusals::close);
        log.close();
        away.close();
        db.close();
    }

    @Test
    void aGetAsksNamesNoAddressInFullAndChangesNothing() {
        HttpResponse<String> page = server.get("/unsubscribe/" + tokens.write(campaign.message(3)), "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("p…@")
                .contains("List " + campaign.id())
                .contains("method=\"post\"")
                .doesNotContain(campaign.address(3));
        assertThat(suppressed()).isEmpty();
        assertThat(log.read(log.start(), 10).entries()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "de-AT;q=0.9|en;q=0.8, de, Abmelden",
        "pt|fr-CA, fr, Se désabonner",
        "es, es, Darse de baja",
        "zh-CN|zh, zh-Hans, 退订",
        "xx, en, Unsubscribe",
        "de;q=0|es, es, Darse de baja",
        "!!|;;q=x, en, Unsubscribe"
    })
    void itAsksInTheRecipientsLanguage(String accepted, String tag, String words) {
        HttpResponse<String> page = server.send(
                java.net.http.HttpRequest.newBuilder(server.uri("/unsubscribe/" + tokens.write(campaign.message(3))))
                        .header("Accept-Language", accepted.replace('|', ','))
                        .build());

        assertThat(page.body()).contains("<html lang=\"" + tag + "\">", "<button>" + words + "</button>");
        assertThat(page.headers().firstValue("Vary")).contains("Accept-Language");
    }

    @Test
    void oneClickHoldsBeforeItIsAnsweredAndTwoPressesAreOnePerson() throws Exception {
        String token = tokens.write(campaign.message(3));

        HttpResponse<String> first =
                post(server, token, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(suppressed()).containsExactly(campaign.address(3) + " unsubscribed");
        HttpResponse<String> second = post(
                server,
                token,
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n");
        assertThat(second.statusCode()).isEqualTo(200);
        ingest();
        assertThat(unsubscribes()).isEqualTo(new CampaignCounts.Count(2, 0, 1, 1));
        assertThat(suppressed()).containsExactly(campaign.address(3) + " unsubscribed");
    }

    @Test
    void whoseRecipientsAreNoLongerKeptSaysThatItIsTooOldAndPretendsNothing() {
        String token = tokens.write(campaign.message(3));
        db.database().write(handle -> {
            String month = handle.createQuery("select to_char(period, 'YYYY_MM') from campaign where id = :id")
                    .bind("id", campaign.id())
                    .mapTo(String.class)
                    .one();
            return handle.execute("drop table campaign_recipient_" + month);
        });

        HttpResponse<String> asked = server.get("/unsubscribe/" + token, "");
        HttpResponse<String> pressed =
                post(server, token, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");

        assertThat(asked.statusCode()).isEqualTo(410);
        assertThat(pressed.statusCode()).isEqualTo(410);
        assertThat(pressed.body()).contains("no longer on record").doesNotContain("No more mail");
        assertThat(log.read(log.start(), 10).entries()).isEmpty();
    }

    @Test
    void withoutTheDatabaseItGoesToTheLogAndHoldsOnceThatIsIngested() throws Exception {
        HttpResponse<String> page = serverWithoutDatabase.get("/unsubscribe/" + tokens.write(campaign.message(4)), "");
        HttpResponse<String> answer = post(
                serverWithoutDatabase,
                tokens.write(campaign.message(4)),
                "application/x-www-form-urlencoded",
                "List-Unsubscribe=One-Click");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(suppressed()).isEmpty();
        ingest();
        assertThat(suppressed()).containsExactly(campaign.address(4) + " unsubscribed");
        assertThat(unsubscribes()).isEqualTo(new CampaignCounts.Count(1, 0, 1, 1));
    }

    @Test
    void aTokenThatWasNeverIssuedDoesNoDatabaseWork() {
        String tracking = identifiers.write(campaign.message(1));
        for (String token : List.of("AAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", tracking, "long".repeat(300))) {
            assertThat(serverWithoutDatabase.get("/unsubscribe/" + token, "").statusCode())
                    .isEqualTo(404);
            assertThat(post(
                                    serverWithoutDatabase,
                                    token,
                                    "application/x-www-form-urlencoded",
                                    "List-Unsubscribe=One-Click")
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(away.waiting()).isZero();
        assertThat(log.read(log.start(), 10).entries()).isEmpty();
    }

    @Test
    void singleListsOfTheCampaignAreLeftAndNoOthers() {
        HttpResponse<String> answer = post(
                server,
                tokens.write(campaign.message(5)),
                "application/x-www-form-urlencoded",
                "list=" + campaign.listId() + "&list=" + foreign.listId() + "&list=x");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(texts(
                        "select lm.list_id || ' ' || c.address from list_member lm join contact c on c.id = lm.contact_id"
                                + " where lm.left_at is not null"))
                .containsExactly(campaign.listId() + " " + campaign.address(5));
        assertThat(suppressed()).isEmpty();
    }

    @Test
    void aPressThatChoosesNothingChangesNothing() {
        for (String body : List.of("", "x=y", "List-Unsubscribe=Maybe", "list=-1", "%zz=%zz")) {
            assertThat(post(server, tokens.write(campaign.message(6)), "application/x-www-form-urlencoded", body)
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(post(
                                server,
                                tokens.write(campaign.message(6)),
                                "application/x-www-form-urlencoded",
                                "x".repeat(70_000))
                        .statusCode())
                .isEqualTo(413);
        assertThat(post(server, tokens.write(campaign.message(6)), "application/json", "{}")
                        .statusCode())
                .isEqualTo(415);
        assertThat(suppressed()).isEmpty();
    }

    @Test
    void aTestMailUnsubscribesNobody() {
        MessageId test = new MessageId(campaign.workspaceId(), campaign.id(), 3, MessageId.TEST);

        assertThat(post(server, tokens.write(test), "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")
                        .statusCode())
                .isEqualTo(200);
        assertThat(suppressed()).isEmpty();
        assertThat(log.read(log.start(), 10).entries()).isEmpty();
    }

    @Test
    void pagesSpeakByTheNameOfTheSenderAndWithoutADatabaseByTheUsualOne() {
        int _ = db.database()
                .write(handle -> handle.execute(
                        "update campaign set from_name = 'Ann & <b>Bob</b>' where id = ?", campaign.id()));
        String token = tokens.write(campaign.message(3));

        assertThat(server.get("/unsubscribe/" + token, "").body())
                .contains("Ann &amp; &lt;b&gt;Bob&lt;/b&gt;")
                .doesNotContain("Jerry");
        assertThat(post(server, token, "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")
                        .body())
                .contains("Ann &amp; &lt;b&gt;Bob&lt;/b&gt;");
        assertThat(serverWithoutDatabase.get("/unsubscribe/" + token, "").body())
                .contains("Tom &amp; Jerry&#39;s &lt;News&gt;");
    }

    private UnsubscribeRoutes routes(Database database) {
        return new UnsubscribeRoutes(
                database,
                refusals(database),
                tokens,
                InstantSource.system(),
                registry,
                new TrackingConfig("Tom & Jerry's <News>", 100, Duration.ofSeconds(1), true));
    }

    private Refusals refusals(Database database) {
        Refusals started = Refusals.start(database, log, _ -> true, "home", Duration.ofMillis(100), () -> true);
        refusals.add(started);
        return started;
    }

    private static EventLogConfig config() {
        return new EventLogConfig(EventLogConfig.Durability.FSYNC, 64 << 10, 1 << 20, Duration.ZERO, 1_000, 7);
    }

    private HttpResponse<String> post(TestServer to, String token, String contentType, String body) {
        return to.send(HttpRequest.newBuilder(to.uri("/unsubscribe/" + token))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private void ingest() throws InterruptedException {
        try (Ingester ingester =
                Ingester.start(db.database(), log, config(), InstantSource.system(), new SimpleMeterRegistry())) {
            assertThat(ingester.awaitDrained(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(db.database().read(Rollups::verify)).isEmpty();
    }

    private CampaignCounts.Count unsubscribes() {
        return db.database()
                .read(handle -> CampaignCounts.of(handle, campaign.workspaceId(), campaign.id()))
                .getOrDefault(EventKind.UNSUBSCRIBED, new CampaignCounts.Count(-1, -1, -1, -1));
    }

    private List<String> suppressed() {
        return texts("select address || ' ' || reason from suppression order by address");
    }

    private List<String> texts(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
