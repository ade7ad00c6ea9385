package io.mailblast.validation.hostile;

import static io.mailblast.validation.hostile.HostileRequest.joined;
import static io.mailblast.validation.hostile.HostileRequest.latin;

import java.util.SplittableRandom;

/// Bytes that are hardly HTTP, or not at all (RFC 9112): whoever gets them answers 4xx or hangs up.
final class BrokenHttp {

    private static final int LONG_PATH = 70_000;
    private static final int MANY = 3_000;

    private final String host;
    private final SplittableRandom random;

    BrokenHttp(String host, SplittableRandom random) {
        this.host = host;
        this.random = random;
    }

    byte[] next() {
        return switch (random.nextInt(22)) {
            case 0 -> latin("GET /lists HTTP/1.1\r\n\r\n");
            case 1 -> latin("GET /lists HTTP/9.9\r\nHost: " + host + "\r\n\r\n");
            case 2 -> latin("GET  /lists  HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            case 3 -> get("/" + "a".repeat(LONG_PATH), "");
            case 4 -> get("/../../etc/passwd", "");
            case 5 -> get("/lists", "Host: two.example\r\n");
            case 6 -> get("/lists", "X-\0: y\r\n");
            case 7 -> get("/lists", "X: a\r\n b\r\n\tc\r\n");
            case 8 -> get("/lists", "no colon\r\n");
            case 9 -> get("/lists", ": no name\r\n");
            case 10 -> latin("GET /lists HTTP/1.1\nHost: " + host + "\n\n");
            case 11 -> post("Content-Length: -1\r\n", "{}");
            case 12 -> post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}");
            case 13 -> post("Content-Length: 99999999999999999999\r\n", "{}");
            case 14 -> post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
            case 15 -> post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n");
            case 16 -> post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n");
            case 17 -> post("Transfer-Encoding: identity, nonsense\r\n", "{}");
            case 18 -> get("/lists", "X: y\r\n".repeat(MANY));
            case 19 -> latin("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            // A TLS client's hello, begun.
            case 20 -> new byte[] {0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03, 0x0d, 0x0a, 0x0d, 0x0a};
            default -> garbage();
        };
    }

    private byte[] garbage() {
        byte[] bytes = new byte[random.nextInt(1, 400)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return joined(bytes, latin("\r\n\r\n"));
    }

    private byte[] get(String path, String fields) {
        return latin("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n");
    }

    private byte[] post(String fields, String body) {
        return latin("POST /lists HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\n" + fields
                + "\r\n" + body);
    }
}
