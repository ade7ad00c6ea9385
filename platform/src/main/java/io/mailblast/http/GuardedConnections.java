package io.mailblast.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/// Makes Helidon's HTTP/1.1 connections with a [ConnectionGuard] before each, and closes them so that a client
/// which is still sending gets to read why: closing a socket with unread bytes resets it, and the answer is
/// lost with it.
final class GuardedConnections implements ServerConnectionSelector {

    private static final Duration LINGER = Duration.ofMillis(500);
    private static final int LINGER_BYTES = 4 << 20;

    private final Http1ConnectionSelector http1;
    private final AcceptedSockets sockets;
    private final SilenceWatch watch;
    private final Duration patience;

    /// @param patience for silences, and for a head as a whole
    GuardedConnections(Http1Config.Builder config, AcceptedSockets sockets, SilenceWatch watch, Duration patience) {
        this.http1 = Http1ConnectionSelector.builder()
                .config(config.addReceiveListener(new Phases()).build())
                .build();
        this.sockets = sockets;
        this.watch = watch;
        this.patience = patience;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    /// Everything: what is no HTTP/1.1 is told so.
    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        ConnectionGuard guard = new ConnectionGuard(
                context.dataReader(),
                context.serverSocket(),
                context.dataWriter(),
                sockets.take(context.remotePeer().address()),
                patience);
        return new Connection(guard, watch, context, http1.connection(new Context(context, guard)));
    }

    /// Tells a guard how far its connection is.
    private static final class Phases implements Http1ConnectionListener {

        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            if (context instanceof Context own) {
                own.guard().headBegan();
            }
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (context instanceof Context own) {
                own.guard().headEnded();
            }
        }
    }

    private record Connection(
            ConnectionGuard guard, SilenceWatch watch, ConnectionContext context, ServerConnection inner)
            implements ServerConnection {

        @Override
        public void handle(Limit limit) throws InterruptedException {
            watch.add(guard);
            try {
                guard.run(() -> {
                    inner.handle(limit);
                    return null;
                });
            } finally {
                watch.remove(guard);
                if (!guard.ended() && !Thread.currentThread().isInterrupted()) {
                    linger();
                }
            }
        }

        /// Reads on for a moment without looking. Whoever closes the socket afterwards also ends the reader.
        private void linger() throws InterruptedException {
            if (guard.silent()) {
                Thread.sleep(LINGER);
                return;
            }
            Thread.ofVirtual()
                    .name("http-linger")
                    .start(() -> {
                        int drained = 0;
                        try {
                            while (drained < LINGER_BYTES) {
                                byte[] bytes = context.serverSocket().get();
                                if (bytes == null) {
                                    return;
                                }
                                drained += bytes.length;
                            }
                        } catch (RuntimeException e) {
                            // Closed by either side: that is what was waited for.
                        }
                    })
                    .join(LINGER);
        }

        @Override
        public Duration idleTime() {
            return inner.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            inner.close(interrupt);
        }
    }

    private record Context(ConnectionContext inner, ConnectionGuard guard) implements ConnectionContext {

        @Override
        public DataReader dataReader() {
            return guard.parser();
        }

        @Override
        public ListenerContext listenerContext() {
            return inner.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return inner.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return guard;
        }

        @Override
        public Router router() {
            return inner.router();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return inner.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return inner.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return inner.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return inner.localPeer();
        }

        @Override
        public boolean isSecure() {
            return inner.isSecure();
        }

        @Override
        public String socketId() {
            return inner.socketId();
        }

        @Override
        public String childSocketId() {
            return inner.childSocketId();
        }
    }
}
