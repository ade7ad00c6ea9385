package io.mailblast.validation.prove;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One kept connection that asks once and never again by itself: a client that repeats a request which broke
/// off would make two facts of one, and blame the server. Used by one thread.
final class FactConnection implements AutoCloseable {

    private static final int TIMEOUT_MS = 6_000;
    private static final int LONGEST_LINE = 16_384;

    private final int port;
    private Socket socket = new Socket();
    private InputStream in = InputStream.nullInputStream();

    /// @param port of the server, on this machine
    FactConnection(int port) {
        this.port = port;
    }

    /// Nobody is there: nothing was asked.
    static final class AbsentException extends Exception {
        AbsentException(IOException cause) {
            super(cause);
        }
    }

    /// Asks, and reads the answer to its end.
    ///
    /// @return the status
    /// @throws AbsentException when no connection could be made, so that nothing was asked
    /// @throws IOException when it broke off: nobody knows what became of the request
    int get(String path, String userAgent) throws AbsentException, IOException {
        connect();
        try {
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUser-Agent: " + userAgent
                    + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return answer();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void connect() throws AbsentException {
        if (socket.isConnected() && !socket.isClosed()) {
            return;
        }
        try {
            socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            close();
            throw new AbsentException(e);
        }
    }

    private int answer() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ")) {
            throw new IOException("no answer: " + status);
        }
        int length = 0;
        boolean last = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                throw new IOException("an answer in chunks");
            }
            last |= lower.equals("connection: close");
        }
        in.skipNBytes(length);
        if (last) {
            close();
        }
        return Integer.parseInt(status, 9, 12, 10);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = in.read()) != '\n') {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new IOException("the answer broke off");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
