package io.mailblast.validation.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The parts of the proof: what it plans, counts, and how it asks.
class LostFactsTest {

    @Test
    void aSeedDecidesTheFaultsAndEachRoundDrawsForItself() {
        List<FactPlan> plans = IntStream.rangeClosed(1, 50)
                .mapToObj(number -> FactPlan.of(7, number))
                .toList();

        assertThat(FactPlan.of(7, 20)).isEqualTo(plans.get(19));
        assertThat(plans)
                .doesNotHaveDuplicates()
                .allSatisfy(plan -> assertThat(plan.faults())
                        .isNotEmpty()
                        .allSatisfy(fault -> assertThat(fault.atMs()).isLessThan(FactPlan.LASTS_MS)));
    }

    @Test
    void whatGotNoAnswerMayCountAndNeedNot() {
        FactTally tally = new FactTally(3);
        tally.answered(0);
        tally.answered(0);
        tally.unanswered(0);
        tally.unanswered(1);

        assertThat(tally.least()).isEqualTo(2);
        assertThat(tally.most()).isEqualTo(4);
        assertThat(tally.leastUnique()).isEqualTo(1);
        assertThat(tally.mostUnique()).isEqualTo(2);
    }

    @Test
    void aConnectionIsKeptAndEachRequestIsAskedOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] body = "GIF".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (FactConnection connection = new FactConnection(server.getAddress().getPort())) {
            assertThat(connection.get("/track/open/x", "A")).isEqualTo(200);
            assertThat(connection.get("/track/open/x", "A")).isEqualTo(200);
            assertThat(asked).hasValue(2);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aServerThatClosesWithoutAnAnswerIsNotAskedAgain() throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket asked = server.accept();
                        accepted.incrementAndGet();
                        asked.close();
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            try (FactConnection connection = new FactConnection(server.getLocalPort())) {
                assertThatThrownBy(() -> connection.get("/", "A")).isInstanceOf(IOException.class);
            }
            assertThat(accepted).hasValue(1);
        }
    }

    @Test
    void whereNobodyIsNothingWasAsked() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        try (FactConnection connection = new FactConnection(port)) {
            assertThatThrownBy(() -> connection.get("/", "A")).isInstanceOf(FactConnection.AbsentException.class);
        }
    }
}
