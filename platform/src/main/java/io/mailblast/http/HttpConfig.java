package io.mailblast.http;

import java.time.Duration;
import java.util.List;

/// Keys `http.*` of the configuration; `port`, `host` and `trusted_proxies` may also stand at the top.
///
/// @param host the address that is listened on
/// @param port 0 for any free one
/// @param trustedProxies addresses or prefixes (`10.0.0.0/8`) whose `X-Forwarded-For` counts
/// @param maxBodyBytes the largest JSON body
/// @param readTimeout how long a client may be silent, and how long the head or the JSON body of a request may
///     take in all, before 408; 100 ms to 10 min
/// @param maxConnections open at once; more wait to be accepted
/// @param maxAtOnce requests of signed-in clients that are worked on at once, analytics half of them; more wait
///     for `max_wait`; 2 or more
/// @param maxWait how long a request waits for its turn before it is answered 503; 1 ms to 10 s
/// @param malformedPerSecond malformed requests that one address prefix (IPv4 /24, IPv6 /48) may send, ten
///     seconds' worth of them at once, before they are answered 429; well-formed ones are never limited by
///     address; 1 to 1,000,000
/// @param drain how long requests in flight may take after a stop was asked for; for a tenth of it new ones are still
///     answered, each as the last of its connection, so that clients and load balancers go elsewhere
public record HttpConfig(
        String host,
        int port,
        List<String> trustedProxies,
        int maxBodyBytes,
        Duration readTimeout,
        int maxConnections,
        int maxAtOnce,
        Duration maxWait,
        int malformedPerSecond,
        Duration drain) {

    public static final HttpConfig DEFAULTS = new HttpConfig(
            "127.0.0.1",
            8080,
            List.of(),
            4 << 20,
            Duration.ofSeconds(20),
            20_000,
            64,
            Duration.ofMillis(250),
            50,
            Duration.ofSeconds(10));

    public HttpConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + ", allowed: 0 to 65535");
        }
        if (maxBodyBytes < 1 << 10 || maxBodyBytes > 256 << 20) {
            throw new IllegalArgumentException("http.max_body_bytes: " + maxBodyBytes + ", allowed: 1024 to 268435456");
        }
        if (readTimeout.toMillis() < 100 || readTimeout.toMinutes() > 10) {
            throw new IllegalArgumentException(
                    "http.read_timeout: " + readTimeout + ", allowed: 100ms or more, at most 10m");
        }
        if (maxConnections < 10) {
            throw new IllegalArgumentException("http.max_connections: " + maxConnections + ", allowed: 10 or more");
        }
        if (maxAtOnce < 2) {
            throw new IllegalArgumentException("http.max_at_once: " + maxAtOnce + ", allowed: 2 or more");
        }
        if (maxWait.toMillis() < 1 || maxWait.toSeconds() > 10) {
            throw new IllegalArgumentException("http.max_wait: " + maxWait + ", allowed: 1ms or more, at most 10s");
        }
        if (malformedPerSecond < 1 || malformedPerSecond > 1_000_000) {
            throw new IllegalArgumentException(
                    "http.malformed_per_second: " + malformedPerSecond + ", allowed: 1 to 1000000");
        }
        trustedProxies = List.copyOf(trustedProxies);
        // Refuses what is no address or prefix.
        new ClientAddress(trustedProxies);
    }

    /// The same on another port.
    public HttpConfig onPort(int other) {
        return new HttpConfig(
                host,
                other,
                trustedProxies,
                maxBodyBytes,
                readTimeout,
                maxConnections,
                maxAtOnce,
                maxWait,
                malformedPerSecond,
                drain);
    }
}
