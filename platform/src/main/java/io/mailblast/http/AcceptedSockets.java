package io.mailblast.http;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The options of accepted sockets, and the way from a connection to its channel: Helidon shows the channel
/// here only, and [ConnectionGuard] needs it to end a read that waits too long. Between the two steps, which is
/// until its first byte has come, an accepted channel is kept by its peer's address.
final class AcceptedSockets implements SocketOptions {

    private final SocketOptions options =
            SocketOptions.builder().tcpNoDelay(true).build();
    private final Map<SocketAddress, Accepted> accepted = new ConcurrentHashMap<>();

    /// @param atNs when, by [System#nanoTime]
    private record Accepted(SocketChannel channel, long atNs) {}

    /// The channel that was accepted from a peer; can be taken once.
    @Nullable
    SocketChannel take(SocketAddress peer) {
        Accepted taken = accepted.remove(peer);
        return taken == null ? null : taken.channel();
    }

    /// Closes those from which nothing has come for so long, and forgets them and all that have ended.
    void endSilent(long nowNs, long patienceNs) {
        accepted.values().removeIf(each -> {
            if (nowNs - each.atNs() > patienceNs) {
                try {
                    each.channel().close();
                } catch (IOException e) {
                    // Closed by now.
                }
            }
            return !each.channel().isOpen();
        });
    }

    @Override
    public void configureSocket(SocketChannel channel) {
        options.configureSocket(channel);
        try {
            accepted.put(channel.getRemoteAddress(), new Accepted(channel, System.nanoTime()));
        } catch (IOException e) {
            // Closed by the client already: the first read says so.
        }
    }

    @Override
    public void configureSocket(Socket socket) {
        options.configureSocket(socket);
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return options.tcpNoDelay();
    }
}
