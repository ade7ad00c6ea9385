package io.mailblast.validation.http;

import io.mailblast.validation.installation.CannotRunException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Whole HTTP/1.1 requests as bytes.
public final class HttpRequests {

    private HttpRequests() {}

    /// @param base such as `http://127.0.0.1:8080`
    public static InetSocketAddress address(String base) {
        URI uri = URI.create(base);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
            throw new CannotRunException("The generator speaks plain HTTP to a host and a port, not to " + base + ".");
        }
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    public static byte[] get(String base, String path, String userAgent) {
        return get(base, path, userAgent, "");
    }

    /// @param headers lines with their ends, beyond those that every request has
    public static byte[] get(String base, String path, String userAgent, String headers) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + authority(base) + "\r\nUser-Agent: " + userAgent
                        + "\r\nAccept: */*\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /// @param headers lines with their ends, beyond those that every request has
    public static byte[] postJson(String base, String path, String headers, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: " + authority(base) + "\r\n" + headers
                        + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static String authority(String base) {
        return URI.create(base).getAuthority();
    }
}
