package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What each thing that a provider or a network can do comes to. The faults are real ones on a real socket; how SES
/// answers
/// when all is well is checked with the simulator.
class SesDeliveryTest {

    private static final Mail MAIL = new Mail(
            "s@example.org", "r@example.com", "Subject: x\r\n\r\nx".getBytes(StandardCharsets.US_ASCII), "tag-1", "7");

    @Test
    void anAnswerWithAnIdIsAccepted() throws IOException {
        AtomicReference<String> request = new AtomicReference<>("");

        Outcome outcome = answered(exchange -> {
            request.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, 200, "", "{\"MessageId\":\"0100-abc\"}");
        });

        assertThat(outcome).isEqualTo(new Outcome.Accepted("0100-abc"));
        assertThat(request.get())
                .contains("\"mailblast-message\"")
                .contains("\"tag-1\"")
                .contains("r@example.com");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    400 | MessageRejected | Email address is not verified. | Refused
                    400 | BadRequestException | Bad address | Refused
                    404 | NotFoundException | no such configuration set | Refused
                    403 | AccessDeniedException | not yours | Refused
                    400 | MailFromDomainNotVerifiedException | x | Refused
                    429 | TooManyRequestsException | Maximum sending rate exceeded. | Deferred
                    400 | LimitExceededException | Daily message quota exceeded. | Deferred
                    400 | SendingPausedException | paused | Deferred
                    400 | AccountSuspendedException | suspended | Deferred
                    503 | ServiceUnavailable | later | Deferred
                    500 | InternalFailure | oops | InDoubt
                    502 | | bad gateway | InDoubt
                    504 | | gateway timeout | InDoubt
                    """)
    void everyErrorHasItsOutcome(int status, String type, String message, String expected) throws IOException {
        AtomicInteger calls = new AtomicInteger();

        Outcome outcome = answered(exchange -> {
            calls.incrementAndGet();
            answer(exchange, status, type == null ? "" : type, "{\"message\":\"" + message + "\"}");
        });

        assertThat(outcome.getClass().getSimpleName()).isEqualTo(expected);
        assertThat(calls).as("the SDK repeats nothing by itself").hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}
            {"MessageId":""}
            {"MessageId":null}
            not json at all
            """)
    void aGoodStatusWithoutAnIdIsInDoubt(String body) throws IOException {
        assertThat(answered(exchange -> answer(exchange, 200, "", body))).isInstanceOf(Outcome.InDoubt.class);
    }

    @Test
    void noAnswerInTimeIsInDoubt() throws IOException {
        try (Hole hole = new Hole(Hole.Behaviour.SILENT)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
        }
    }

    @Test
    void aConnectionThatIsCutAfterTheRequestIsInDoubt() throws IOException {
        try (Hole hole = new Hole(Hole.Behaviour.CUT)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
            assertThat(hole.connections).as("not repeated").hasValue(1);
        }
    }

    @Test
    void halfAnAnswerIsInDoubt() throws IOException {
        try (Hole hole = new Hole(Hole.Behaviour.HALF)) {
            assertThat(send(hole.port())).isInstanceOf(Outcome.InDoubt.class);
        }
    }

    @Test
    void aConnectionThatWasNeverMadeIsTriedAgainLater() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(send(port)).isInstanceOf(Outcome.Deferred.class);
    }

    private interface Answers {
        void answer(HttpExchange exchange) throws IOException;
    }

    private static Outcome answered(Answers answers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            answers.answer(exchange);
            exchange.close();
        });
        server.start();
        try {
            return send(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        if (!type.isEmpty()) {
            exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Outcome send(int port) {
        SesConfig config =
                new SesConfig("http://127.0.0.1:" + port, "us-east-1", "key", "secret", "", 4, Duration.ofSeconds(2));
        try (SesDelivery delivery = SesDelivery.open(config)) {
            return delivery.send(MAIL);
        }
    }

    /// A server that takes requests and then misbehaves.
    private static final class Hole implements AutoCloseable {

        enum Behaviour {
            SILENT,
            CUT,
            HALF
        }

        final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket socket;

        Hole(Behaviour behaviour) throws IOException {
            socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> serve(behaviour));
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve(Behaviour behaviour) {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> misbehave(behaviour, client));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private static void misbehave(Behaviour behaviour, Socket client) {
            try (client) {
                InputStream in = client.getInputStream();
                byte[] room = new byte[65536];
                int read = in.read(room);
                if (read > 0 && behaviour == Behaviour.HALF) {
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{\"Mess"
                                    .getBytes(StandardCharsets.US_ASCII));
                } else if (behaviour == Behaviour.SILENT) {
                    while (in.read(room) >= 0) {
                        Thread.onSpinWait();
                    }
                }
            } catch (IOException e) {
                // The client has gone: that is what the test is about.
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
