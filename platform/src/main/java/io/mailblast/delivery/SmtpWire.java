package io.mailblast.delivery;

import io.mailblast.mime.MessageBytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// The bytes of one SMTP connection, in the clear or in TLS, and how far they got when it broke.
final class SmtpWire implements AutoCloseable {

    private static final byte[] NOTHING = {};
    /// More than most mails have.
    private static final int OUT_BYTES = 32 << 10;
    /// Where what goes out is put together: the memory that was used last is the nearest.
    private static final Deque<ByteBuffer> OUT = new ConcurrentLinkedDeque<>();

    private final SocketChannel channel;
    private SmtpLines in;
    private @Nullable SSLSocket tls;

    /// When whatever goes on now must have ended; who looks after the connections closes one that is late,
    /// since a write has no time-out of its own. It stands in for `TCP_USER_TIMEOUT` too, which the JDK does
    /// not offer (`jdk.net.ExtendedSocketOptions` has keep-alive, quick acknowledgement and no more).
    private volatile long deadlineNs = Long.MAX_VALUE;

    private SmtpWire(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.in = new SmtpLines(channel.socket().getInputStream());
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
        in = new SmtpLines(socket.getInputStream());
    }

    /// From now on the deadline alone bounds a wait: a time-out for each read costs a timer for each.
    void untimed() throws IOException {
        channel.socket().setSoTimeout(0);
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
        if (writeUpTo(MessageBytes.of(bytes), NOTHING) < bytes.length) {
            throw new IOException("the connection was lost");
        }
    }

    /// Writes both, and says how far it got: so many bytes may have left, and no byte after them has. Where it
    /// is not known how far a write got (TLS), the second part counts as written once it was tried.
    int writeUpTo(MessageBytes first, byte[] second) {
        return tls == null ? writeClear(first, second) : writeTls(tls, first.toBytes(), second);
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
            abort();
        }
    }

    /// Closes so that the kernel forgets what it has not sent yet, instead of trying for minutes.
    private void abort() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    private int writeClear(MessageBytes first, byte[] second) {
        ByteBuffer free = OUT.pollFirst();
        ByteBuffer out = free == null ? ByteBuffer.allocateDirect(OUT_BYTES) : free;
        int written = 0;
        int length = first.length() + second.length;
        try {
            while (written < length) {
                out.clear();
                int _ = first.copy(Math.min(written, first.length()), out);
                int begun = Math.max(0, written - first.length());
                out.put(second, begun, Math.min(second.length - begun, out.remaining()));
                out.flip();
                while (out.hasRemaining()) {
                    written += channel.write(out);
                }
            }
        } catch (IOException e) {
            // A write that failed took nothing: how far the ones before it came is known.
        }
        OUT.addFirst(out);
        return written;
    }

    private static int writeTls(SSLSocket socket, byte[] first, byte[] second) {
        try {
            socket.getOutputStream().write(first);
        } catch (IOException e) {
            return 0;
        }
        try {
            socket.getOutputStream().write(second);
        } catch (IOException e) {
            // Perhaps it left and perhaps not.
        }
        return first.length + second.length;
    }
}
