package io.mailblast.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A server of the test's own, which remembers what it was asked and answers as a tracking server and a webhook would.
final class RecordingServer implements AutoCloseable {

    record Seen(String method, String path, String body, Map<String, List<String>> headers) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(it -> it.getKey().equalsIgnoreCase(name))
                    .map(it -> it.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }
    }

    private final HttpServer server;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();

    RecordingServer() throws IOException {
        this(0);
    }

    RecordingServer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /// The next so many requests are answered with 503.
    void failNext(int count) {
        failures.set(count);
    }

    URI uri(String path) {
        return URI.create(origin() + path);
    }

    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Seen> seen(String pathPrefix) {
        return seen.stream().filter(it -> it.path().startsWith(pathPrefix)).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            String path = exchange.getRequestURI().toString();
            seen.add(new Seen(exchange.getRequestMethod(), path, body, Map.copyOf(exchange.getRequestHeaders())));
            if (path.startsWith("/click")) {
                exchange.getResponseHeaders().add("Location", "https://example.org/");
                exchange.sendResponseHeaders(302, -1);
            } else if (path.startsWith("/missing")) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                byte[] gif = "GIF89a".getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, gif.length);
                exchange.getResponseBody().write(gif);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
