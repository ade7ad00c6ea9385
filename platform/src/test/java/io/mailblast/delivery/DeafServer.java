package io.mailblast.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that takes requests and then misbehaves.
final class DeafServer implements AutoCloseable {

    enum Behaviour {
        SILENT,
        CUT,
        HALF,
        GARBAGE,
        RESET
    }

    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket socket;

    DeafServer(Behaviour behaviour) throws IOException {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> serve(behaviour));
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve(Behaviour behaviour) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> misbehave(behaviour, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void misbehave(Behaviour behaviour, Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            byte[] room = new byte[65536];
            int read = in.read(room);
            if (behaviour == Behaviour.RESET) {
                client.setSoLinger(true, 0);
                return;
            }
            if (behaviour == Behaviour.GARBAGE) {
                client.getOutputStream().write("220 this is no HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            if (read > 0 && behaviour == Behaviour.HALF) {
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{\"Mess"
                                .getBytes(StandardCharsets.US_ASCII));
            } else if (behaviour == Behaviour.SILENT) {
                while (in.read(room) >= 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            // The client has gone: that is what the test is about.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
