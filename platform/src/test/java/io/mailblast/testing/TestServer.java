package io.mailblast.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Authenticator;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpConfig;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.HttpServer;
import io.mailblast.http.Json;
import io.mailblast.http.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A real server with some features and tokens that a test hands out itself.
public final class TestServer implements AutoCloseable {

    private final Map<String, Principal> tokens = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    public TestServer(Feature... features) {
        this(config(), features);
    }

    public TestServer(HttpConfig config, Feature... features) {
        this(config, new SimpleMeterRegistry(), features);
    }

    public TestServer(HttpConfig config, MeterRegistry registry, Feature... features) {
        this.server = HttpServer.start(config, tokens::get, new HttpMetrics(registry), List.of(features));
    }

    /// With tokens that somebody else judges.
    public TestServer(Authenticator authenticator, List<Feature> features) {
        this.server = HttpServer.start(config(), authenticator, new HttpMetrics(new SimpleMeterRegistry()), features);
    }

    /// Defaults, on any free port; who tests malformed requests may send as many as he likes.
    public static HttpConfig config() {
        return limited(1_000_000);
    }

    /// The same, but with so many malformed requests a second.
    public static HttpConfig limited(int malformedPerSecond) {
        return new HttpConfig(
                "127.0.0.1",
                0,
                List.of(),
                4 << 20,
                Duration.ofSeconds(5),
                1_000,
                64,
                Duration.ofSeconds(1),
                malformedPerSecond,
                Duration.ofSeconds(1));
    }

    /// The same, which works on so many requests of signed-in clients at once, and lets others wait for so long.
    public static HttpConfig crowded(int atOnce, Duration wait) {
        HttpConfig usual = config();
        return new HttpConfig(
                usual.host(),
                usual.port(),
                usual.trustedProxies(),
                usual.maxBodyBytes(),
                usual.readTimeout(),
                usual.maxConnections(),
                atOnce,
                wait,
                usual.malformedPerSecond(),
                usual.drain());
    }

    /// @return a token that is this principal's from now on
    public String token(Principal principal) {
        String token = "token-" + principal.accountId() + "-" + principal.workspaceId() + "-" + principal.operator();
        tokens.put(token, principal);
        return token;
    }

    public HttpServer server() {
        return server;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /// @param token empty for none
    /// @param json null for no body
    public HttpResponse<String> call(
            String method, String path, String token, @org.jspecify.annotations.Nullable String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (json == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(json));
        }
        return send(request.build());
    }

    public HttpResponse<String> get(String path, String token) {
        return call("GET", path, token, null);
    }

    public HttpResponse<String> post(String path, String token, String json) {
        return call("POST", path, token, json);
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("no answer to " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The body as JSON.
    public static JsonNode json(HttpResponse<String> response) {
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + response.body(), e);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
