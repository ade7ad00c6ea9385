package io.mailblast.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Posts JSON to a receiver and sorts what comes back. Follows no redirect: what holds a secret must not go elsewhere.
/// No reason that it gives holds the URL, or anything that the other side or a library wrote.
final class HttpPost {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int MAX_BYTES = 64 << 10;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final HttpClient client;
    private final Duration timeout;
    private final InstantSource clock;

    /// What came back.
    sealed interface Reply {

        /// A 2xx.
        ///
        /// @param body its first 64 KB
        record Fine(String body) implements Reply {}

        /// A 4xx, or a redirect that is to stay: the same again would fare the same.
        ///
        /// @param body its first 64 KB
        record Refused(int status, String body) implements Reply {}

        /// A 5xx, a 429, and whatever else may pass.
        ///
        /// @param after what `Retry-After` says, at most an hour; zero where it says nothing
        record Busy(int status, Duration after) implements Reply {}

        /// No answer, or no HTTP.
        record Nothing(String reason) implements Reply {}

        /// For a receiver whose status says all.
        default Receiver.Answer asAnswer() {
            return switch (this) {
                case Fine _ -> new Receiver.Answer.Taken();
                case Refused(int status, String _) -> new Receiver.Answer.Never("answered " + status);
                case Busy(int status, Duration after) -> new Receiver.Answer.Later("answered " + status, after);
                case Nothing(String reason) -> new Receiver.Answer.Later(reason, Duration.ZERO);
            };
        }
    }

    /// @param timeout of all of one exchange, from the name's resolution to the end of the body
    HttpPost(Duration timeout, InstantSource clock) {
        this.timeout = timeout;
        this.clock = clock;
        // Not HTTP/2: over plain HTTP the JDK would ask each server to upgrade, which some take amiss.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    Reply post(URI to, JsonNode body) throws InterruptedException {
        return send(request(to, body).build());
    }

    /// @param token for `Authorization: Bearer` (RFC 6750 §2.1); empty for none
    Reply post(URI to, JsonNode body, String token) throws InterruptedException {
        HttpRequest.Builder request = request(to, body);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request.build());
    }

    private static HttpRequest.Builder request(URI to, JsonNode body) {
        return HttpRequest.newBuilder(to)
                .header("Content-Type", "application/json")
                .header("User-Agent", "MailBlast")
                // By way of a string, since a lone surrogate is a failure for Jackson's bytes.
                .POST(HttpRequest.BodyPublishers.ofString(json(body)));
    }

    private static String json(JsonNode body) {
        try {
            return Json.MAPPER.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private Reply send(HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, _ -> new FirstBytes(MAX_BYTES));
        try {
            // Not the request's own time-out, which ends with the headers.
            return sorted(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return new Reply.Nothing("no answer in time");
        } catch (ExecutionException e) {
            return new Reply.Nothing(reason(e.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    private Reply sorted(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Reply.Fine(text(response));
        }
        boolean forNow = status == 408 || status == 425 || status == 429 || status >= 500;
        boolean elsewhere = status < 400 && status != 301 && status != 308;
        return forNow || elsewhere
                ? new Reply.Busy(
                        status,
                        response.headers()
                                .firstValue("Retry-After")
                                .map(this::after)
                                .orElse(Duration.ZERO))
                : new Reply.Refused(status, text(response));
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /// RFC 9110 §10.2.3: seconds, or an HTTP-date.
    private Duration after(String retryAfter) {
        String text = retryAfter.strip();
        if (text.matches("\\d+")) {
            return text.length() > 9 ? LONGEST_WAIT : bounded(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return bounded(Duration.between(clock.instant(), date));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static String reason(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            switch (each) {
                case HttpTimeoutException _ -> {
                    return "no answer in time";
                }
                case ConnectException _ -> {
                    return "no connection";
                }
                case SSLException _ -> {
                    return "no TLS connection";
                }
                case ProtocolException _ -> {
                    return "answered with something else than HTTP";
                }
                default -> {
                    // Its cause may tell.
                }
            }
        }
        return "the connection ended without an answer";
    }
}
