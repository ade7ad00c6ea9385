package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// A mail server that takes everything and keeps nothing, on one thread, as cheap as it can be: so that what is
/// measured is who sends. It speaks ESMTP with PIPELINING (RFC 2920), and looks for nothing in a mail but its
/// end.
final class SmtpSink implements AutoCloseable {

    private static final byte[] GREETING = ascii("220 sink.example ESMTP\r\n");
    private static final byte[] EXTENSIONS =
            ascii("250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
    private static final byte[] OK = ascii("250 2.0.0 Ok\r\n");
    private static final byte[] GO_AHEAD = ascii("354 End data with <CR><LF>.<CR><LF>\r\n");
    private static final byte[] TAKEN = ascii("250 2.0.0 Ok: queued as SINK\r\n");
    private static final byte[] BYE = ascii("221 2.0.0 Bye\r\n");
    private static final byte[] END = ascii("\r\n.\r\n");

    private static final int EHLO = ('E' << 8) | 'H';
    private static final int DATA = ('D' << 8) | 'A';
    private static final int QUIT = ('Q' << 8) | 'U';

    private final ServerSocketChannel server;
    private final Selector selector;
    private final Thread thread;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final ByteBuffer in = ByteBuffer.allocateDirect(256 << 10);
    private volatile boolean closing;

    private SmtpSink(ServerSocketChannel server, Selector selector) {
        this.server = server;
        this.selector = selector;
        this.thread = Thread.ofPlatform().daemon().name("smtp-sink").unstarted(this::run);
    }

    /// @throws CannotRunException when no port of loopback is free
    static SmtpSink start() {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
            server.configureBlocking(false);
            Selector selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            SmtpSink sink = new SmtpSink(server, selector);
            sink.thread.start();
            return sink;
        } catch (IOException e) {
            throw new CannotRunException("No port is free for the mail sink: " + e.getMessage());
        }
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /// Mails that were taken since the start.
    long taken() {
        return taken.get();
    }

    /// Bytes that came from clients since the start: commands and mails.
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
            server.close();
        } catch (IOException e) {
            // The process ends soon, and its sockets with it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try {
                selector.select(this::serve);
            } catch (IOException e) {
                throw new CannotRunException("The mail sink failed: " + e.getMessage());
            }
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel channel = server.accept();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new Session(channel));
                int _ = channel.write(ByteBuffer.wrap(GREETING));
            } else if (key.attachment() instanceof Session session && !session.read()) {
                key.channel().close();
            }
        } catch (IOException e) {
            key.cancel();
        }
    }

    /// One connection. Replies are small and wait for the client's turn, so that a write never has to wait.
    private final class Session {

        private final SocketChannel channel;
        private final byte[] line = new byte[1_024];
        private final ByteBuffer out = ByteBuffer.allocate(16 << 10);
        private int length;
        private boolean data;
        private int matched;

        Session(SocketChannel channel) {
            this.channel = channel;
        }

        /// @return false once the connection has ended
        boolean read() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                return false;
            }
            in.flip();
            bytes.addAndGet(in.remaining());
            boolean open = true;
            while (in.hasRemaining() && open) {
                if (data) {
                    skipMail();
                } else {
                    open = command(in.get());
                }
            }
            out.flip();
            while (out.hasRemaining()) {
                int _ = channel.write(out);
            }
            out.clear();
            return open;
        }

        private void skipMail() {
            while (in.hasRemaining()) {
                byte b = in.get();
                if (b == END[matched]) {
                    matched++;
                    if (matched == END.length) {
                        data = false;
                        taken.incrementAndGet();
                        out.put(TAKEN);
                        return;
                    }
                } else {
                    matched = b == END[0] ? 1 : 0;
                }
            }
        }

        private boolean command(byte b) {
            if (b != '\n') {
                if (length < line.length) {
                    line[length++] = b;
                }
                return true;
            }
            int verb = length < 4 ? 0 : verb(line[0], line[1]);
            length = 0;
            switch (verb) {
                case EHLO -> out.put(EXTENSIONS);
                case DATA -> {
                    data = true;
                    // The line end of DATA is one that an empty mail's end may begin with.
                    matched = 2;
                    out.put(GO_AHEAD);
                }
                case QUIT -> {
                    out.put(BYE);
                    return false;
                }
                default -> out.put(OK);
            }
            return true;
        }
    }

    /// Two letters tell them apart, in any case.
    private static int verb(byte first, byte second) {
        return ((first & 0xdf) << 8) | (second & 0xdf);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
