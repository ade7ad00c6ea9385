package io.mailblast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Speaks HTTP to an installation and shows every answer, good or bad.
final class Client {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String base;
    private final String token;

    Client(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /// One answer.
    record Response(String asked, int status, java.net.http.HttpHeaders headers, String text) {

        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + this, e);
            }
        }

        JsonNode data() {
            return json().path("data");
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /// The fields that `errors` names.
        Set<String> wrongFields() {
            Set<String> fields = new HashSet<>();
            json().path("errors")
                    .forEach(error -> fields.add(error.path("field").asText()));
            return fields;
        }

        /// This answer, whose status must be the expected one.
        Response expect(int expected) {
            if (status != expected) {
                throw new AssertionError("expected " + expected + ": " + this);
            }
            return this;
        }

        @Override
        public String toString() {
            return asked + " was answered " + status + " " + text;
        }
    }

    String base() {
        return base;
    }

    Client withToken(String other) {
        return new Client(base, other);
    }

    /// Signs in.
    Client as(String email, String password) {
        JsonNode session = withToken("")
                .post("/auth/login", body("email", email, "password", password))
                .expect(200)
                .data();
        return withToken(session.path("token").asText());
    }

    Response get(String path) {
        return send("GET", path, null, "");
    }

    Response post(String path, @Nullable JsonNode body) {
        return send("POST", path, body == null ? null : body.toString(), "application/json");
    }

    Response send(String method, String path, @Nullable String body, String type, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", type);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Response(method + " " + path, response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            return new Response(
                    method + " " + path,
                    0,
                    java.net.http.HttpHeaders.of(java.util.Map.of(), (a, b) -> true),
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// All items of a paged list.
    List<JsonNode> all(String path) {
        List<JsonNode> items = new ArrayList<>();
        String cursor = "";
        do {
            String page = path + (path.contains("?") ? "&" : "?") + "limit=200"
                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
            JsonNode answer = get(page).expect(200).json();
            answer.path("data").forEach(items::add);
            cursor = answer.path("page").path("next").asText("");
            cursor = cursor.equals("null") ? "" : cursor;
        } while (!cursor.isEmpty());
        return items;
    }

    /// A JSON object of names and values.
    static JsonNode body(Object... namesAndValues) {
        java.util.Map<String, Object> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return JSON.valueToTree(map);
    }
}
