package io.mailblast.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.Reader;
import io.mailblast.event.Event;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where events land that come around a change of clocks, in places with odd hours, and late.
class TimelineTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 100, List.of());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void theDayOfTwentyFiveHoursHasAllOfThemAndTheHourThatComesTwiceStandsThereTwice() throws Exception {
        Instant now = Instant.parse("2026-10-26T12:00:00Z");
        opened(
                now,
                "2026-10-24T21:59:00Z", // 23:59 in summer time
                "2026-10-24T22:00:00Z", // midnight in summer time
                "2026-10-25T00:30:00Z", // half past two
                "2026-10-25T01:30:00Z", // half past two again
                "2026-10-25T22:59:00Z", // 23:59 in winter time
                "2026-10-25T23:00:00Z"); // midnight

        List<String> days = points(now, "range=3d&interval=day&timezone=Europe/Berlin");
        List<String> hours = points(now, "range=3d&interval=hour&timezone=Europe/Berlin");

        assertThat(days)
                .containsExactly(
                        "2026-10-22T22:00:00Z 0",
                        "2026-10-23T22:00:00Z 1",
                        "2026-10-24T22:00:00Z 4",
                        "2026-10-25T23:00:00Z 1");
        assertThat(hours)
                .doesNotHaveDuplicates()
                .contains("2026-10-24T22:00:00Z 1", "2026-10-25T00:00:00Z 1", "2026-10-25T01:00:00Z 1");
        assertThat(hours.stream().filter(hour -> !hour.endsWith(" 0"))).hasSize(6);
    }

    @Test
    void theDayOfTwentyThreeHoursEndsAnHourSooner() throws Exception {
        Instant now = Instant.parse("2027-03-15T12:00:00Z");
        opened(
                now,
                "2027-03-14T04:59:00Z", // 23:59 in winter time
                "2027-03-14T05:00:00Z", // midnight
                "2027-03-14T07:00:00Z", // three in the morning: two does not come
                "2027-03-15T03:59:00Z", // 23:59 in summer time
                "2027-03-15T04:00:00Z"); // midnight

        assertThat(points(now, "range=2d&interval=day&timezone=America/New_York"))
                .containsExactly("2027-03-13T05:00:00Z 1", "2027-03-14T05:00:00Z 3", "2027-03-15T04:00:00Z 1");
    }

    /// Figures are kept by hours of UTC, as docs/analytics.md says.
    @Test
    void whereHoursBeginAtHalfPastAnHourOfTheFiguresBelongsToThatInWhichItBegins() throws Exception {
        Instant now = Instant.parse("2026-06-10T12:00:00Z");
        opened(now, "2026-06-09T18:10:00Z", "2026-06-09T18:50:00Z", "2026-06-09T19:10:00Z");

        assertThat(points(now, "range=1d&interval=day&timezone=Asia/Kolkata"))
                .containsExactly("2026-06-08T18:30:00Z 2", "2026-06-09T18:30:00Z 1");
        assertThat(points(now, "range=24h&interval=hour&timezone=Asia/Kolkata"))
                .contains("2026-06-09T17:30:00Z 2", "2026-06-09T18:30:00Z 1");
    }

    @Test
    void whatComesDaysLateAndBackwardsLandsWhereItBelongs() throws Exception {
        Instant now = Instant.parse("2026-06-10T12:00:00Z");
        opened(now, "2026-06-10T11:00:00Z", "2026-06-08T11:00:00Z", "2026-06-09T11:00:00Z", "2026-06-08T10:00:00Z");

        assertThat(points(now, "range=3d&interval=day&timezone=UTC"))
                .containsExactly(
                        "2026-06-07T00:00:00Z 0",
                        "2026-06-08T00:00:00Z 2",
                        "2026-06-09T00:00:00Z 1",
                        "2026-06-10T00:00:00Z 1");
    }

    private void opened(Instant now, String... times) throws IOException, InterruptedException {
        EventLogConfig config =
                new EventLogConfig(EventLogConfig.Durability.OS, 64 << 10, 1 << 20, Duration.ZERO, 1_000, 7);
        try (FileEventLog log = FileEventLog.open(folder, config, registry);
                Ingester ingester = Ingester.start(db.database(), log, config, InstantSource.fixed(now), registry)) {
            int recipient = 0;
            for (String time : times) {
                log.append(Event.opened(campaign.message(recipient++), Instant.parse(time), "Agent"));
            }
            assertThat(ingester.awaitDrained(Duration.ofSeconds(20))).isTrue();
        }
    }

    private List<String> points(Instant now, String query) {
        AnalyticsConfig uncached = new AnalyticsConfig(Duration.ZERO, 100, "", Duration.ofSeconds(30));
        try (TestServer server = new TestServer(new AnalyticsRoutes(
                Reader.of(db.database(), registry), uncached, InstantSource.fixed(now), registry))) {
            String token = server.token(new Principal(1, campaign.workspaceId(), false));
            JsonNode answer = TestServer.json(server.get("/analytics/timeline?" + query, token));
            List<String> points = new ArrayList<>();
            answer.at("/data/points")
                    .forEach(point -> points.add(point.path("start").asText() + " "
                            + point.path("opens").asLong()));
            return points;
        }
    }
}
