package io.mailblast.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Refusals;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a flood costs PostgreSQL, by PostgreSQL's own account.
class FloodTest {

    private static final int REQUESTS = 4_000;

    /// Connections of the server's on which a statement began or ended since then.
    private static final String USED = """
            select count(*) from pg_stat_activity
            where datname = current_database() and application_name = 'test' and backend_start < cast(:since as timestamptz)
                and greatest(query_start, state_change) > cast(:since as timestamptz)
            """;

    @TempDir
    Path folder;

    @Test
    void postgresSeesNoStatementFromAFloodOfMalformedAndForgedRequests() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Keyring keys = Keyring.open(folder.resolve("keys"), "message");
        MessageIdCodec tokens = MessageIdCodec.unsubscribe(keys);
        InstantSource clock = InstantSource.system();
        try (TestDatabase db = TestDatabase.create();
                TestDatabase observer = db.another();
                FileEventLog log = FileEventLog.open(folder.resolve("log"), EventLogConfig.DEFAULTS, registry);
                Refusals refusals =
                        Refusals.start(db.database(), log, _ -> true, "home", Duration.ofMillis(10), () -> false);
                TestServer server = new TestServer(
                        new TrackingRoutes(
                                log,
                                MessageIdCodec.tracking(keys),
                                new LinkSigner(keys),
                                clock,
                                registry,
                                TrackingConfig.DEFAULTS),
                        new UnsubscribeRoutes(
                                db.database(), refusals, tokens, clock, registry, TrackingConfig.DEFAULTS))) {
            TestCampaign campaign = TestCampaign.create(db, db.workspace("Flood"), 1, List.of());
            String real = "/unsubscribe/" + tokens.write(campaign.message(0));
            assertThat(server.get(real, "").statusCode()).isEqualTo(200);
            String since = now(observer);

            flood(server);

            assertThat(used(observer, since)).isZero();
            assertThat(server.get(real, "").statusCode()).isEqualTo(200);
            assertThat(used(observer, since)).as("a real one is seen").isPositive();
        }
    }

    private static void flood(TestServer server) {
        String forged = "A".repeat(40);
        List<String> paths = List.of(
                "/track/open/a.b",
                "/track/open/" + forged,
                "/track/click/" + forged + "?url=aHR0cHM6Ly9leGFtcGxlLmNvbS8",
                "/track/click/" + forged + "?url=amF2YXNjcmlwdDphbGVydCgxKQ",
                "/unsubscribe/" + forged,
                "/unsubscribe/%ff",
                "/nowhere");
        try (RawHttp connection = new RawHttp(server.server().port())) {
            for (int i = 0; i < REQUESTS; i++) {
                int status = connection
                        .write("GET " + paths.get(i % paths.size()) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .read()
                        .status();
                assertThat(status).isIn(200, 400, 404);
            }
        }
    }

    private static String now(TestDatabase observer) {
        return observer.database()
                .read(handle -> handle.createQuery("select cast(clock_timestamp() as text)")
                        .mapTo(String.class)
                        .one());
    }

    private static long used(TestDatabase observer, String since) {
        return observer.database()
                .read(handle -> handle.createQuery(USED)
                        .bind("since", since)
                        .mapTo(Long.class)
                        .one());
    }
}
