package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MalformedLimitTest {

    private final AtomicLong now = new AtomicLong(-42);
    private final MalformedLimit limit = new MalformedLimit(20, now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private int admitted(String client, int requests) {
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            admitted += limit.admits(client) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void tenSecondsWorthMayComeAtOnceAndThenSoManyASecond() {
        assertThat(admitted("192.0.2.1", 1_000)).isEqualTo(200);

        pass(Duration.ofSeconds(1));
        assertThat(admitted("192.0.2.1", 1_000)).isEqualTo(20);

        pass(Duration.ofHours(1));
        assertThat(admitted("192.0.2.1", 1_000)).isEqualTo(200);
    }

    @Test
    void anAddressSharesItsLimitWithItsPrefixAndWithNoOther() {
        assertThat(admitted("192.0.2.1", 1_000)).isEqualTo(200);
        assertThat(admitted("2001:db8:1::1", 1_000)).isEqualTo(200);

        assertThat(List.of("192.0.2.255", "::ffff:192.0.2.7", "2001:db8:1:2:3::4", "2001:db8:1::1%eth0"))
                .allSatisfy(same -> assertThat(limit.admits(same)).as(same).isFalse());
        assertThat(List.of("192.0.3.1", "192.1.2.1", "2001:db8:2::1"))
                .allSatisfy(other -> assertThat(limit.admits(other)).as(other).isTrue());
    }

    @Test
    void whatIsNoAddressIsLimitedAsOne() {
        assertThat(admitted("unknown", 1_000)).isEqualTo(200);
        assertThat(admitted("", 10)).isZero();
    }

    @Test
    void thousandsOfFloodingPrefixesHardlyTouchTheOthers() {
        long seed = System.nanoTime();
        System.out.println("MalformedLimitTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            admitted("10." + random.nextInt(256) + "." + random.nextInt(256) + ".1", 300);
        }

        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            refused += limit.admits("172." + i / 256 + "." + i % 256 + ".1") ? 0 : 1;
        }
        // Both buckets are a flood's by chance: (2,000 / 32,768)² of 10,000 are 37.
        assertThat(refused).isLessThan(150);
    }

    @Test
    void beyondTheLimitMalformedRequestsAreAnswered429AndGoodOnesAsEver() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (TestServer server = new TestServer(TestServer.limited(1), registry, new Echo());
                RawHttp connection = new RawHttp(server.server().port())) {
            List<String> malformed = List.of("/words/%ff", "/nowhere", "/things?limit=x", "/things/x");
            for (int i = 0; i < 10; i++) {
                assertThat(get(connection, malformed.get(i % malformed.size())).status())
                        .isIn(400, 404);
            }
            int limited = 0;
            // While the test runs, another is admitted each second.
            for (int i = 0; i < 30; i++) {
                RawHttp.Response answer = get(connection, malformed.get(i % malformed.size()));
                if (answer.status() == 429) {
                    limited++;
                    assertThat(answer.isProblem()).isTrue();
                    assertThat(answer.headers()).containsKey("retry-after");
                }
                assertThat(get(connection, "/words/good").status()).isEqualTo(200);
            }
            assertThat(limited).isGreaterThan(15);
            assertThat(suspicious(registry, "limited")).isEqualTo(limited);
            assertThat(suspicious(registry, "malformed")).isEqualTo(40 - limited);
        }
    }

    @Test
    void whatIsNoHttpIsSuspiciousToo() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (TestServer server = new TestServer(TestServer.config(), registry, new Echo());
                RawHttp connection = new RawHttp(server.server().port())) {
            connection.write("GET /track/open/<script> HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.read().status()).isEqualTo(400);
        }
        assertThat(suspicious(registry, "malformed")).isEqualTo(1);
    }

    private static RawHttp.Response get(RawHttp connection, String path) {
        return connection.write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").read();
    }

    private static double suspicious(SimpleMeterRegistry registry, String reason) {
        return HttpMetrics.suspicious(registry, reason).count();
    }
}
