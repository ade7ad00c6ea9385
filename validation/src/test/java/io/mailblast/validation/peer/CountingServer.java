package io.mailblast.validation.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.mailblast.validation.plan.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// Answers as MailBlast does, at once, and counts what it was asked.
final class CountingServer implements AutoCloseable {

    private static final String TOKENS = "{\"data\":{\"token\":\"t\",\"refresh_token\":\"r\",\"expires_in\":900}}";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Endpoint, AtomicLong> counts = new ConcurrentHashMap<>();
    private final AtomicLong campaigns = new AtomicLong();

    CountingServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.setExecutor(threads);
        server.createContext("/auth/", exchange -> answer(exchange, 200, TOKENS));
        server.createContext("/campaigns", this::campaigns);
        server.createContext("/track/", this::track);
        server.createContext("/analytics/overview", counted(Endpoint.ANALYTICS_OVERVIEW));
        server.createContext("/analytics/timeline", counted(Endpoint.ANALYTICS_TIMELINE));
        server.createContext("/analytics/top-links", counted(Endpoint.ANALYTICS_TOP_LINKS));
        server.createContext("/analytics/events/recent", counted(Endpoint.ANALYTICS_RECENT));
        server.start();
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    long count(Endpoint endpoint) {
        return counts.getOrDefault(endpoint, new AtomicLong()).get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private HttpHandler counted(Endpoint endpoint) {
        return exchange -> {
            count(exchange, endpoint);
            answer(exchange, 200, "{\"data\":{}}");
        };
    }

    private void campaigns(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            count(exchange, Endpoint.CAMPAIGN_LIST);
            answer(exchange, 200, "{\"data\":[]}");
        } else {
            count(exchange, Endpoint.CAMPAIGN_CREATE);
            answer(exchange, 201, "{\"data\":{\"id\":" + campaigns.incrementAndGet() + "}}");
        }
    }

    private void track(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String agent = String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent"));
        boolean wellFormed = path.matches("/track/(open|click)/[A-Za-z0-9_-]{1,64}")
                && !String.valueOf(exchange.getRequestURI().getRawQuery()).matches("url=(javascript|amF2YXNj).*");
        if (!wellFormed) {
            count(exchange, Endpoint.TRACK_MALFORMED);
            answer(exchange, 400, "");
        } else if (path.startsWith("/track/click/")) {
            count(exchange, Endpoint.TRACK_CLICK);
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
            answer(exchange, 302, "");
        } else {
            count(exchange, agent.contains("Reader/") ? Endpoint.TRACK_UNSEEN : Endpoint.TRACK_OPEN);
            answer(exchange, 200, "GIF");
        }
    }

    private void count(HttpExchange exchange, Endpoint endpoint) throws IOException {
        exchange.getRequestBody().readAllBytes();
        counts.computeIfAbsent(endpoint, _ -> new AtomicLong()).incrementAndGet();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }
}
