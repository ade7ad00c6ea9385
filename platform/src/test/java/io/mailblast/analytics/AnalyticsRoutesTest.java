package io.mailblast.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.Reader;
import io.mailblast.event.CountRoutes;
import io.mailblast.event.Event;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.event.ProviderFact;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init")
class AnalyticsRoutesTest {

    private static final List<String> LINKS = List.of("https://a.example/", "https://b.example/");

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 100, LINKS);
    private final TestCampaign foreign = TestCampaign.create(db, db.workspace("Them"), 100, LINKS);
    private final Instant now = Instant.now();
    private FileEventLog log;
    private Ingester ingester;
    private TestServer server;
    private String token;
    private String operator;

    @BeforeEach
    void start() throws IOException {
        EventLogConfig config =
                new EventLogConfig(EventLogConfig.Durability.OS, 64 << 10, 1 << 20, Duration.ZERO, 1_000, 7);
        log = FileEventLog.open(folder, config, registry);
        ingester = Ingester.start(db.database(), log, config, InstantSource.system(), registry);
        server = new TestServer(
                new AnalyticsRoutes(
                        Reader.of(db.database(), registry),
                        new AnalyticsConfig(Duration.ofHours(1), 100, "", Duration.ofSeconds(30)),
                        InstantSource.system(),
                        registry),
                new CountRoutes(db.database(), ingester));
        token = server.token(new Principal(1, campaign.workspaceId(), false));
        operator = server.token(new Principal(2, campaign.workspaceId(), true));
    }

    @AfterEach
    void close() {
        server.close();
        ingester.close();
        log.close();
        db.close();
    }

    @Test
    void theOverviewHasFiguresAndRatesThatNameTheirDenominators() throws Exception {
        events(campaign);
        events(foreign);
        events(foreign);

        JsonNode data = get("/analytics/overview");

        assertThat(data.get("campaigns").asInt()).isEqualTo(1);
        assertThat(data.get("recipients").asInt()).isEqualTo(100);
        assertThat(data.get("delivered").asInt()).isEqualTo(10);
        assertThat(data.at("/opens/total").asInt()).isEqualTo(16);
        assertThat(data.at("/opens/unique").asInt()).isEqualTo(8);
        assertThat(data.at("/clicks/total").asInt()).isEqualTo(7);
        assertThat(data.at("/clicks/unique").asInt()).isEqualTo(4);
        assertThat(data.get("unsubscribed").asInt()).isEqualTo(1);
        assertThat(data.at("/rates/open/value").asDouble()).isEqualTo(0.8);
        assertThat(data.at("/rates/open/of").asText()).isEqualTo("delivered");
        assertThat(data.at("/rates/delivery/of").asText()).isEqualTo("sent");
        assertThat(data.at("/rates/delivery/value").isNull()).isTrue();
    }

    @Test
    void peopleAndMachinesStandBesideWhatTheyAreTogether() throws Exception {
        Instant at = now.minus(10, ChronoUnit.MINUTES);
        log.append(Event.opened(campaign.message(50), at, "Mozilla/5.0"));
        log.append(Event.opened(campaign.message(0), at, "Mozilla/5.0"));
        events(campaign);

        JsonNode opens = get("/analytics/overview").get("opens");

        assertThat(opens.get("total").asInt()).isEqualTo(18);
        assertThat(opens.get("unique").asInt()).isEqualTo(9);
        assertThat(opens.at("/human/total").asInt()).isEqualTo(16);
        assertThat(opens.at("/human/unique").asInt()).isEqualTo(8);
        assertThat(opens.at("/machine/total").asInt()).isEqualTo(2);
        assertThat(opens.at("/machine/unique").asInt()).isEqualTo(1);
        long people = 0;
        for (JsonNode point : get("/analytics/timeline?range=24h").get("points")) {
            people += point.get("unique_human_opens").asLong();
        }
        assertThat(people).isEqualTo(8);
    }

    @Test
    void aCampaignsReportHasItsClickMapDevicesHoursAndPeers() throws Exception {
        TestCampaign peer = TestCampaign.create(db, campaign.workspaceId(), 100, LINKS);
        db.database().write(handle -> handle.execute("update campaign set queued_at = now()"));
        // At another hour of the week than what follows, whenever this runs.
        Instant wednesday = Instant.parse("2026-04-01T12:00:00Z");
        events(campaign, wednesday);
        events(foreign, wednesday);
        events(peer, wednesday);
        Instant monday = Instant.parse("2026-03-30T22:30:00Z");
        String phone =
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        log.append(Event.clicked(campaign.message(60), monday, LINKS.get(1), phone));
        log.append(Event.opened(campaign.message(61), monday, "Mozilla/5.0"));
        log.append(Event.probed(campaign.message(62), monday, LINKS.get(0), phone));
        assertThat(ingester.awaitDrained(Duration.ofSeconds(20))).isTrue();

        JsonNode data = get("/campaigns/" + campaign.id() + "/report?timezone=Europe/Berlin");

        assertThat(data.at("/clicks/total").asInt()).isEqualTo(8);
        assertThat(data.at("/opens/machine/total").asInt()).isEqualTo(1);
        assertThat(data.get("probed").asInt()).isEqualTo(1);
        assertThat(data.at("/rates/human_open/value").asDouble()).isEqualTo(0.8);
        double share = 0;
        long clicks = 0;
        for (JsonNode link : data.get("links")) {
            share += link.get("share").asDouble();
            clicks += link.at("/clicks/total").asLong();
        }
        assertThat(data.get("links")).hasSize(2);
        assertThat(share).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(clicks).isLessThanOrEqualTo(8);
        assertThat(sum(data, "devices", "opens")).isEqualTo(17);
        assertThat(sum(data, "clients", "clicks")).isEqualTo(8);
        assertThat(sum(data, "systems", "human_opens")).isEqualTo(16);
        assertThat(sum(data, "grid", "opens")).isEqualTo(17);
        assertThat(data.get("grid"))
                .as("half past ten in the evening, summer time: Tuesday, half past midnight")
                .anySatisfy(hour -> {
                    assertThat(hour.get("weekday").asInt()).isEqualTo(2);
                    assertThat(hour.get("hour").asInt()).isZero();
                    assertThat(hour.get("clicks").asInt()).isEqualTo(1);
                });
        assertThat(data.at("/comparison/campaigns").asInt()).isEqualTo(1);
        assertThat(data.at("/comparison/open").asDouble()).isEqualTo(0.8);
        assertThat(data.at("/comparison/delivery").isNull()).isTrue();
    }

    @Test
    void aReportOfAnothersCampaignOrForNoTimeZoneIsRefused() {
        assertThat(server.call("GET", "/campaigns/" + foreign.id() + "/report", token, null)
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> nowhere =
                server.call("GET", "/campaigns/" + campaign.id() + "/report?timezone=Mars/Base", token, null);
        assertThat(nowhere.statusCode()).isEqualTo(400);
        assertThat(nowhere.body()).contains("timezone");
    }

    @Test
    void aTimelineOfOneCampaignLeavesTheOthersOut() throws Exception {
        TestCampaign peer = TestCampaign.create(db, campaign.workspaceId(), 100, LINKS);
        events(campaign);
        events(peer);

        assertThat(sum(get("/analytics/timeline?range=24h"), "points", "opens")).isEqualTo(32);
        assertThat(sum(get("/analytics/timeline?range=24h&campaign=" + peer.id()), "points", "opens"))
                .isEqualTo(16);
        assertThat(sum(get("/analytics/timeline?range=24h&campaign=" + foreign.id()), "points", "opens"))
                .isZero();
    }

    private static long sum(JsonNode data, String list, String field) {
        long sum = 0;
        for (JsonNode each : data.get(list)) {
            sum += each.get(field).asLong();
        }
        return sum;
    }

    @Test
    void theTimelineAddsUpInHoursAndDaysOfAnyPlace() throws Exception {
        events(campaign);
        events(foreign);

        for (String query : List.of(
                "?range=24h",
                "?range=30d",
                "",
                "?range=1h&interval=day",
                "?range=7d&interval=hour&timezone=Europe/Berlin",
                "?range=365d&timezone=Asia/Kolkata",
                "?range=30d&timezone=America/New_York")) {
            JsonNode data = get("/analytics/timeline" + query);
            long opens = 0;
            long uniques = 0;
            for (JsonNode point : data.get("points")) {
                opens += point.get("opens").asLong();
                uniques += point.get("unique_opens").asLong();
            }
            assertThat(opens).as(query).isEqualTo(16);
            assertThat(uniques).as(query).isEqualTo(8);
        }
        assertThat(get("/analytics/timeline?range=30d").get("points")).hasSize(31);
        assertThat(get("/analytics/timeline?range=24h").get("interval").asText())
                .isEqualTo("hour");
    }

    @Test
    void topLinksAreOrderedByClicks() throws Exception {
        events(campaign);
        events(foreign);

        JsonNode links = get("/analytics/top-links?limit=10");

        assertThat(links).hasSize(2);
        assertThat(links.get(0).get("url").asText()).isEqualTo(LINKS.get(0));
        assertThat(links.get(0).get("clicks").asInt()).isEqualTo(4);
        assertThat(links.get(0).get("unique_clicks").asInt()).isEqualTo(4);
        assertThat(links.get(1).get("clicks").asInt()).isEqualTo(2);
        assertThat(get("/analytics/top-links?limit=1")).hasSize(1);
    }

    @Test
    void whoClicksOnAUrlAtTwoPlacesOfAMailIsOnePersonOfThatUrl() throws Exception {
        String url = "https://twice.example/";
        TestCampaign twice =
                TestCampaign.create(db, db.workspace("Twice"), 20_000, List.of(url, "https://b.example/", url));
        Instant at = Instant.now().minusSeconds(3_600);
        log.append(Event.clicked(twice.message(1), at, url, "Mozilla/5.0 (X11; Linux x86_64) Firefox/139.0"));
        log.append(Event.clicked(
                twice.message(1), at.plusSeconds(60), url, 2, "Mozilla/5.0 (X11; Linux x86_64) Firefox/139.0"));
        log.append(Event.clicked(twice.message(9_000), at, url, 2, "Mozilla/5.0 (X11; Linux x86_64) Firefox/139.0"));
        assertThat(ingester.awaitDrained(Duration.ofSeconds(20))).isTrue();

        JsonNode links = TestServer.json(
                        server.get("/analytics/top-links", server.token(new Principal(7, twice.workspaceId(), false))))
                .path("data");

        assertThat(links).hasSize(1);
        assertThat(links.get(0).get("clicks").asInt()).isEqualTo(3);
        assertThat(links.get(0).get("unique_clicks").asInt()).isEqualTo(2);
        assertThat(links.get(0).get("campaigns").asInt()).isEqualTo(1);
    }

    @Test
    void recentEventsComeNewestFirstPageByPageAndOnlyOnes() throws Exception {
        events(campaign);
        events(foreign);
        int all = 10 + 16 + 7 + 1;

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = TestServer.json(server.get("/analytics/events/recent?limit=7" + cursor, token));
            page.get("data").forEach(event -> {
                assertThat(event.get("campaign_id").asLong()).isEqualTo(campaign.id());
                assertThat(event.get("email").asText()).endsWith("@" + campaign.workspaceId() + ".example");
                seen.add(event.get("kind").asText());
            });
            cursor = page.at("/page/next").isNull()
                    ? ""
                    : "&cursor=" + page.at("/page/next").asText();
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(all);
        assertThat(seen.getFirst()).isEqualTo("unsubscribed");
        assertThat(get("/analytics/events/recent")).hasSize(25);
    }

    @ParameterizedTest
    @CsvSource({
        "timeline?range=0d, range",
        "timeline?range=-1d, range",
        "timeline?range=366d, range",
        "timeline?range=9999d, range",
        "timeline?range=30, range",
        "timeline?range=99999999999d, range",
        "timeline?range=x, range",
        "timeline?interval=minute, interval",
        "timeline?range=365d&interval=hour, interval",
        "timeline?timezone=Mars/Olympus, timezone",
        "timeline?timezone=UTC%2B99, timezone",
        "timeline?unknown=1, unknown",
        "top-links?limit=0, limit",
        "top-links?limit=-1, limit",
        "top-links?limit=1000000000, limit",
        "top-links?limit=x, limit",
        "events/recent?limit=0, limit",
        "events/recent?limit=201, limit",
        "events/recent?cursor=tampered, cursor",
        "events/recent?cursor=%2F%2F%2F, cursor",
        "overview?range=1d, range",
    })
    void badParametersAreNamed(String query, String parameter) {
        HttpResponse<String> answer = server.get("/analytics/" + query, token);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(answer).at("/errors/0/field").asText()).isEqualTo(parameter);
    }

    @Test
    void answersAreKeptForOneWorkspaceAndOneQuestion() throws Exception {
        events(campaign);
        String theirs = server.token(new Principal(3, foreign.workspaceId(), false));

        get("/analytics/top-links");
        get("/analytics/top-links");
        get("/analytics/top-links?limit=5");

        assertThat(TestServer.json(server.get("/analytics/top-links", theirs)).get("data"))
                .isEmpty();
        assertThat(requests("hit")).isEqualTo(1);
        assertThat(requests("miss")).isEqualTo(3);
    }

    @Test
    void operatorsSeeWhetherNumbersAgree() throws Exception {
        events(campaign);

        JsonNode good =
                TestServer.json(server.get("/installation/counts", operator)).get("data");
        assertThat(good.get("agree").asBoolean()).isTrue();
        assertThat(good.get("behind_bytes").asLong()).isZero();

        db.database().write(handle -> handle.execute("update event_count set uniques = 0 where kind = 'opened'"));
        JsonNode bad =
                TestServer.json(server.get("/installation/counts", operator)).get("data");
        assertThat(bad.get("agree").asBoolean()).isFalse();
        assertThat(bad.at("/differences/0/kind").asText()).isEqualTo("opened");
        assertThat(server.get("/installation/counts", token).statusCode()).isEqualTo(403);
        assertThat(server.get("/installation/counts", "").statusCode()).isEqualTo(401);
    }

    /// 10 delivered, 8 of them opened twice, 4 clicked a, 2 of these b, one something else, 1 unsubscribed.
    private void events(TestCampaign of) throws InterruptedException {
        events(of, now.minus(10, ChronoUnit.MINUTES));
    }

    private void events(TestCampaign of, Instant at) throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            log.append(Event.delivered(of.message(i), at, new ProviderFact("m-" + of.id() + "-" + i, "r", at)));
        }
        for (int i = 0; i < 16; i++) {
            log.append(Event.opened(of.message(i / 2), at.plusSeconds(i), "Agent"));
        }
        for (int i = 0; i < 4; i++) {
            log.append(Event.clicked(of.message(i), at, LINKS.get(0), "Agent"));
        }
        log.append(Event.clicked(of.message(0), at, LINKS.get(1), "Agent"));
        log.append(Event.clicked(of.message(1), at, LINKS.get(1), "Agent"));
        log.append(Event.clicked(of.message(1), at, "https://gone.example/", "Agent"));
        log.append(Event.unsubscribed(of.message(0), at, "Agent"));
        assertThat(ingester.awaitDrained(Duration.ofSeconds(20))).isTrue();
    }

    private JsonNode get(String path) {
        HttpResponse<String> answer = server.get(path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestServer.json(answer).get("data");
    }

    private double requests(String result) {
        return registry.get("mailblast.analytics.cache.requests")
                .tag("result", result)
                .counter()
                .count();
    }
}
