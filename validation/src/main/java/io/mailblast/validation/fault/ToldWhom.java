package io.mailblast.validation.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Stands for Slack, PagerDuty and somebody's own webhook: takes what is posted, reads it as that service would, and
/// remembers it.
public final class ToldWhom implements AutoCloseable {

    private static final Pattern NAMED = Pattern.compile("\\*?([^*]+?)\\*? \\((warning|critical|resolved)\\)\\s*");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final Set<String> away = ConcurrentHashMap.newKeySet();

    /// @param alert whose name it gives; several messages for one that names several
    /// @param firing whether it says that it fires, or that it is over
    public record Message(String receiver, String alert, boolean firing) {}

    public ToldWhom() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new CannotRunException("No port is free on 127.0.0.1.");
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    /// @param receiver `slack`, `pagerduty` or `webhook`
    public String url(String receiver) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + receiver;
    }

    public List<Message> messages() {
        return List.copyOf(messages);
    }

    public void forget() {
        messages.clear();
    }

    /// From now on it answers 503, until it is [#back].
    public void goAway(String receiver) {
        away.add(receiver);
    }

    public void back(String receiver) {
        away.remove(receiver);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String receiver = exchange.getRequestURI().getPath().substring(1);
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (away.contains(receiver)) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            List<Message> read = read(receiver, new String(body, StandardCharsets.UTF_8));
            messages.addAll(read);
            byte[] answer =
                    (receiver.equals("slack") ? "ok" : "{\"status\":\"success\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                    read.isEmpty() ? 400 : receiver.equals("pagerduty") ? 202 : 200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static List<Message> read(String receiver, String body) {
        try {
            JsonNode json = ApiClient.JSON.readTree(body);
            return switch (receiver) {
                case "pagerduty" -> pagerDuty(json);
                case "webhook" -> webhook(json);
                default -> slack(json);
            };
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }

    private static List<Message> pagerDuty(JsonNode event) {
        String name =
                event.path("dedup_key").asText().replaceFirst("^mailblast/", "").replaceFirst("@[^@]*$", "");
        return List.of(new Message(
                "pagerduty", name, !event.path("event_action").asText().equals("resolve")));
    }

    private static List<Message> webhook(JsonNode notice) {
        List<Message> read = new ArrayList<>();
        notice.path("alerts")
                .forEach(alert -> read.add(new Message(
                        "webhook",
                        alert.path("name").asText(),
                        alert.path("status").asText().equals("firing"))));
        return read;
    }

    private static List<Message> slack(JsonNode message) {
        return texts(message.path("blocks"))
                .flatMap(text -> named("slack", text))
                .toList();
    }

    private static Stream<String> texts(JsonNode node) {
        if (node.isTextual()) {
            return Stream.of(node.asText());
        }
        List<Stream<String>> parts = new ArrayList<>();
        node.forEach(each -> parts.add(texts(each)));
        return parts.stream().flatMap(part -> part);
    }

    /// `Worker Crash (critical)` and `Worker Crash (resolved)`, on lines of their own.
    public static Stream<Message> named(String receiver, String text) {
        return text.lines()
                .map(NAMED::matcher)
                .filter(Matcher::matches)
                .map(match ->
                        new Message(receiver, match.group(1), !match.group(2).equals("resolved")));
    }
}
