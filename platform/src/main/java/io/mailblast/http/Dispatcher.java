package io.mailblast.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mailblast.db.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a request through the steps that all share: method, token, parameters, body, feature, answer. Whatever
/// goes wrong on the way becomes a problem here and nowhere else.
final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /// More than this of a body that was not read is not worth a connection.
    private static final int MAX_UNREAD_BYTES = 64 << 10;

    /// How long a connection waits after each answer that says there were too many.
    private static final Duration PAUSE = Duration.ofMillis(200);

    /// Made once: it is for those who send many.
    private static final Answer LIMITED = Answer.bytes(
                    429,
                    Problem.MEDIA_TYPE,
                    write(
                            Problem.of(
                                    429,
                                    "too-many-malformed",
                                    "Too many malformed requests",
                                    "Too many malformed requests come from your network. Well-formed ones are answered as ever.")))
            .with("Retry-After", "5");

    private final Authenticator authenticator;
    private final BodyReader bodies;
    private final ClientAddress addresses;
    private final Admission admission;
    private final MalformedLimit malformed;
    private final HttpMetrics metrics;
    private volatile boolean leaving;

    Dispatcher(
            Authenticator authenticator,
            BodyReader bodies,
            ClientAddress addresses,
            Admission admission,
            MalformedLimit malformed,
            HttpMetrics metrics) {
        this.authenticator = authenticator;
        this.bodies = bodies;
        this.addresses = addresses;
        this.admission = admission;
        this.malformed = malformed;
        this.metrics = metrics;
    }

    /// From now on each answer is the last one of its connection, and says so: clients and load balancers take another.
    void leave() {
        leaving = true;
    }

    /// @param routes of this path, by method
    void dispatch(Map<String, Route> routes, String path, ServerRequest request, ServerResponse response) {
        long start = System.nanoTime();
        String method = request.prologue().method().text();
        Route route = routes.get(method.equals("HEAD") ? "GET" : method);
        Answer answer = limited(route, answer(route, routes, request), request);
        try {
            finish(answer, request, response);
        } finally {
            if (route == null || !route.live) {
                metrics.answered(
                        route == null ? "other" : route.method, path, answer.status(), System.nanoTime() - start);
            }
        }
        pauseAfter(answer);
    }

    void notFound(ServerRequest request, ServerResponse response) {
        long start = System.nanoTime();
        Answer answer = limited(null, Answer.problem(Problem.notFound("page")), request);
        try {
            finish(answer, request, response);
        } finally {
            metrics.answered("other", "unknown", answer.status(), System.nanoTime() - start);
        }
        pauseAfter(answer);
    }

    /// A connection that asks for too much waits for its next request to be read. It costs the server a parked
    /// virtual thread, and keeps the carriers free for others. A proxy that carries many clients has other
    /// connections for them meanwhile.
    private static void pauseAfter(Answer answer) {
        if (answer.status() != 429) {
            return;
        }
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            // The server stops.
            Thread.currentThread().interrupt();
        }
    }

    /// What a malformed request, or one for what is not there, is answered instead once too many came from its
    /// address prefix. Only where anybody may ask: who is signed in has made mistakes, not a flood.
    private Answer limited(@Nullable Route route, Answer answer, ServerRequest request) {
        boolean isMalformed = (route == null || route.access == Access.PUBLIC)
                && switch (answer.status()) {
                    case 400, 404, 405, 413, 415 -> true;
                    default -> false;
                };
        if (!isMalformed) {
            return answer;
        }
        if (malformed.admits(client(request))) {
            metrics.malformed();
            return answer;
        }
        metrics.limited();
        return answer.headers().containsKey("Connection") ? LIMITED.with("Connection", "close") : LIMITED;
    }

    /// Sends the answer and leaves the connection where the next request begins, or closes it: where a long
    /// body was not read, or the answer says so. Helidon alone would go on and take the rest of a body for a
    /// request.
    private void finish(Answer answer, ServerRequest request, ServerResponse response) {
        boolean unread = hasBody(request) && !request.content().consumed();
        boolean close = leaving
                || answer.headers().containsKey("Connection")
                || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
                || (unread && !isWorthReading(request));
        send(
                close ? answer.with("Connection", "close") : answer,
                request.prologue().method().text().equals("HEAD"),
                response);
        if (close) {
            throw new CloseConnectionException("the answer was the last one of this connection");
        }
        if (unread) {
            try {
                request.content().consume();
            } catch (RuntimeException e) {
                throw new CloseConnectionException("the body did not end", e);
            }
        }
        ConnectionGuard.answered();
    }

    private static boolean hasBody(ServerRequest request) {
        return request.headers().contains(HeaderNames.TRANSFER_ENCODING)
                || request.headers().contentLength().orElse(0) > 0;
    }

    /// A short body that nobody asked for is read, so that the connection can be kept.
    private static boolean isWorthReading(ServerRequest request) {
        return !request.headers().contains(HeaderNames.TRANSFER_ENCODING)
                && !request.headers().contains(HeaderNames.EXPECT)
                && request.headers().contentLength().orElse(0) <= MAX_UNREAD_BYTES;
    }

    private Answer answer(@Nullable Route route, Map<String, Route> routes, ServerRequest request) {
        try {
            if (route == null) {
                return methodNotAllowed(routes, request);
            }
            return inTurn(route, request);
        } catch (ProblemException e) {
            return of(route, e.problem());
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RequestException e) {
            return of(route, BodyStream.malformed().problem());
        } catch (BodyReader.Disconnected e) {
            throw new CloseConnectionException("the client went away", e);
        } catch (Exception e) {
            return of(route, failure(route, e));
        }
    }

    /// Whoever sends a body slowly has no turn meanwhile.
    private Answer inTurn(Route route, ServerRequest request) throws Exception {
        Call call = call(route, request);
        try (Admission.Turn turn = admission.enter(Admission.Kind.of(route))) {
            if (turn == null) {
                metrics.shed();
                return of(route, Problem.unavailable("Too many requests at once. Try again in a few seconds."));
            }
            return route.handler.handle(call);
        }
    }

    private static Problem failure(@Nullable Route route, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (Database.isAway(cause)) {
                return Problem.unavailable("The database does not answer. Try again in a few seconds.");
            }
        }
        if (BodyReader.isTimeout(e)) {
            return Problem.of(408, "too-slow", "The request took too long", "The body did not arrive in time.");
        }
        String reference = Long.toHexString(ThreadLocalRandom.current().nextLong());
        LOG.error(
                "request=failed route=\"{} {}\" reference={}",
                route == null ? "" : route.method,
                route == null ? "" : route.path,
                reference,
                e);
        return Problem.of(
                500,
                "internal",
                "Something went wrong here",
                "It was logged under reference " + reference
                        + "; nothing that was asked for is certain to have happened.");
    }

    /// A problem with the headers that its status asks for.
    private static Answer of(@Nullable Route route, Problem problem) {
        Answer answer = route == null || route.words == null ? Answer.problem(problem) : route.words.of(problem);
        return switch (problem.status()) {
            case 401 -> answer.with("WWW-Authenticate", "Bearer realm=\"mailblast\"");
            case 429, 503 -> answer.with("Retry-After", "5");
            // What is left of the body is not worth reading.
            case 408, 413 -> answer.with("Connection", "close");
            default -> answer;
        };
    }

    private Answer methodNotAllowed(Map<String, Route> routes, ServerRequest request) {
        TreeMap<String, Route> allowed = new TreeMap<>(routes);
        String allow = String.join(", ", allowed.keySet()) + (routes.containsKey("GET") ? ", HEAD" : "");
        return Answer.problem(Problem.of(
                        405,
                        "method-not-allowed",
                        "Not for this method",
                        request.prologue().method().text().length() > 20
                                ? "This path takes " + allow + "."
                                : request.prologue().method().text() + " is not possible here; this path takes " + allow
                                        + "."))
                .with("Allow", allow);
    }

    private Call call(Route route, ServerRequest request) {
        Principal principal = route.access == Access.PUBLIC ? null : authenticated(route, request);
        Map<String, String> path =
                Parameters.ofPath(route, name -> request.path().pathParameters().get(name));
        Map<String, List<String>> given = new LinkedHashMap<>();
        request.query().names().forEach(name -> given.put(name, request.query().all(name)));
        Map<String, String> queries = Parameters.ofQuery(route, given);
        if (!route.consumes.isEmpty()) {
            requireMediaType(route, request);
        }
        JsonNode body = route.body == null || (route.bodyOptional && !hasBody(request))
                ? null
                : bodies.read(request, route.body);
        return new Call(new RequestSource(request), principal, path, queries, body, client(request));
    }

    private String client(ServerRequest request) {
        return addresses.of(request.remotePeer().host(), request.headers().values(HeaderNames.X_FORWARDED_FOR));
    }

    private Principal authenticated(Route route, ServerRequest request) {
        String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        Principal principal = header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authenticator.authenticate(header.substring(7).strip())
                : null;
        if (principal == null) {
            throw Problem.unauthorized().asException();
        }
        if (route.access == Access.OPERATOR && !principal.operator()) {
            throw Problem.forbidden().asException();
        }
        return principal;
    }

    private static void requireMediaType(Route route, ServerRequest request) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!route.consumes.contains(media)) {
            throw BodyReader.unsupported(route.consumes);
        }
    }

    private static void send(Answer answer, boolean headOnly, ServerResponse response) {
        response.status(Status.create(answer.status()));
        response.header(HeaderValues.create("X-Content-Type-Options", "nosniff"));
        answer.headers().forEach((name, value) -> response.header(HeaderValues.create(name, value)));
        switch (answer.body()) {
            case Answer.Empty empty -> response.send();
            case Answer.Json json -> sendBytes(write(json.value()), json.mediaType(), headOnly, response);
            case Answer.Bytes bytes -> sendBytes(bytes.bytes(), bytes.mediaType(), headOnly, response);
            case Answer.Stream stream -> {
                response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, stream.mediaType()));
                if (headOnly) {
                    response.send();
                    return;
                }
                try (OutputStream out = response.outputStream()) {
                    stream.writer().write(out);
                } catch (IOException | UncheckedIOException e) {
                    throw new CloseConnectionException("a stream broke off", e);
                }
            }
        }
    }

    private static void sendBytes(byte[] bytes, String mediaType, boolean headOnly, ServerResponse response) {
        response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, mediaType));
        if (headOnly) {
            response.header(HeaderValues.create(HeaderNames.CONTENT_LENGTH, bytes.length));
            response.send();
        } else {
            response.send(bytes);
        }
    }

    private static byte[] write(Object value) {
        try {
            return Json.MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }
}
