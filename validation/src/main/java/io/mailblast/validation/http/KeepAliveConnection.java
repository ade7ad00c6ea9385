package io.mailblast.validation.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection, one request at a time, as little work as can be: request bytes that were made before, of an
/// answer the status and where its body ends (RFC 9112 §6). Reconnects after an answer that closes, and
/// where an idle one was closed.
///
/// One thread exchanges; any other may [#close] to end an exchange that hangs.
public final class KeepAliveConnection implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int UNTIL_CLOSE = -1;
    private static final int CHUNKED = -2;

    /// One that was used a moment ago is not looked at: that is what a load of many requests is made of.
    private static final long IDLE_NS = 20_000_000;

    private final InetSocketAddress target;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private volatile @Nullable SocketChannel channel;
    private volatile boolean closed;
    private Body body = new Body(Keep.NOTHING);
    private boolean saysWhen;
    private long usedNs;

    /// How much of a body is kept.
    private enum Keep {
        NOTHING,
        ALL
    }

    private static final class Body {

        private final Keep keep;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

        Body(Keep keep) {
            this.keep = keep;
        }

        void take(ByteBuffer in, int length) {
            if (keep == Keep.ALL) {
                byte[] part = new byte[length];
                in.get(part);
                bytes.writeBytes(part);
            } else {
                in.position(in.position() + length);
            }
        }
    }

    /// An answer with its body.
    ///
    /// @param saysWhen whether it has a `Retry-After`
    public record Answer(int status, boolean saysWhen, String body) {}

    public KeepAliveConnection(InetSocketAddress target) {
        this.target = target;
    }

    /// Sends a request and reads the whole answer.
    ///
    /// @return its status
    /// @throws IOException when none came; the next exchange begins with a new connection
    public int exchange(byte[] request) throws IOException {
        try {
            SocketChannel open = channel;
            if (open == null || (System.nanoTime() - usedNs > IDLE_NS && isStale(open))) {
                drop();
                open = connect();
            }
            send(open, request);
            int status = receive(open);
            usedNs = System.nanoTime();
            return status;
        } catch (IOException e) {
            drop();
            throw e;
        }
    }

    /// As [#exchange], and keeps the body.
    public Answer ask(byte[] request) throws IOException {
        Body kept = new Body(Keep.ALL);
        body = kept;
        try {
            int status = exchange(request);
            return new Answer(status, saysWhen, kept.bytes.toString(StandardCharsets.UTF_8));
        } finally {
            body = new Body(Keep.NOTHING);
        }
    }

    /// Whether the last answer said with a `Retry-After` when to come again.
    public boolean saysWhen() {
        return saysWhen;
    }

    @Override
    public void close() {
        closed = true;
        drop();
    }

    /// Whether the server has closed it meanwhile, as it may with one that is idle: every client looks, and takes
    /// another
    /// one (RFC 9112 §9.5).
    private static boolean isStale(SocketChannel open) {
        try {
            open.configureBlocking(false);
            boolean said = open.read(ByteBuffer.allocate(1)) != 0;
            open.configureBlocking(true);
            return said;
        } catch (IOException e) {
            return true;
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel opened = SocketChannel.open();
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel = opened;
        if (closed) {
            drop();
        }
        opened.connect(target);
        in.clear().flip();
        return opened;
    }

    private void drop() {
        SocketChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is of no more use.
            }
        }
    }

    private void send(SocketChannel open, byte[] request) throws IOException {
        for (int sent = 0; sent < request.length; ) {
            int part = Math.min(out.capacity(), request.length - sent);
            out.clear().put(request, sent, part).flip();
            while (out.hasRemaining()) {
                open.write(out);
            }
            sent += part;
        }
    }

    private int receive(SocketChannel open) throws IOException {
        int end;
        while ((end = endOfHead()) < 0) {
            more(open);
        }
        int status = status();
        boolean closes = false;
        saysWhen = false;
        long length = status == 204 || status == 304 ? 0 : UNTIL_CLOSE;
        int line = nextLine(in.position());
        while (line < end) {
            int next = nextLine(line);
            if (isField(line, "content-length:")) {
                length = number(line + "content-length:".length(), next);
            } else if (isField(line, "transfer-encoding:") && contains(line, next, "chunked")) {
                length = CHUNKED;
            } else if (isField(line, "connection:") && contains(line, next, "close")) {
                closes = true;
            } else if (isField(line, "retry-after:")) {
                saysWhen = true;
            }
            line = next;
        }
        in.position(end);
        if (length == CHUNKED) {
            skipChunks(open);
        } else if (length == UNTIL_CLOSE) {
            skipToEnd(open);
            closes = true;
        } else {
            skip(open, length);
        }
        if (closes) {
            drop();
        }
        return status;
    }

    /// `HTTP/1.1 200 …`
    private int status() throws IOException {
        int at = in.position() + "HTTP/1.1 ".length();
        int status = 0;
        for (int i = at; i < at + 3; i++) {
            int digit = in.get(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new ProtocolException("the answer is not HTTP/1.1");
            }
            status = status * 10 + digit;
        }
        return status;
    }

    private int endOfHead() {
        for (int i = in.position(); i + 3 < in.limit(); i++) {
            if (in.get(i) == '\r' && in.get(i + 1) == '\n' && in.get(i + 2) == '\r' && in.get(i + 3) == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /// @return the position after the line's end
    private int nextLine(int from) {
        int i = from;
        while (in.get(i) != '\n') {
            i++;
        }
        return i + 1;
    }

    private boolean isField(int at, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (at + i >= in.limit() || (in.get(at + i) | 0x20) != (name.charAt(i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private boolean contains(int from, int to, String word) {
        for (int i = from; i + word.length() <= to; i++) {
            if (isField(i, word)) {
                return true;
            }
        }
        return false;
    }

    private long number(int from, int to) throws IOException {
        long number = 0;
        for (int i = from; i < to; i++) {
            byte b = in.get(i);
            if (b >= '0' && b <= '9') {
                number = number * 10 + b - '0';
            } else if (b != ' ' && b != '\r' && b != '\n') {
                throw new ProtocolException("the answer's length is not a number");
            }
        }
        return number;
    }

    private void skipChunks(SocketChannel open) throws IOException {
        while (true) {
            long size = 0;
            boolean extension = false;
            for (byte b = next(open); b != '\n'; b = next(open)) {
                int digit = Character.digit(b, 16);
                extension |= b == ';';
                if (digit >= 0 && !extension) {
                    size = size * 16 + digit;
                }
            }
            if (size == 0) {
                break;
            }
            skip(open, size);
            byte _ = next(open);
            byte _ = next(open);
        }
        // Trailers end with an empty line.
        int length = 0;
        for (byte b = next(open); b != '\n' || length > 0; b = next(open)) {
            length = b == '\n' ? 0 : b == '\r' ? length : length + 1;
        }
    }

    private byte next(SocketChannel open) throws IOException {
        while (!in.hasRemaining()) {
            more(open);
        }
        return in.get();
    }

    private void skip(SocketChannel open, long bytes) throws IOException {
        long left = bytes;
        while (true) {
            int here = (int) Math.min(left, in.remaining());
            body.take(in, here);
            left -= here;
            if (left == 0) {
                return;
            }
            more(open);
        }
    }

    private void skipToEnd(SocketChannel open) throws IOException {
        try {
            while (true) {
                body.take(in, in.remaining());
                more(open);
            }
        } catch (EOFException e) {
            // That is how this answer ends.
        }
    }

    private void more(SocketChannel open) throws IOException {
        in.compact();
        if (!in.hasRemaining()) {
            in.flip();
            throw new ProtocolException("the head of the answer is longer than " + BUFFER_BYTES + " bytes");
        }
        int read = open.read(in);
        in.flip();
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
    }
}
