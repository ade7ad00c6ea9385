package io.mailblast.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Fetches what SNS serves: certificates and confirmations.
@FunctionalInterface
interface Fetcher {

    int MAX_BYTES = 64 << 10;

    /// @throws IOException for anything but a 200 with at most [#MAX_BYTES], in time
    byte[] get(URI uri) throws IOException;

    /// Over HTTP, without redirects: an address that was judged good must not lead elsewhere.
    static Fetcher http() {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(3))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return uri -> {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            try {
                HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    byte[] bytes = body.readNBytes(MAX_BYTES + 1);
                    if (response.statusCode() != 200 || bytes.length > MAX_BYTES) {
                        throw new IOException("status " + response.statusCode() + ", " + bytes.length + " bytes");
                    }
                    return bytes;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        };
    }
}
