package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.db.DatabaseUnavailableException;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpConfig;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpServer;
import io.mailblast.http.Json;
import io.mailblast.http.OpenApi;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import io.mailblast.testing.FaultyLink;
import io.mailblast.testing.OpenApiDocument;
import io.mailblast.testing.RawHttp;
import io.mailblast.testing.SettableClock;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final String TOKEN = "a-token-of-the-metrics";

    private final TestDatabase db = TestDatabase.create();
    private final SettableClock clock = new SettableClock();
    private final FaultyLink link = new FaultyLink(db.target());
    private Database database = db.database();
    private HttpServer server = start(List.of());
    private double hitRate = 0.85;

    @AfterEach
    void close() {
        server.close();
        database.close();
        link.close();
        db.close();
    }

    private HttpServer start(List<String> trustedProxies) {
        database = Database.open(
                link.target(),
                new DatabaseConfig("", "", "", 4, Duration.ofSeconds(2), Duration.ofSeconds(5)),
                "metrics-test");
        // The pool's first connection may take longer than a request waits, on a busy machine.
        awaited("1", () -> {
            try {
                return database.read(handle ->
                        handle.createQuery("select 1").mapTo(String.class).one());
            } catch (DatabaseUnavailableException e) {
                return e.toString();
            }
        });
        HttpConfig config = new HttpConfig(
                "127.0.0.1",
                0,
                trustedProxies,
                1 << 20,
                Duration.ofSeconds(5),
                100,
                64,
                Duration.ofSeconds(1),
                1_000_000,
                Duration.ofSeconds(1));
        Meters meters = new Meters("1.2.3", "api", 1);
        HttpMetrics http = new HttpMetrics(meters.registry());
        InstallationFigures figures = new InstallationFigures(database, clock, 1.0);
        meters.pool(database).figures(figures);
        Feature metrics = new MetricsRoutes(
                new MonitoringConfig(TOKEN, 0, MonitoringConfig.LogFormat.TEXT, ""),
                meters.registry(),
                http,
                figures,
                database,
                () -> hitRate);
        Feature health = new HealthRoutes(
                List.of(
                        new HealthCheck(
                                "database",
                                () -> figures.databaseUp()
                                        ? Optional.empty()
                                        : Optional.of("The database does not answer.")),
                        new HealthCheck("event_log", Optional::empty)),
                "1.2.3",
                true,
                false,
                0.5);
        Feature some = () -> List.of(
                Route.get("/good", "good")
                        .access(Access.PUBLIC)
                        .answers(200, Schema.flag())
                        .handle(call -> Answer.ok(true)),
                Route.get("/rows", "rows")
                        .access(Access.PUBLIC)
                        .answers(200, Schema.flag())
                        .handle(call -> Answer.ok(database.read(handle -> handle.createQuery("select 1")
                                .mapTo(Integer.class)
                                .one()))),
                Route.get("/bad", "bad")
                        .access(Access.PUBLIC)
                        .answers(204)
                        .handle(call -> new Answer(500, java.util.Map.of(), new Answer.Empty())));
        return HttpServer.start(config, token -> null, http, List.of(metrics, health, some));
    }

    private RawHttp.Response get(String path, String headers) {
        try (RawHttp connection = new RawHttp(server.port())) {
            return connection
                    .write("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "Connection: close\r\n\r\n")
                    .read();
        }
    }

    private JsonNode fields() {
        RawHttp.Response response = get("/metrics", "Accept: application/json\r\n");
        assertThat(response.status()).isEqualTo(200);
        return response.json();
    }

    private void run(String sql) {
        db.database().write(handle -> handle.execute(sql));
    }

    @Test
    void theSixteenFieldsAreTrue() {
        run(
                "insert into campaign (workspace_id, name, subject, from_name, from_email, content, state, period, recipients,"
                        + " queued_at) select 1, 'c' || n, 's', 'f', 'f@example.com', 'x',"
                        + " case n when 1 then 'sending' when 2 then 'sent' else 'paused' end, '2026-01-01',"
                        + " case n when 1 then 50000 else 1000 end, timestamptz '" + clock.instant()
                        + "' - interval '25 minutes' from generate_series(1, 3) n");
        run("insert into send_count (campaign_id, worker_id, phase, opened, skipped, accepted, settled_sent)"
                + " values (1, 1, 0, 7500, 500, 0, 0), (1, 2, 0, 5000, 0, 0, 0), (1, 1, 1, 0, 0, 11990, 3),"
                + " (2, 1, 0, 1000, 0, 0, 0), (2, 1, 1, 0, 0, 1000, 0)");
        run("insert into event_count (workspace_id, campaign_id, kind, link_no, total) values"
                + " (1, 1, 'opened', -1, 70), (1, 2, 'opened', -1, 30), (1, 1, 'clicked', -1, 20),"
                + " (1, 1, 'clicked', 0, 20), (1, 1, 'delivered', -1, 900), (1, 1, 'bounced', -1, 40)");
        run(
                "insert into worker (host, pid, version, beat_at, stopped_at, mails_per_minute, cpu_percent, memory_mb) values"
                        + " ('a', 1, 'x', now(), null, 600, 40, 300), ('b', 2, 'x', now(), null, 400, 45, 200),"
                        + " ('dead', 3, 'x', now() - interval '1 minute', null, 5000, 99, 9999),"
                        + " ('gone', 4, 'x', now(), now(), 5000, 99, 9999)");
        for (int i = 0; i < 10; i++) {
            get("/good", "");
        }
        get("/bad", "");
        get("/nowhere", "");

        JsonNode fields = fields();

        assertThat(fields.size()).isEqualTo(16);
        assertThat(fields.path("total_requests").asLong()).isEqualTo(12);
        assertThat(fields.path("total_errors").asLong()).isEqualTo(1);
        assertThat(fields.path("opens_tracked").asLong()).isEqualTo(100);
        assertThat(fields.path("clicks_tracked").asLong()).isEqualTo(20);
        assertThat(fields.path("emails_sent").asLong()).isEqualTo(12_993);
        assertThat(fields.path("emails_delivered").asLong()).isEqualTo(900);
        assertThat(fields.path("emails_bounced").asLong()).isEqualTo(40);
        assertThat(fields.path("worker_throughput").asDouble()).isEqualTo(1_000);
        assertThat(fields.path("queue_backlog").asLong())
                .as("20 minutes at 1,000 a minute, less 12,500 begun or skipped")
                .isEqualTo(7_500);
        assertThat(fields.path("average_response_time_ms").asDouble()).isPositive();
        assertThat(fields.path("p95_response_time_ms").asDouble()).isPositive();
        assertThat(fields.path("p99_response_time_ms").asDouble())
                .isGreaterThanOrEqualTo(fields.path("p95_response_time_ms").asDouble());
        assertThat(fields.path("cache_hit_rate").asDouble()).isEqualTo(0.85);
        assertThat(fields.path("db_connection_pool_usage").asDouble()).isBetween(0.0, 1.0);
        assertThat(fields.path("worker_cpu_percent").asDouble()).isEqualTo(45);
        assertThat(fields.path("worker_memory_mb").asDouble()).isEqualTo(300);
    }

    @Test
    void aFreshInstallationHasZeros() {
        hitRate = Double.NaN;

        JsonNode fields = fields();

        for (JsonNode field : fields) {
            assertThat(field.isNumber()).isTrue();
        }
        assertThat(fields.path("queue_backlog").asLong()).isZero();
        assertThat(fields.path("cache_hit_rate").asDouble()).isZero();
    }

    @Test
    void whileTheDatabaseIsAwayTheLastFiguresAreGivenAndSaidToBeOld() {
        run("insert into event_count (workspace_id, campaign_id, kind, link_no, total) values (1, 1, 'opened', -1, 7)");
        assertThat(fields().path("opens_tracked").asLong()).isEqualTo(7);
        assertThat(get("/health/ready", "").status()).isEqualTo(200);

        link.cut();
        awaited("mailblast_database_up 0", () -> get("/metrics", "").body());
        assertThat(fields().path("opens_tracked").asLong()).isEqualTo(7);
        RawHttp.Response away = get("/rows", "");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.headers()).containsKey("retry-after");
        assertThat(away.isProblem()).isTrue();
        RawHttp.Response ready = get("/health/ready", "");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.isProblem()).isTrue();
        assertThat(ready.json().path("errors").get(0).path("field").asText()).isEqualTo("database");
        assertThat(ready.json().path("time_scale").asDouble()).isEqualTo(0.5);
        assertThat(get("/health/live", "").status()).isEqualTo(200);

        link.mend();
        awaited("mailblast_database_up 1", () -> get("/metrics", "").body());
        awaited("\"data\":1", () -> get("/rows", "").body());
        assertThat(get("/health/ready", "").status()).isEqualTo(200);
    }

    private static void awaited(String text, java.util.function.Supplier<String> seen) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            last = seen.get();
            if (last.contains(text)) {
                return;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        throw new AssertionError(text + " was awaited, seen: " + last);
    }

    @Test
    void readinessShowsWhatMayBeDoneToTheInstallation() {
        JsonNode ready = get("/health/ready", "").json();

        assertThat(ready.path("status").asText()).isEqualTo("ready");
        assertThat(ready.path("test_installation").asBoolean()).isTrue();
        assertThat(ready.path("real_provider").asBoolean(true)).isFalse();
        assertThat(ready.path("time_scale").asDouble()).isEqualTo(0.5);
        assertThat(ready.path("checks").findValuesAsText("name")).containsExactly("database", "event_log");
        assertThat(get("/health/live", "").body()).isEqualTo("{\"status\":\"up\"}");
    }

    @Test
    void prometheusReadsBothOfItsForms() {
        RawHttp.Response text = get("/metrics", "");
        assertThat(text.headers()).containsEntry("content-type", "text/plain; version=0.0.4; charset=utf-8");
        assertThat(text.body())
                .contains("mailblast_build_info{", "version=\"1.2.3\"")
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_gc_")
                .contains("jvm_threads_live_threads")
                .contains("process_cpu_usage")
                .contains("process_uptime_seconds")
                .contains("mailblast_database_up 1")
                .contains("mailblast_database_connections{state=\"capacity\"} 4")
                .contains("mailblast_installation_emails_sent_total 0")
                .contains("mailblast_installation_queue_backlog 0")
                .contains("# HELP mailblast_installation_queue_backlog")
                .doesNotContain("NaN nan");

        RawHttp.Response open = get(
                "/metrics",
                "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1\r\n");
        assertThat(open.headers().get("content-type")).startsWith("application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void elsewhereThanOnLoopbackATokenIsNeeded() {
        server.close();
        server = start(List.of("127.0.0.1"));
        String from = "X-Forwarded-For: 203.0.113.9\r\n";

        assertThat(get("/metrics", from).status()).isEqualTo(401);
        assertThat(get("/metrics", from + "Authorization: Bearer wrong\r\n").status())
                .isEqualTo(401);
        assertThat(get("/metrics", from + "Authorization: Bearer \r\n").status())
                .isEqualTo(401);
        assertThat(get("/metrics", from + "Authorization: Bearer " + TOKEN + "\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(get("/metrics", "X-Forwarded-For: 127.0.0.1\r\n").status()).isEqualTo(200);
        assertThat(get("/metrics", "X-Forwarded-For: 127.0.0.1, 203.0.113.9\r\n")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void scrapingOftenAsksTheDatabaseSeldom() {
        InstallationFigures figures = new InstallationFigures(database, InstantSource.system(), 1.0);
        InstallationFigures.Snapshot first = figures.current();

        for (int i = 0; i < 1_000; i++) {
            assertThat(figures.current()).isSameAs(first);
        }
    }

    @Test
    void theRoutesAreDescribed() {
        OpenApiDocument.assertValid(OpenApi.document(server.routes(), "1", "http://x"));
    }

    @Test
    void theJsonIsWhatAJsonReaderReads() throws Exception {
        assertThat(Json.MAPPER
                        .readTree(
                                get("/metrics", "Accept: application/json\r\n").body())
                        .fieldNames())
                .toIterable()
                .containsExactly(
                        "total_requests",
                        "total_errors",
                        "opens_tracked",
                        "clicks_tracked",
                        "emails_sent",
                        "emails_delivered",
                        "emails_bounced",
                        "worker_throughput",
                        "queue_backlog",
                        "average_response_time_ms",
                        "p95_response_time_ms",
                        "p99_response_time_ms",
                        "cache_hit_rate",
                        "db_connection_pool_usage",
                        "worker_cpu_percent",
                        "worker_memory_mb");
    }
}
