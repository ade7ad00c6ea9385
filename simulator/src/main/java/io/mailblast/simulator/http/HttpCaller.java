package io.mailblast.simulator.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Calls over HTTP/1.1 with at most so many connections at once; further calls wait. Connections are kept for
/// reuse while they are young, so that a request seldom meets one that the server is just closing.
public final class HttpCaller implements Closeable {

    private static final long MAX_IDLE_NS = Duration.ofSeconds(4).toNanos();

    /// One request.
    ///
    /// @param headers without `Host` and `Content-Length`
    public record Request(String method, URI uri, Map<String, String> headers, byte[] body) {}

    /// What came back. Its body was read and thrown away.
    ///
    /// @param location the header of this name, empty if there is none
    public record Answer(int status, String location) {}

    private final Semaphore permits;
    private final int timeoutMs;
    private final Map<String, Deque<Connection>> idle = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public HttpCaller(int connections, Duration timeout) {
        this.permits = new Semaphore(connections);
        this.timeoutMs = Math.toIntExact(timeout.toMillis());
    }

    /// Sends a request and reads its answer, once. A connection that the server had closed meanwhile is
    /// replaced.
    ///
    /// @throws IOException if no answer came: the request may have been acted upon or not
    public Answer call(Request request) throws IOException, InterruptedException {
        permits.acquire();
        try {
            return callHoldingPermit(request);
        } finally {
            permits.release();
        }
    }

    private Answer callHoldingPermit(Request request) throws IOException {
        URI uri = request.uri();
        String origin = uri.getScheme() + "://" + uri.getAuthority();
        Deque<Connection> kept = idle.computeIfAbsent(origin, _ -> new ConcurrentLinkedDeque<>());
        Connection connection = young(kept);
        if (connection != null) {
            try {
                return exchange(connection, request, kept);
            } catch (StaleConnection e) {
                // Not a byte came back on a connection that had been idle: the server had closed it.
            }
        }
        return exchange(Connection.open(uri, timeoutMs), request, kept);
    }

    private static @Nullable Connection young(Deque<Connection> kept) {
        for (Connection connection = kept.pollFirst(); connection != null; connection = kept.pollFirst()) {
            if (System.nanoTime() - connection.lastUsedNs() < MAX_IDLE_NS) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    private Answer exchange(Connection connection, Request request, Deque<Connection> kept) throws IOException {
        boolean reusable = false;
        try {
            Answer answer = connection.exchange(request);
            reusable = connection.isReusable() && !closed;
            return answer;
        } finally {
            if (reusable) {
                kept.addFirst(connection);
            } else {
                connection.close();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        idle.values().forEach(kept -> {
            for (Connection connection = kept.pollFirst(); connection != null; connection = kept.pollFirst()) {
                connection.close();
            }
        });
    }
}
