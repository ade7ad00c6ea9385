package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is too large, too slow or no HTTP at all, written byte by byte.
class ConnectionLimitsTest {

    private static final int LIMIT = 64 << 10;
    private static final Echo ECHO = new Echo();
    private static final TestServer SERVER = new TestServer(
            new HttpConfig(
                    "127.0.0.1",
                    0,
                    List.of(),
                    LIMIT,
                    Duration.ofMillis(600),
                    1_000,
                    64,
                    Duration.ofSeconds(1),
                    1_000_000,
                    Duration.ofSeconds(1)),
            ECHO);

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static RawHttp connect() {
        return new RawHttp(SERVER.server().port());
    }

    private static String post(String path, String headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
    }

    private static void assertRefused(RawHttp connection, int status) {
        RawHttp.Response response = connection.read();
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.isProblem()).as(response.toString()).isTrue();
        assertThat(response.headers()).containsEntry("connection", "close");
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aDeclaredBodyOverTheLimitIsRefusedUnread() {
        try (RawHttp connection = connect()) {
            connection.write(post("/things", "Content-Type: application/json\r\nContent-Length: 900000000\r\n"));
            assertRefused(connection, 413);
        }
    }

    @Test
    void theRestOfARefusedBodyIsNotTakenForARequest() {
        try (RawHttp connection = connect()) {
            String smuggled = "DELETE /things/7 HTTP/1.1\r\nHost: x\r\n\r\n";
            int before = ECHO.done.get();
            connection.write(
                    post("/things", "Content-Type: application/json\r\nContent-Length: 900000\r\n") + smuggled);
            assertRefused(connection, 413);
            assertThat(ECHO.done.get()).isEqualTo(before);
        }
    }

    @Test
    void aChunkedBodyOverTheLimitIsRefused() {
        try (RawHttp connection = connect()) {
            connection.write(post("/things", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"));
            byte[] chunk =
                    ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < 100 && connection.offer(chunk); i++) {
                // The server stops at its limit.
            }
            assertRefused(connection, 413);
        }
    }

    @Test
    void oneHugeChunkIsNotCollectedInMemory() {
        try (RawHttp connection = connect()) {
            connection.write(
                    post("/files", "Content-Type: text/csv\r\nTransfer-Encoding: chunked\r\n") + "7fffffff\r\n");
            byte[] megabyte = new byte[1 << 20];
            Arrays.fill(megabyte, (byte) 'x');
            int taken = 0;
            while (taken < 200 && connection.offer(megabyte)) {
                taken++;
            }
            assertThat(taken).as("megabytes taken of one chunk").isLessThan(60);
        }
    }

    @Test
    void aBodyThatStopsIsAnswered408() {
        try (RawHttp connection = connect()) {
            connection.write(post("/things", "Content-Type: application/json\r\nContent-Length: 30\r\n") + "{\"name\"");
            assertRefused(connection, 408);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 60000", "Transfer-Encoding: chunked"})
    void aBodyThatDripsIsAnswered408AfterATotalTime(String framing) throws InterruptedException {
        try (RawHttp connection = connect()) {
            connection.write(post("/things", "Content-Type: application/json\r\n" + framing + "\r\n"));
            if (framing.endsWith("chunked")) {
                connection.write("fff0\r\n");
            }
            long start = System.nanoTime();
            drip(connection, Duration.ofSeconds(5));
            assertRefused(connection, 408);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void headersThatDripAreAnswered408() throws InterruptedException {
        try (RawHttp connection = connect()) {
            connection.write("GET /things HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            long start = System.nanoTime();
            drip(connection, Duration.ofSeconds(5));
            assertRefused(connection, 408);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    /// One byte every 100 ms, each well within the read time-out, for as long as the server takes them.
    private static void drip(RawHttp connection, Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        Thread writer = Thread.ofVirtual().start(() -> {
            while (System.nanoTime() < end && connection.offer(new byte[] {'x'})) {
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofMillis(100).toNanos());
            }
        });
        assertThat(writer.isAlive()).isTrue();
    }

    @Test
    void tooManyHeadersAreAnswered431() {
        try (RawHttp connection = connect()) {
            StringBuilder request = new StringBuilder("GET /things HTTP/1.1\r\nHost: x\r\n");
            for (int i = 0; i < 5_000; i++) {
                request.append("X-Header-").append(i).append(": value\r\n");
            }
            connection.offer(request.append("\r\n").toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertRefused(connection, 431);
        }
    }

    @Test
    void aHugeHeaderIsAnswered431WithMemoryFlat() {
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'x');
        for (int i = 0; i < 8; i++) {
            try (RawHttp connection = connect()) {
                connection.write("GET /things HTTP/1.1\r\nHost: x\r\nX-Huge: ");
                connection.offer(megabyte);
                assertRefused(connection, 431);
            }
        }
        System.gc();
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        assertThat(used).isLessThan(400L << 20);
    }

    @Test
    void aHugeAddressIsAnswered414() {
        try (RawHttp connection = connect()) {
            connection.offer(("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertRefused(connection, 414);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n\r\n",
                "GET\r\n\r\n",
                "GET /things HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /things HTTP/1.1\r\n\r\n",
                "GET /things HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n",
                "GET /things HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n",
                "GET /things HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /things HTTP/1.1\nHost: x\n\n",
                "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                "\u0000\u0000\u0000\r\n\r\n"
            })
    void whatIsNoHttpIsAnsweredAsAProblemAndClosed(String request) {
        try (RawHttp connection = connect()) {
            connection.write(request);
            RawHttp.Response response = connection.read();
            assertThat(response.status()).as(request).isIn(400, 501, 505);
            assertThat(response.isProblem()).as(response.toString()).isTrue();
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void http10IsToldSo() {
        try (RawHttp connection = connect()) {
            connection.write("GET /things HTTP/1.0\r\n\r\n");
            assertRefused(connection, 505);
        }
    }

    @Test
    void aConnectionIsKeptAfterA4xxWithAnUnreadSmallBody() {
        try (RawHttp connection = connect()) {
            for (int i = 0; i < 3; i++) {
                connection.write(post("/nowhere", "Content-Length: 5\r\n") + "hello");
                assertThat(connection.read().status()).isEqualTo(404);
                connection.write(post("/things", "Content-Type: text/plain\r\nContent-Length: 5\r\n") + "hello");
                assertThat(connection.read().status()).isEqualTo(415);
            }
            connection.write("GET /things/7 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.read().json().path("data").path("id").asLong())
                    .isEqualTo(7);
        }
    }

    @Test
    void aLongUnreadBodyEndsTheConnectionInsteadOfBeingReadForNothing() {
        try (RawHttp connection = connect()) {
            connection.write(post("/nowhere", "Content-Length: 100000000\r\n"));
            assertRefused(connection, 404);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        try (RawHttp connection = connect()) {
            String body = "{\"name\":\"x\",\"count\":1}";
            connection.write("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n"
                    + post("/things", "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n")
                    + body
                    + "GET /things/abc HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "GET /things/3 HTTP/1.1\r\nHost: x\r\n\r\n"
                    + "rubbish\r\n\r\n");
            assertThat(List.of(
                            connection.read().status(),
                            connection.read().status(),
                            connection.read().status(),
                            connection.read().status()))
                    .containsExactly(200, 201, 404, 200);
            assertRefused(connection, 400);
        }
    }

    @Test
    void whoAsksToCloseIsClosed() {
        try (RawHttp connection = connect()) {
            connection.write("GET /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(connection.read().headers()).containsEntry("connection", "close");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void aHeadThatStopsIsAnswered408() {
        try (RawHttp connection = connect()) {
            connection.write("GET /things/1 HTTP/1.1\r\nHost: x\r\nX-Half");
            assertRefused(connection, 408);
        }
    }

    @Test
    void aConnectionMayBeSilentBetweenRequests() throws InterruptedException {
        try (RawHttp connection = connect()) {
            for (int i = 0; i < 2; i++) {
                connection.write("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(connection.read().status()).isEqualTo(200);
                // Longer than a silence inside a request may be: nothing must happen, so there is nothing to await.
                Thread.sleep(Duration.ofMillis(1_300));
            }
        }
    }

    @Test
    void aClientThatGoesAwayInItsBodyIsNoError() {
        for (int i = 0; i < 5; i++) {
            try (RawHttp connection = connect()) {
                connection.write(post("/things", "Content-Type: application/json\r\nContent-Length: 30\r\n") + "{");
            }
        }
        assertThat(SERVER.get("/things/1", "").statusCode()).isEqualTo(200);
    }

    @Test
    void expectContinueIsHonouredForGoodRequestsOnly() {
        try (RawHttp connection = connect()) {
            String body = "{\"name\":\"x\",\"count\":1}";
            connection.write(post(
                    "/things",
                    "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " + body.length()
                            + "\r\n"));
            assertThat(connection.readHead().status()).isEqualTo(100);
            connection.write(body);
            assertThat(connection.read().status()).isEqualTo(201);
            connection.write(post(
                    "/things",
                    "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n"));
            assertRefused(connection, 413);
        }
    }

    @Test
    void whoConnectsAndSaysNothingIsCutOff() {
        try (RawHttp connection = connect()) {
            long start = System.nanoTime();
            assertThat(connection.isClosed()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void whoAsksAndDoesNotTakeTheAnswersIsCutOff() throws Exception {
        byte[] requests = "GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n"
                .repeat(1_000)
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (RawHttp connection = connect()) {
            java.util.concurrent.CompletableFuture<Boolean> cutOff =
                    java.util.concurrent.CompletableFuture.supplyAsync(() -> {
                        // Until both ends' buffers are full of answers that nobody reads, and of requests.
                        for (int i = 0; i < 10_000; i++) {
                            if (!connection.offer(requests)) {
                                return true;
                            }
                        }
                        return false;
                    });
            assertThat(cutOff.get(90, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        }
        assertThat(SERVER.get("/things/1", "").statusCode()).isEqualTo(200);
    }
}
