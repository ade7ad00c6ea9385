package io.mailblast.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpCallerTest {

    private static HttpCaller.Request get(ServerSocket server) {
        return new HttpCaller.Request(
                "GET", URI.create("http://127.0.0.1:" + server.getLocalPort() + "/x?y"), Map.of(), new byte[0]);
    }

    /// Answers each connection's first request with these bytes, then closes.
    private static ServerSocket answering(String answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    byte[] buffer = new byte[4096];
                    int read = socket.getInputStream().read(buffer);
                    if (read > 0) {
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    }
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 302 Found\r\nLocation: /z\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nlocation: /z\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.0 302 Found\r\nLocation: /z\r\n\r\nuntil the end"
            })
    void answersOfAnyFramingAreRead(String answer) throws Exception {
        try (ServerSocket server = answering(answer);
                HttpCaller http = new HttpCaller(2, Duration.ofSeconds(5))) {
            for (int i = 0; i < 3; i++) {
                assertThat(http.call(get(server))).isEqualTo(new HttpCaller.Answer(302, "/z"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200"
            })
    void whatIsNoAnswerFailsWithAnIoException(String answer) throws Exception {
        try (ServerSocket server = answering(answer);
                HttpCaller http = new HttpCaller(2, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> http.call(get(server))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSilentServerTimesOut() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                HttpCaller http = new HttpCaller(1, Duration.ofMillis(100))) {
            assertThatThrownBy(() -> http.call(get(server))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void pausesDoubleUpToTheLongest() {
        Retry retry = new Retry(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMinutes(1));

        assertThat(retry.pause(1)).isEqualTo(Duration.ofMillis(100));
        assertThat(retry.pause(3)).isEqualTo(Duration.ofMillis(400));
        assertThat(retry.pause(100)).isEqualTo(Duration.ofSeconds(1));
    }
}
