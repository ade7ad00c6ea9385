package io.mailblast.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.mailblast.alerting.AlertRules;
import io.mailblast.alerting.AlertingConfig;
import io.mailblast.alerting.AlertingConfigs;
import io.mailblast.alerting.Digests;
import io.mailblast.alerting.PastIncidents;
import io.mailblast.history.PastSeries;
import io.mailblast.http.Json;
import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ReportsTest {

    private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");
    private static final String CONSOLE = "https://mail.example.org";

    private final TestDatabase db = TestDatabase.create();
    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final Reports reports = new Reports(
            new PastSeries(db.database(), clock, 1),
            new PastIncidents(db.database()),
            AlertRules::shipped,
            "mail.example.org",
            1,
            clock);

    @TempDir
    private Path folder;

    private final List<JsonNode> posted = new ArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);
    private final AtomicBoolean onDuty = new AtomicBoolean(true);
    private HttpServer hook;

    @BeforeEach
    void start() throws IOException {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            posted.add(Json.MAPPER.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(answer.get(), -1);
            exchange.close();
        });
        hook.start();
    }

    @AfterEach
    void close() {
        hook.stop(0);
        db.close();
    }

    @Test
    void aTargetIsMetWhereItWasAtNearlyAllTimes() {
        measured("api@a:1", "api_p95_seconds", START.minus(Duration.ofDays(1)), 60, 1_430, 0.080);
        measured("api@a:1", "api_p95_seconds", START.minus(Duration.ofMinutes(10)), 60, 10, 0.400);
        measured("api@a:1", "db_pool_ratio", START.minus(Duration.ofHours(2)), 60, 100, 0.50);
        measured("api@a:1", "db_pool_ratio", START.minus(Duration.ofMinutes(20)), 60, 20, 0.99);

        Report report = reports.of(Period.DAILY);

        Report.TargetRow api = target(report, Measure.API_P95);
        assertThat(api.verdict()).isEqualTo(Report.Verdict.MET);
        assertThat(api.metShare()).isCloseTo(1_430 / 1_440.0, within(1e-6));
        assertThat(api.worst()).isEqualTo(0.400);
        Report.TargetRow pool = target(report, Measure.DB_POOL);
        assertThat(pool.verdict()).isEqualTo(Report.Verdict.MISSED);
        assertThat(pool.metShare()).isCloseTo(100 / 120.0, within(1e-6));
        assertThat(target(report, Measure.WORKER_CPU).verdict()).isEqualTo(Report.Verdict.NOT_MEASURED);
        assertThat(ReportText.of(report))
                .contains("1 of 2 targets that were measured were met; missed: Database connections in use.");
    }

    @Test
    void aTrendIsAgainstThePeriodBeforeAndNodesAreOneInstallation() {
        measured("api@a:1", "requests_per_second", START.minus(Duration.ofHours(30)), 60, 60, 10);
        measured("api@a:1", "requests_per_second", START.minus(Duration.ofHours(2)), 60, 60, 10);
        measured("api@b:1", "requests_per_second", START.minus(Duration.ofHours(2)), 60, 60, 5);
        measured("api@a:1", "queue_backlog", START.minus(Duration.ofHours(2)), 60, 60, 700);
        measured("api@b:1", "queue_backlog", START.minus(Duration.ofHours(2)), 60, 60, 700);

        Report report = reports.of(Period.DAILY);

        Report.Trend requests = trend(report, Measure.REQUESTS);
        assertThat(requests.mean()).isEqualTo(15);
        assertThat(requests.before()).isEqualTo(10);
        assertThat(requests.change()).isEqualTo(0.5);
        assertThat(trend(report, Measure.BACKLOG).mean()).isEqualTo(700);
        assertThat(trend(report, Measure.CLICKS).mean()).isNull();
    }

    @Test
    void incidentsHaveTheirTimesToAcknowledgeAndToRecover() {
        alert(1, "Worker Crash", "critical", START.minus(Duration.ofHours(5)), 60, 600);
        alert(2, "Slow Query", "warning", START.minus(Duration.ofHours(4)), 180, 1_800);
        alert(3, "High CPU Usage", "warning", START.minus(Duration.ofHours(3)), -1, -1);
        alert(4, "Watchdog", "none", START.minus(Duration.ofHours(3)), -1, -1);
        alert(5, "Worker Crash", "critical", START.minus(Duration.ofHours(25)), 60, 600);

        Report.Incidents incidents = reports.of(Period.DAILY).incidents();

        assertThat(incidents.list()).extracting(PastIncidents.PastIncident::id).containsExactly(1L, 2L, 3L);
        assertThat(incidents.critical()).isEqualTo(1);
        assertThat(incidents.warnings()).isEqualTo(2);
        assertThat(incidents.open()).isEqualTo(1);
        assertThat(incidents.toAcknowledge()).isEqualTo(120);
        assertThat(incidents.toRecover()).isEqualTo(1_200);
    }

    @Test
    void aFreshInstallationHasAReportThatSaysSo() throws IOException {
        MadeReport report = reports.make(Period.MONTHLY);

        assertThat(report.text()).contains("Nothing was measured.", "No alert fired.", "There is not enough history");
        Path page = report.write(folder);
        assertThat(page).content().contains("<h2>Targets</h2>").doesNotContain("<svg");
    }

    @Test
    void thePageHasPlotsTheMailHasNoneAndNothingIsTakenForMarkup() throws IOException {
        measured("api@a:1", "api_p95_seconds", START.minus(Duration.ofDays(1)), 60, 1_440, 0.080);
        alert(1, "Mine <script>", "warning", START.minus(Duration.ofHours(5)), 60, 600);

        MadeReport report = reports.make(Period.DAILY);

        Path page = report.write(folder);
        assertThat(page).content().contains("<svg", "Mine &lt;script&gt;").doesNotContain("<script");
        assertThat(report.digest(CONSOLE).html()).doesNotContain("<svg");
        assertThat(page.resolveSibling("report.json")).exists();
        JsonNode json = Json.MAPPER.readTree(page.resolveSibling("report.json").toFile());
        assertThat(json.at("/targets/0/name").asText()).isEqualTo("api_p95");
        assertThat(json.at("/incidents/list/0/resolved_at").asText()).isEqualTo("2026-03-02T01:10:00Z");
    }

    @Test
    void whatIsDueGoesToEachReceiverOnce() throws InterruptedException {
        measured("api@a:1", "api_p95_seconds", START.minus(Duration.ofDays(1)), 60, 1_440, 0.080);
        ReportSchedule schedule = schedule("daily", "weekly");

        schedule.look();
        schedule.look();

        assertThat(posted)
                .extracting(each -> each.at("/report/period").asText())
                .containsExactly("daily", "weekly");
        assertThat(posted.getFirst().path("console").asText()).isEqualTo(CONSOLE);
        now = START.plus(Duration.ofDays(1)).plusSeconds(30);
        schedule.look();
        assertThat(posted).hasSize(3);
    }

    @Test
    void aReceiverThatIsAwayIsToldLaterAndOneThatRefusesIsNot() throws InterruptedException {
        measured("api@a:1", "api_p95_seconds", START.minus(Duration.ofDays(1)), 60, 1_440, 0.080);
        ReportSchedule schedule = schedule("daily");
        answer.set(503);
        schedule.look();
        schedule.look();
        assertThat(posted).hasSize(1);
        answer.set(400);
        // Its answer may be late where the machine is busy, and then it is told once more.
        for (int i = 0; i < 3; i++) {
            now = now.plus(ReportSchedule.RETRY_AFTER);
            schedule.look();
        }
        int refused = posted.size();
        now = now.plus(ReportSchedule.RETRY_AFTER);
        schedule.look();

        assertThat(refused).isGreaterThan(1);
        assertThat(posted).hasSize(refused);
    }

    @Test
    void nothingGoesFromWhoIsNotOnDutyOrLongAfterItWasDueOrBeforeThereWasAnything() throws InterruptedException {
        ReportSchedule schedule = schedule("daily");
        schedule.look();
        measured("api@a:1", "api_p95_seconds", START.minus(Duration.ofDays(1)), 60, 1_440, 0.080);
        onDuty.set(false);
        schedule.look();
        onDuty.set(true);
        now = START.plus(ReportSchedule.PATIENCE).plusSeconds(1);
        schedule.look();

        assertThat(posted).isEmpty();
    }

    private ReportSchedule schedule(String... periods) {
        AlertingConfig alerting = AlertingConfigs.defaultsBut(
                "webhookUrl", "http://127.0.0.1:" + hook.getAddress().getPort() + "/");
        return new ReportSchedule(
                new ReportConfig(List.of("webhook"), List.of(periods), "06:00"),
                reports,
                new ToldReports(db.database()),
                new Digests(alerting),
                onDuty::get,
                CONSOLE,
                clock);
    }

    private static Report.TargetRow target(Report report, Measure measure) {
        return report.targets().stream()
                .filter(each -> each.measure() == measure)
                .findFirst()
                .orElseThrow();
    }

    private static Report.Trend trend(Report report, Measure measure) {
        return report.trends().stream()
                .filter(each -> each.measure() == measure)
                .findFirst()
                .orElseThrow();
    }

    /// So many rows, one after the other.
    private void measured(String node, String series, Instant from, int resolution, int count, double value) {
        db.database().write(handle -> {
            handle.createUpdate("insert into history_series (name) values (:name) on conflict do nothing")
                    .bind("name", series)
                    .execute();
            int id = handle.createQuery("select id from history_series where name = :name")
                    .bind("name", series)
                    .mapTo(Integer.class)
                    .one();
            return handle.createUpdate("""
                    insert into history (resolution, at, node, samples, mean, least, most)
                    select :resolution, :from::timestamptz + i * make_interval(secs => :resolution), :node, 6, v, v, v
                    from generate_series(0, :count - 1) i,
                        (select array_fill(null::float8, array[:id - 1]) || :value::float8 as v) value
                    on conflict (resolution, at, node) do update
                    set mean = array_cat(history.mean, excluded.mean[cardinality(history.mean) + 1 :]),
                        least = array_cat(history.least, excluded.least[cardinality(history.least) + 1 :]),
                        most = array_cat(history.most, excluded.most[cardinality(history.most) + 1 :])
                    """)
                    .bind("resolution", resolution)
                    .bind("from", from.atOffset(ZoneOffset.UTC))
                    .bind("node", node)
                    .bind("count", count)
                    .bind("id", id)
                    .bind("value", value)
                    .execute();
        });
    }

    /// @param acknowledged seconds after it fired; below 0 for not
    /// @param resolved seconds after it fired; below 0 for not
    private void alert(long id, String rule, String severity, Instant fired, int acknowledged, int resolved) {
        db.database()
                .write(handle -> handle.createUpdate("""
                insert into alert (id, rule, severity, phase, value, summary, active_at, fired_at, resolved_at,
                    acknowledged_at, acknowledged_by)
                values (:id, :rule, :severity, :phase, 1, 'What it is', :fired, :fired, :resolved, :acknowledged, :by)
                """)
                        .bind("id", id)
                        .bind("rule", rule)
                        .bind("severity", severity)
                        .bind("phase", resolved < 0 ? "firing" : "resolved")
                        .bind("fired", fired.atOffset(ZoneOffset.UTC))
                        .bind(
                                "resolved",
                                resolved < 0
                                        ? null
                                        : fired.plusSeconds(resolved).atOffset(ZoneOffset.UTC))
                        .bind(
                                "acknowledged",
                                acknowledged < 0
                                        ? null
                                        : fired.plusSeconds(acknowledged).atOffset(ZoneOffset.UTC))
                        .bind("by", acknowledged < 0 ? null : "ann@example.org")
                        .execute());
    }
}
