package io.mailblast.validation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveConnectionTest {

    private static final byte[] REQUEST = HttpRequests.get("http://127.0.0.1:1", "/", "test");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
            })
    void readsToTheEndOfTheBodyAndGoesOnWithTheSameConnection(String answer) throws IOException {
        try (TinyServer server = TinyServer.start(_ -> TinyServer.bytes(answer));
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            int first = connection.exchange(REQUEST);
            int second = connection.exchange(REQUEST);

            assertThat(List.of(first, second)).allMatch(status -> status == 200 || status == 204);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void readsAnAnswerThatComesInPieces() throws IOException {
        try (TinyServer server = TinyServer.start(_ ->
                        TinyServer.bytes("HTTP/1.1 3", "02 Found\r", "\nContent-Le", "ngth: 3\r\n\r", "\nab", "c"));
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            assertThat(connection.exchange(REQUEST)).isEqualTo(302);
            assertThat(connection.exchange(REQUEST)).isEqualTo(302);
        }
    }

    @Test
    void readsABodyLargerThanItsBuffer() throws IOException {
        String body = "x".repeat(300_000);
        try (TinyServer server = TinyServer.start(
                        _ -> TinyServer.bytes("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + body));
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
        }
    }

    @Test
    void anIdleConnectionThatTheServerHasClosedCostsNoRequest() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                KeepAliveConnection connection =
                        new KeepAliveConnection((InetSocketAddress) server.getLocalSocketAddress())) {
            Thread closing = Thread.startVirtualThread(() -> {
                for (int i = 0; i < 2; i++) {
                    try (Socket client = server.accept()) {
                        int _ = client.getInputStream().read(new byte[1024]);
                        client.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
                                        .getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });

            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
            closing.join();
        }
    }

    @Test
    void connectsAgainAfterAnAnswerThatCloses() throws IOException {
        try (TinyServer server = TinyServer.start(
                        _ -> TinyServer.bytes("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"));
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);

            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aBodyWithoutALengthEndsWithTheConnection() throws IOException {
        try (TinyServer server = TinyServer.start(
                        _ -> TinyServer.bytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nas long as it takes"));
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
            assertThat(connection.exchange(REQUEST)).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SMTP ready, and not at all HTTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"})
    void whatIsNotHttpIsAnError(String answer) throws IOException {
        try (TinyServer server = TinyServer.start(_ -> TinyServer.bytes(answer));
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            assertThatThrownBy(() -> connection.exchange(REQUEST)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aConnectionThatEndsWithoutAnAnswerIsAnError() throws IOException {
        try (TinyServer server = TinyServer.start(_ -> List.of());
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            assertThatThrownBy(() -> connection.exchange(REQUEST)).isInstanceOf(IOException.class);
        }
    }
}
