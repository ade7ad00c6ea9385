package io.mailblast.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The limits of one connection: a silence inside a request ends it, so does a head or a body that comes drop
/// by drop, after a total time, or a client that does not take its answer, and no chunk is collected beyond
/// [#MAX_BUFFERED_BYTES].
///
/// It stands between the socket and Helidon's parser, which asks it for every byte, and its writer. All calls
/// are made by the connection's own thread, but for [#endIfSilent], which the [SilenceWatch] makes.
final class ConnectionGuard implements DataWriter {

    /// What may lie read but not consumed: Helidon collects a whole chunk before it hands it on.
    static final int MAX_BUFFERED_BYTES = 2 << 20;

    /// Who takes an answer more slowly than this, beyond the patience that each write has, is cut off.
    private static final int SLOWEST_BYTES_PER_SECOND = 16 << 10;

    private static final ScopedValue<ConnectionGuard> CURRENT = ScopedValue.newInstance();

    private enum Phase {
        /// Between requests; a client may be silent as long as the server keeps idle connections.
        IDLE,
        /// Request line and headers.
        HEAD,
        /// From the end of the headers to the end of the answer.
        BODY
    }

    private final DataReader before;
    private final HelidonSocket socket;
    private final DataWriter writer;
    private final @Nullable SocketChannel channel;
    private final DataReader parser;
    private final Duration patience;
    private Phase phase = Phase.IDLE;
    private long deadline;
    private boolean timed;
    private boolean ended;

    /// Since when a read inside a request waits ([System#nanoTime]), or 0.
    private volatile long waitingSince;

    /// When a write under way must be done ([System#nanoTime]), or 0.
    private volatile long writeDeadline;

    private volatile boolean silent;

    /// @param before what was read of the connection already, to see what it speaks
    /// @param writer to the socket
    /// @param channel of the socket, by which a read or write that waits is ended
    /// @param patience in which a head must be complete once its first byte is there
    ConnectionGuard(
            DataReader before,
            HelidonSocket socket,
            DataWriter writer,
            @Nullable SocketChannel channel,
            Duration patience) {
        this.before = before;
        this.socket = socket;
        this.writer = writer;
        this.channel = channel;
        this.patience = patience;
        this.parser = DataReader.create(this::pull);
    }

    /// What the parser reads from instead of the socket.
    DataReader parser() {
        return parser;
    }

    /// Runs a connection as the current one of this thread.
    void run(ScopedValue.CallableOp<Void, InterruptedException> connection) throws InterruptedException {
        ScopedValue.where(CURRENT, this).call(connection);
    }

    /// The request that this thread handles has until then to send its body.
    static void bodyWithin(Duration patience) {
        if (CURRENT.isBound()) {
            CURRENT.get().within(patience);
        }
    }

    /// The request that this thread handled is answered.
    static void answered() {
        if (CURRENT.isBound()) {
            CURRENT.get().phase = Phase.IDLE;
            CURRENT.get().timed = false;
        }
    }

    /// Whether this thread is still reading the head of a request: what goes wrong then is the client's fault.
    static boolean isReadingHead() {
        return CURRENT.isBound() && CURRENT.get().phase != Phase.BODY;
    }

    void headBegan() {
        if (phase != Phase.HEAD) {
            phase = Phase.HEAD;
            within(patience);
        }
    }

    void headEnded() {
        phase = Phase.BODY;
        timed = false;
    }

    /// Whether the client has closed its end.
    boolean ended() {
        return ended;
    }

    private void within(Duration patience) {
        timed = true;
        deadline = System.nanoTime() + patience.toNanos();
    }

    private byte[] pull() {
        if (timed && System.nanoTime() - deadline > 0) {
            throw tooSlow();
        }
        if (phase == Phase.BODY && parser.available() > MAX_BUFFERED_BYTES) {
            throw Problem.of(
                            413,
                            "too-large",
                            "The body is too large",
                            "A chunk may have " + MAX_BUFFERED_BYTES + " bytes.")
                    .asException();
        }
        byte[] bytes = read();
        if (phase == Phase.IDLE) {
            headBegan();
        }
        return bytes;
    }

    private byte[] read() {
        if (before.available() > 0) {
            return before.readBytes(before.available());
        }
        // Never 0, which is 'not waiting'.
        waitingSince = phase == Phase.IDLE ? 0 : System.nanoTime() | 1;
        try {
            byte[] bytes = socket.get();
            if (bytes != null) {
                return bytes;
            }
        } catch (UncheckedIOException e) {
            ended = true;
            throw new ServerConnectionException("the client went away", e);
        } finally {
            waitingSince = 0;
        }
        if (silent) {
            throw tooSlow();
        }
        ended = true;
        throw phase == Phase.BODY
                ? new CloseConnectionException("the client went away")
                : new DataReader.InsufficientDataAvailableException();
    }

    @Override
    public void write(BufferData... buffers) {
        writeNow(buffers);
    }

    @Override
    public void write(BufferData buffer) {
        writeNow(buffer);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        writeNow(BufferData.create(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        long rate = TimeUnit.SECONDS.toNanos(buffer.available() / SLOWEST_BYTES_PER_SECOND);
        writeDeadline = System.nanoTime() + patience.toNanos() + rate | 1;
        try {
            writer.writeNow(buffer);
        } finally {
            writeDeadline = 0;
        }
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        writer.close();
    }

    /// Ends a read that has waited for too long; what is written goes out as before. A write that waits for a
    /// client who takes nothing is ended with its connection.
    void endIfSilent(long nowNs, long patienceNs) {
        long deadline = writeDeadline;
        if (deadline != 0 && nowNs - deadline > 0 && channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Closed by now, which ends the write as well.
            }
            return;
        }
        long since = waitingSince;
        if (since != 0 && nowNs - since > patienceNs && channel != null) {
            silent = true;
            try {
                channel.shutdownInput();
            } catch (IOException e) {
                // Closed by now, which ends the read as well.
            }
        }
    }

    /// Whether a silence ended it: nothing more can be read.
    boolean silent() {
        return silent;
    }

    private RuntimeException tooSlow() {
        if (phase == Phase.BODY) {
            return BodyReader.tooSlow();
        }
        return RequestException.builder()
                .type(DirectHandler.EventType.OTHER)
                .status(Status.REQUEST_TIMEOUT_408)
                .setKeepAlive(false)
                .message("head too slow")
                .build();
    }
}
