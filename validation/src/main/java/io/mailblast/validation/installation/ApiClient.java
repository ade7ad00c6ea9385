package io.mailblast.validation.installation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// Speaks to an installation's API as any client would. Signs in again when its token has run out.
public final class ApiClient implements AutoCloseable {

    public static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String base;
    private final Duration patience;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Optional<ObjectNode> credentials = Optional.empty();
    private String token = "";

    /// @param base such as `http://127.0.0.1:8080`
    public ApiClient(String base) {
        this(base, PATIENCE);
    }

    /// @param patience after which a call has failed
    public ApiClient(String base, Duration patience) {
        this.base = base;
        this.patience = patience;
    }

    /// @throws CannotRunException when the sign-in is refused
    public void signIn(String email, String password) {
        credentials = Optional.of(JSON.createObjectNode().put("email", email).put("password", password));
        renew();
    }

    /// As another one who has just signed in, without asking.
    public void signInAs(ApiClient other) {
        credentials = other.credentials;
        token = other.token;
    }

    /// The access token of the last sign-in, for requests that somebody else makes. It ends as every one does.
    public String token() {
        return token;
    }

    /// @throws CannotRunException for any answer but a success
    public JsonNode get(String path) {
        return json(send(request(path).GET()));
    }

    /// @throws CannotRunException for any answer but a success
    public String text(String path) {
        return send(request(path).GET());
    }

    /// Reads an answer of any size, line by line, and keeps none of it.
    ///
    /// @param each told of every line that came
    /// @return how many there were
    /// @throws CannotRunException for any answer but a success
    public long lines(String path, Runnable each) {
        HttpRequest request =
                request(path).header("Authorization", "Bearer " + token).GET().build();
        try {
            HttpResponse<Stream<String>> response = client.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() >= 300) {
                    throw new CannotRunException("GET " + path + " was answered " + response.statusCode() + ".");
                }
                return lines.peek(_ -> each.run()).mapToLong(_ -> 1).sum();
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CannotRunException("No whole answer to GET " + path + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    /// @throws CannotRunException for any answer but a success
    public JsonNode post(String path) {
        return json(send(request(path).POST(HttpRequest.BodyPublishers.noBody())));
    }

    /// @throws CannotRunException for any answer but a success
    public JsonNode post(String path, JsonNode body) {
        return json(send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
    }

    /// @throws CannotRunException for any answer but a success
    public JsonNode postFile(String path, String type, Path file) {
        try {
            return json(send(request(path).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofFile(file))));
        } catch (FileNotFoundException e) {
            throw new CannotRunException("There is no file " + file + ".");
        }
    }

    /// @throws CannotRunException for any answer but a success
    public void delete(String path) {
        String _ = send(request(path).DELETE());
    }

    @Override
    public void close() {
        client.close();
    }

    private void renew() {
        ObjectNode body = credentials.orElseThrow();
        token = "";
        token = post("/auth/login", body).path("data").path("token").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(patience);
    }

    private String send(HttpRequest.Builder request) {
        HttpResponse<String> response = exchange(request);
        if (response.statusCode() == 401 && credentials.isPresent() && !token.isEmpty()) {
            renew();
            response = exchange(request);
        }
        if (response.statusCode() >= 300) {
            throw new CannotRunException(response.request().method() + " " + response.uri() + " was answered "
                    + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private HttpResponse<String> exchange(HttpRequest.Builder builder) {
        if (!token.isEmpty()) {
            builder.setHeader("Authorization", "Bearer " + token);
        }
        HttpRequest request = builder.build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new CannotRunException("No answer to " + request.method() + " " + request.uri() + ": "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private static JsonNode json(String body) {
        try {
            return body.isEmpty() ? JSON.missingNode() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new CannotRunException("An answer of the API is not JSON: " + e.getOriginalMessage());
        }
    }
}
