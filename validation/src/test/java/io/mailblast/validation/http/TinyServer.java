package io.mailblast.validation.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// Answers each request on a kept connection with whatever bytes a test wants; no bytes close the connection.
public final class TinyServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Function<String, List<byte[]>> answers;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private TinyServer(ServerSocket listener, Function<String, List<byte[]>> answers) {
        this.listener = listener;
        this.answers = answers;
    }

    /// @param answers what is written, in pieces, after the head of a request was read
    public static TinyServer start(Function<String, List<byte[]>> answers) throws IOException {
        TinyServer server = new TinyServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), answers);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    public static List<byte[]> ok() {
        return bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    public static List<byte[]> bytes(String... pieces) {
        return List.of(pieces).stream()
                .map(piece -> piece.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /// How many connections were made so far.
    public int connections() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream())) {
            while (true) {
                String head = head(in);
                List<byte[]> answer = head.isEmpty() ? List.of() : answers.apply(head);
                if (answer.isEmpty()) {
                    return;
                }
                for (byte[] piece : answer) {
                    socket.getOutputStream().write(piece);
                    socket.getOutputStream().flush();
                }
                if (new String(answer.getFirst(), StandardCharsets.ISO_8859_1).contains("Connection: close")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        int next;
        while ((next = in.read()) >= 0) {
            head.append((char) next);
            if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }
}
