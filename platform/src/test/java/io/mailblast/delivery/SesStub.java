package io.mailblast.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;

/// A server on a real socket that answers as a test says, in the shape of SES.
final class SesStub {

    private SesStub() {}

    interface Answers {
        void answer(HttpExchange exchange) throws IOException;
    }

    /// @param client is given the port
    static <T> T served(Answers answers, IntFunction<T> client) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            answers.answer(exchange);
            exchange.close();
        });
        server.start();
        try {
            return client.apply(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    /// @param type of the error; empty for none
    static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        if (!type.isEmpty()) {
            exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static SesConfig config(String endpoint) {
        return new SesConfig(endpoint, "us-east-1", "key", "secret", "", 4, Duration.ofSeconds(2), false);
    }
}
