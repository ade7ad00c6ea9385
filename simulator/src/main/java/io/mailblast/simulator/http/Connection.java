package io.mailblast.simulator.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/// One HTTP/1.1 connection (RFC 9112). Used by one thread at a time.
final class Connection implements Closeable {

    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final int MAX_DISCARDED_BYTES = 4 << 20;

    private final Socket socket;
    private final InputStream in;
    private long lastUsedNs = System.nanoTime();
    private boolean used;
    private boolean reusable;

    private Connection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 4096);
    }

    @SuppressWarnings("resource")
    static Connection open(URI uri, int timeoutMs) throws IOException {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        String host = uri.getHost().replace("[", "").replace("]", "");
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(timeoutMs);
            plain.connect(new InetSocketAddress(host, port), timeoutMs);
            return new Connection(
                    secure
                            ? ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true)
                            : plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    long lastUsedNs() {
        return lastUsedNs;
    }

    boolean isReusable() {
        return reusable;
    }

    HttpCaller.Answer exchange(HttpCaller.Request request) throws IOException {
        boolean first = !used;
        used = true;
        reusable = false;
        String statusLine;
        try {
            socket.getOutputStream().write(bytes(request));
            statusLine = line();
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw first ? e : new StaleConnection(e);
        }
        int status = status(statusLine);
        long length = -1;
        boolean chunked = false;
        boolean keep = statusLine.startsWith("HTTP/1.1");
        String location = "";
        int headers = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (++headers > MAX_HEADERS) {
                throw new IOException("more than " + MAX_HEADERS + " headers");
            }
            int colon = header.indexOf(':');
            String name = colon < 0 ? "" : header.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = header.substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" ->
                    chunked = value.toLowerCase(Locale.ROOT).contains("chunked");
                case "connection" -> keep = keep && !value.equalsIgnoreCase("close");
                case "location" -> location = value;
                default -> {}
            }
        }
        boolean bodyless = request.method().equals("HEAD") || status == 204 || status == 304;
        if (!bodyless && chunked) {
            discardChunks();
        } else if (!bodyless && length >= 0) {
            keep = keep && length <= MAX_DISCARDED_BYTES;
            if (keep) {
                in.skipNBytes(length);
            }
        } else if (!bodyless) {
            keep = false;
        }
        reusable = keep;
        lastUsedNs = System.nanoTime();
        return new HttpCaller.Answer(status, location);
    }

    private static byte[] bytes(HttpCaller.Request request) {
        URI uri = request.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder head =
                new StringBuilder(256).append(request.method()).append(' ').append(path);
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority()).append("\r\n");
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        if (request.body().length > 0 || request.method().equals("POST")) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        head.append("\r\n");
        byte[] ascii = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(ascii, ascii.length + request.body().length);
        System.arraycopy(request.body(), 0, all, ascii.length, request.body().length);
        return all;
    }

    private static int status(String line) throws IOException {
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("not an HTTP answer");
        }
        return (int) number(line.substring(9, 12), 10);
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number < 0) {
                throw new IOException("a negative number where a length belongs");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new IOException("not a number where a length or status belongs", e);
        }
    }

    private void discardChunks() throws IOException {
        long total = 0;
        while (true) {
            String size = line();
            int extension = size.indexOf(';');
            long bytes = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (bytes == 0) {
                break;
            }
            total += bytes;
            if (total > MAX_DISCARDED_BYTES) {
                throw new IOException("an answer of more than " + MAX_DISCARDED_BYTES + " bytes");
            }
            in.skipNBytes(bytes);
            line();
        }
        while (!line().isEmpty()) {
            // Trailers mean nothing here.
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            if (b != '\r') {
                line.write(b);
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing can be done about a socket that does not close.
            reusable = false;
        }
    }
}
