package io.mailblast.validation.prove;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Speaks to an API that may be dead, frozen or without its database at any moment. What may be repeated is
/// repeated until it is answered; what may not says what came.
final class Caller implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration ONE_CALL = Duration.ofSeconds(8);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String base;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ObjectNode credentials;
    private volatile String token = "";

    /// @param email empty for who does not sign in
    Caller(String base, String email, String password) {
        this.base = base;
        this.credentials = JSON.createObjectNode().put("email", email).put("password", password);
    }

    /// What came of a call.
    ///
    /// @param status 0 where no answer came
    record Answer(int status, String body) {

        boolean isGood() {
            return status >= 200 && status < 300;
        }

        /// Worth a repetition: nobody answered, or one who cannot at the moment.
        boolean isAway() {
            return status == 0 || status >= 500;
        }

        JsonNode json() {
            try {
                return body.isEmpty() ? JSON.missingNode() : JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new CannotRunException("An answer is not JSON: " + body);
            }
        }

        JsonNode data() {
            return json().path("data");
        }
    }

    /// Repeated until there is an answer that is no trouble of the server.
    ///
    /// @throws CannotRunException when it is refused, or nothing answers for minutes
    JsonNode get(String path) {
        return insist("GET " + path, () -> send(request(path).GET())).json();
    }

    /// As [#get], where one answer may take longer.
    JsonNode get(String path, Duration oneCall) {
        return insist("GET " + path, () -> send(request(path).timeout(oneCall).GET()))
                .json();
    }

    /// Once.
    Answer once(String path) {
        return send(request(path).GET());
    }

    /// As [#get], without reading the answer.
    String text(String path) {
        return insist("GET " + path, () -> send(request(path).GET())).body();
    }

    /// Repeated as [#get]: only for what may be done twice.
    JsonNode postAgain(String path, JsonNode body, Map<String, String> headers) {
        return insist("POST " + path, () -> post(path, body, headers)).json();
    }

    /// Repeated as [#get]: only where a file may be imported twice.
    JsonNode postCsv(String path, String csv) {
        return insist(
                        "POST " + path,
                        () -> send(request(path)
                                .header("Content-Type", "text/csv")
                                .POST(HttpRequest.BodyPublishers.ofString(csv))))
                .json();
    }

    /// Repeated as [#get].
    void delete(String path) {
        Answer answer = away(() -> send(request(path).DELETE()));
        if (!answer.isGood() && answer.status() != 404) {
            throw refused("DELETE " + path, answer);
        }
    }

    /// Once.
    Answer post(String path, JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        request.setHeader("Content-Type", "application/json");
        headers.forEach(request::setHeader);
        return send(request);
    }

    /// Once; a form, as mail programs post to unsubscribe.
    Answer postForm(String path, String form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    /// Repeated until a server answers.
    Answer away(java.util.function.Supplier<Answer> call) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Answer answer = call.get();
            if (!answer.isAway() || System.nanoTime() > deadline) {
                return answer;
            }
            pause(100);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    static void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private Answer insist(String what, java.util.function.Supplier<Answer> call) {
        Answer answer = away(call);
        if (!answer.isGood()) {
            throw refused(what, answer);
        }
        return answer;
    }

    private static CannotRunException refused(String what, Answer answer) {
        return new CannotRunException(
                answer.status() == 0
                        ? "No answer to " + what + " for " + PATIENCE.toSeconds() + " s: " + answer.body()
                        : what + " was answered " + answer.status() + ": " + answer.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(ONE_CALL);
    }

    private Answer send(HttpRequest.Builder request) {
        if (credentials.path("email").asText().isEmpty()) {
            return exchange(request);
        }
        if (token.isEmpty()) {
            Answer signedIn = signIn();
            if (!signedIn.isGood()) {
                return signedIn;
            }
        }
        Answer answer = exchange(request.setHeader("Authorization", "Bearer " + token));
        if (answer.status() == 401) {
            token = "";
            return new Answer(503, "The token has run out.");
        }
        return answer;
    }

    private synchronized Answer signIn() {
        if (!token.isEmpty()) {
            return new Answer(200, "");
        }
        Answer answer = exchange(request("/auth/login")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(credentials.toString())));
        if (answer.isGood()) {
            token = answer.data().path("token").asText();
        }
        return answer;
    }

    private Answer exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }
}
