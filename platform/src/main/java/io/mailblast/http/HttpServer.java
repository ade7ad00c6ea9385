package io.mailblast.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one HTTP server of a process, on virtual threads (Helidon SE).
public final class HttpServer implements AutoCloseable {

    private static final int MAX_HEADERS_BYTES = 16 << 10;
    private static final int MAX_PROLOGUE_BYTES = 16 << 10;

    private final WebServer server;
    private final Dispatcher dispatcher;
    private final Duration drain;
    private final SilenceWatch watch;
    private final ProcessorWait processors;
    private final List<Route> routes;

    private HttpServer(
            WebServer server,
            Dispatcher dispatcher,
            Duration drain,
            SilenceWatch watch,
            ProcessorWait processors,
            List<Route> routes) {
        this.server = server;
        this.dispatcher = dispatcher;
        this.drain = drain;
        this.watch = watch;
        this.processors = processors;
        this.routes = routes;
    }

    /// Starts listening.
    ///
    /// @throws PortInUseException when another program has the port
    public static HttpServer start(
            HttpConfig config, Authenticator authenticator, HttpMetrics metrics, List<Feature> features) {
        List<Route> routes = new ArrayList<>();
        features.forEach(feature -> routes.addAll(feature.routes()));
        requireUniqueOperations(routes);
        Admission admission = new Admission(config.maxAtOnce(), config.maxWait());
        ProcessorWait processors = new ProcessorWait(admission::adjust);
        metrics.watch(admission::turns, processors::seconds);
        Dispatcher dispatcher = new Dispatcher(
                authenticator,
                new BodyReader(config.maxBodyBytes(), config.readTimeout()),
                new ClientAddress(config.trustedProxies()),
                admission,
                new MalformedLimit(config.malformedPerSecond(), System::nanoTime),
                metrics);
        requireFree(config);
        AcceptedSockets sockets = new AcceptedSockets();
        SilenceWatch watch = new SilenceWatch(sockets, config.readTimeout());
        WebServer server = WebServer.builder()
                .address(address(config.host()))
                .port(config.port())
                .backlog(4096)
                .maxTcpConnections(config.maxConnections())
                .idleConnectionTimeout(Duration.ofMinutes(2))
                .shutdownGracePeriod(config.drain())
                .shutdownHook(false)
                // The reason of a refusal reaches `refused`, which decides what is said; it is not sent as it stands.
                .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                .connectionOptions(sockets)
                .addConnectionSelector(new GuardedConnections(
                        Http1Config.builder().maxHeadersSize(MAX_HEADERS_BYTES).maxPrologueLength(MAX_PROLOGUE_BYTES),
                        sockets,
                        watch,
                        config.readTimeout()))
                .directHandlers(directHandlers(metrics))
                .routing(routing -> register(routing, routes, dispatcher))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            throw explained(e, config);
        }
        // Helidon logs what keeps a listener from starting, and returns.
        if (server.port() < 0) {
            throw new PortInUseException(config.host(), config.port(), null);
        }
        watch.start();
        processors.start();
        return new HttpServer(server, dispatcher, config.drain(), watch, processors, List.copyOf(routes));
    }

    public int port() {
        return server.port();
    }

    public List<Route> routes() {
        return routes;
    }

    /// Sends clients elsewhere with the last answer that each connection gets, for a tenth of `http.drain` at most:
    /// a connection that is only closed may just then carry a request. Then refuses new connections, lets requests
    /// in flight finish within `http.drain`, and closes. Can be called twice.
    @Override
    public void close() {
        if (server.isRunning()) {
            dispatcher.leave();
            try {
                watch.awaitNone(drain.dividedBy(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        server.stop();
        watch.close();
        processors.close();
    }

    private static void register(HttpRouting.Builder routing, List<Route> routes, Dispatcher dispatcher) {
        Map<String, Map<String, Route>> byPath = new LinkedHashMap<>();
        for (Route route : routes) {
            byPath.computeIfAbsent(route.path, path -> new LinkedHashMap<>()).put(route.method, route);
        }
        // One path after the other is tried, so what is asked for often goes first. A path without parameters goes
        // before one whose parameter would take its place.
        byPath.entrySet().stream()
                .sorted(java.util.Comparator.comparing((Map.Entry<String, Map<String, Route>> entry) ->
                                entry.getValue().values().stream().noneMatch(route -> route.often))
                        .thenComparing(entry -> entry.getKey().contains("{")))
                .forEach(entry -> routing.any(
                        pattern(entry.getValue().values().iterator().next()),
                        (request, response) ->
                                dispatcher.dispatch(entry.getValue(), entry.getKey(), request, response)));
        routing.any(dispatcher::notFound);
    }

    /// A word at a path's end may hold anything, slashes among it, so that it is the route that refuses it, by
    /// name.
    private static String pattern(Route route) {
        int last = route.path.lastIndexOf("/{") + 2;
        boolean isWord = route.path.endsWith("}")
                && !(route.pathParameters.get(route.path.substring(last, route.path.length() - 1))
                        instanceof Schema.Whole);
        return isWord ? route.path.substring(0, last) + "+" + route.path.substring(last) : route.path;
    }

    /// Requests that HTTP itself refuses, before there is a route: malformed, too many headers.
    private static DirectHandlers directHandlers(HttpMetrics metrics) {
        DirectHandlers.Builder builder = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            builder.addHandler(type, (request, event, status, headers, message) -> {
                DirectHandler.TransportResponse response = refused(status, headers, message);
                if (response.status().code() < 500) {
                    metrics.malformed();
                }
                return response;
            });
        }
        return builder.build();
    }

    private static DirectHandler.TransportResponse refused(
            Status status, io.helidon.http.ServerResponseHeaders headers, String message) {
        String reason = message == null ? "" : message.toLowerCase(Locale.ROOT);
        boolean headersTooLarge = reason.contains("header") && (reason.contains("size") || reason.contains("large"));
        // The parser knows some methods and names only as errors of its own.
        boolean unreadable = status.code() == 500 && ConnectionGuard.isReadingHead();
        int code = headersTooLarge ? 431 : unreadable ? 400 : status.code();
        Problem problem = switch (code) {
            case 431 ->
                Problem.of(
                        431,
                        "headers-too-large",
                        "The headers are too large",
                        "All headers together may have " + MAX_HEADERS_BYTES + " bytes.");
            case 405 -> Problem.of(405, "method-not-allowed", "Not for this method", "No path takes this method.");
            case 408 -> Problem.of(408, "too-slow", "The request took too long", "Its head did not arrive in time.");
            case 413 -> Problem.of(413, "too-large", "The body is too large", "Send less at once.");
            case 414 ->
                Problem.of(
                        414,
                        "uri-too-long",
                        "The address is too long",
                        "Its limit is " + MAX_PROLOGUE_BYTES + " bytes.");
            case 500 -> Problem.of(500, "internal", "Something went wrong here", "The request could not be answered.");
            case 503 -> {
                headers.set(HeaderValues.create(HeaderNames.RETRY_AFTER, "5"));
                yield Problem.unavailable("Too many requests at once. Try again in a few seconds.");
            }
            case 505 -> Problem.of(505, "http-version", "Only HTTP/1.1 is spoken here", "Use HTTP/1.1.");
            default -> Problem.of(code, "malformed", "The request is malformed", "It is not well-formed HTTP.");
        };
        headers.set(HeaderValues.create(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE));
        byte[] body;
        try {
            body = Json.MAPPER.writeValueAsBytes(problem);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a problem cannot be written", e);
        }
        return DirectHandler.TransportResponse.builder()
                .status(Status.create(code))
                .headers(headers)
                .entity(body)
                .keepAlive(false)
                .build();
    }

    private static void requireUniqueOperations(List<Route> routes) {
        Set<String> seen = new HashSet<>();
        for (Route route : routes) {
            if (!seen.add(route.operation) || !seen.add(route.method + " " + route.path)) {
                throw new IllegalStateException("two routes for " + route.method + " " + route.path);
            }
        }
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("host: " + host + ", allowed: an address of this machine");
        }
    }

    /// Tried out before, because Helidon writes two stack traces about it.
    private static void requireFree(HttpConfig config) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address(config.host()), config.port()));
        } catch (IOException e) {
            throw new PortInUseException(config.host(), config.port(), e);
        }
    }

    private static RuntimeException explained(RuntimeException e, HttpConfig config) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new PortInUseException(config.host(), config.port(), e);
            }
        }
        return e;
    }

    /// Another program listens where this one should.
    public static final class PortInUseException extends RuntimeException {
        PortInUseException(String host, int port, @Nullable Throwable cause) {
            super(
                    "Cannot listen on " + host + ":" + port + ": the port is in use or not allowed."
                            + " Stop what uses it, or set `port` (MAILBLAST_PORT) to another.",
                    cause);
        }
    }
}
