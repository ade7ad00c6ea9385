package io.mailblast.delivery;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// The bytes of one SMTP connection, in the clear or in TLS, and how far they got when it broke.
final class SmtpWire implements AutoCloseable {

    private final SocketChannel channel;
    private InputStream in;
    private @Nullable SSLSocket tls;

    /// When whatever goes on now must have ended; who looks after the connections closes one that is late, since a
    /// write has no time-out of its own.
    private volatile long deadlineNs = Long.MAX_VALUE;

    private SmtpWire(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.in = new BufferedInputStream(channel.socket().getInputStream(), 2_048);
    }

    static SmtpWire connect(String host, int port, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(new InetSocketAddress(host, port), (int) Math.min(timeout.toMillis(), 10_000));
            channel.socket().setSoTimeout((int) timeout.toMillis());
            return new SmtpWire(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The certificate must be the host's (RFC 6125) and come from somebody whom this JVM trusts.
    void startTls(SSLSocketFactory factory, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(channel.socket(), host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!host.matches("[0-9.]+|.*:.*")) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        tls = socket;
        in = new BufferedInputStream(socket.getInputStream(), 2_048);
    }

    boolean isEncrypted() {
        return tls != null;
    }

    boolean isLocal() {
        return channel.socket().getInetAddress() != null
                && channel.socket().getInetAddress().isLoopbackAddress();
    }

    SmtpReply reply() throws IOException {
        return SmtpReply.read(in);
    }

    /// @throws IOException when it did not go out whole
    void write(byte[] bytes) throws IOException {
        int written = writeUpTo(bytes, bytes.length);
        if (written < bytes.length) {
            throw new IOException("the connection was lost");
        }
    }

    /// Writes, and says how far it got: so many bytes may have left, and no byte after them has.
    ///
    /// @param careful from here on bytes are written by themselves where it is not known how far a write got
    int writeUpTo(byte[] bytes, int careful) {
        return tls == null ? writeClear(bytes) : writeTls(tls, bytes, careful);
    }

    void deadline(Duration from) {
        deadlineNs = System.nanoTime() + from.toNanos();
    }

    void noDeadline() {
        deadlineNs = Long.MAX_VALUE;
    }

    void closeIfLate(long nowNs) {
        long deadline = deadlineNs;
        if (deadline != Long.MAX_VALUE && nowNs - deadline > 0) {
            close();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    private int writeClear(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            // A write that failed took nothing: what the ones before it took is the position.
        }
        return buffer.position();
    }

    private static int writeTls(SSLSocket socket, byte[] bytes, int careful) {
        try {
            socket.getOutputStream().write(bytes, 0, careful);
        } catch (IOException e) {
            return 0;
        }
        try {
            socket.getOutputStream().write(bytes, careful, bytes.length - careful);
        } catch (IOException e) {
            // Perhaps it left and perhaps not.
        }
        return bytes.length;
    }
}
