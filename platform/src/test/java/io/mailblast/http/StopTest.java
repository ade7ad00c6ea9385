package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What clients see of a server that is told to stop.
class StopTest {

    private static final String REQUEST = "GET /words/hello HTTP/1.1\r\nHost: x\r\n\r\n";

    private final Echo echo = new Echo();

    private static HttpConfig draining(Duration drain) {
        HttpConfig usual = TestServer.config();
        return new HttpConfig(
                usual.host(),
                usual.port(),
                List.of(),
                usual.maxBodyBytes(),
                usual.readTimeout(),
                usual.maxConnections(),
                usual.maxAtOnce(),
                usual.maxWait(),
                usual.malformedPerSecond(),
                drain);
    }

    @Test
    void aConnectionThatIsKeptGetsOneMoreAnswerWhichSaysThatItIsTheLast() throws Exception {
        TestServer server = new TestServer(draining(Duration.ofSeconds(100)), echo);
        try (RawHttp connection = new RawHttp(server.server().port())) {
            RawHttp.Response first = connection.write(REQUEST).read();
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.headers()).doesNotContainEntry("connection", "close");

            CountDownLatch begun = new CountDownLatch(1);
            Thread stop = Thread.ofVirtual().start(() -> {
                begun.countDown();
                server.close();
            });
            begun.await();
            RawHttp.Response last = first;
            while (!"close".equals(last.headers().get("connection"))) {
                last = connection.write(REQUEST).read();
                assertThat(last.status()).isEqualTo(200);
            }

            assertThat(connection.isClosed()).isTrue();
            connection.close();
            stop.join();
        }
    }

    @Test
    void anIdleConnectionDoesNotKeepItForLong() {
        TestServer server = new TestServer(draining(Duration.ofSeconds(1)), echo);
        try (RawHttp connection = new RawHttp(server.server().port())) {
            assertThat(connection.write(REQUEST).read().status()).isEqualTo(200);

            server.close();

            assertThat(connection.isClosed()).isTrue();
        }
    }
}
