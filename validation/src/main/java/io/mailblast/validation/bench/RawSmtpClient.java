package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// The ceiling of sending by SMTP: ready-made bytes, pipelined over kept connections, a virtual thread each. It renders
/// nothing, signs nothing, and keeps no state.
final class RawSmtpClient {

    /// What stands before each mail.
    static final byte[] ENVELOPE = "MAIL FROM:<raw@example.com>\r\nRCPT TO:<reader@example.com>\r\nDATA\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final int connections;

    RawSmtpClient(int port, int connections) {
        this.port = port;
        this.connections = connections;
    }

    /// Sends the same mail over and over.
    ///
    /// @param message with CRLF line ends, no line of which begins with a dot
    /// @return mails a second that were taken
    double run(byte[] message, Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        long begun = System.nanoTime();
        long[] sent = new long[connections];
        AtomicReference<String> problem = new AtomicReference<>("");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int lane = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    sent[lane] = send(message, end);
                } catch (IOException e) {
                    problem.set(String.valueOf(e.getMessage()));
                }
            }));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        if (!problem.get().isEmpty()) {
            throw new CannotRunException("The raw client failed: " + problem.get());
        }
        long total = 0;
        for (long each : sent) {
            total += each;
        }
        return total / ((System.nanoTime() - begun) / 1e9);
    }

    private long send(byte[] message, long endNs) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 2_048);
            OutputStream out = socket.getOutputStream();
            reply(in, '2');
            out.write("EHLO raw.example\r\n".getBytes(StandardCharsets.US_ASCII));
            reply(in, '2');
            byte[] content = content(message);
            long sent = 0;
            while (System.nanoTime() < endNs) {
                out.write(ENVELOPE);
                reply(in, '2');
                reply(in, '2');
                reply(in, '3');
                out.write(content);
                reply(in, '2');
                sent++;
            }
            return sent;
        }
    }

    private static byte[] content(byte[] message) {
        byte[] end = "\r\n.\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] content = java.util.Arrays.copyOf(message, message.length + end.length);
        System.arraycopy(end, 0, content, message.length, end.length);
        return content;
    }

    /// Reads one reply, of one line or several.
    private static void reply(InputStream in, char expected) throws IOException {
        while (true) {
            int first = in.read();
            int b = 0;
            int fourth = 0;
            for (int i = 1; (b = in.read()) != '\n' && b >= 0; i++) {
                fourth = i == 3 ? b : fourth;
            }
            if (b < 0 || first != expected) {
                throw new IOException("a reply that begins with " + first + " instead of " + expected);
            }
            if (fourth != '-') {
                return;
            }
        }
    }
}
