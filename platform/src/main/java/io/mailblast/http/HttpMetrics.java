package io.mailblast.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What the server says of its requests: `mailblast_http_requests_seconds` by route and status class, and the
/// latencies of all of them over the last five minutes. Labels are routes, never paths, so they are bounded.
public final class HttpMetrics {

    /// Requests that hardly anybody means well with, each under one `reason`: malformed, limited (malformed
    /// too, and beyond the limit of their address prefix) or forged. Their sum is what an alert about an attack
    /// looks at.
    private static final String SUSPICIOUS = "mailblast.security.suspicious";

    /// Requests that are judged together: opens and clicks, analytics, and all others.
    public enum Concern {
        TRACKING,
        ANALYTICS,
        API;

        private static Concern of(String route) {
            if (route.startsWith("/track/")) {
                return TRACKING;
            }
            return route.startsWith("/analytics/") ? ANALYTICS : API;
        }
    }

    private record Key(String method, String route, int statusClass) {}

    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final Timer all;
    private final Map<Concern, Timer> concerns = new EnumMap<>(Concern.class);
    private final Counter errors;
    private final Counter malformed;
    private final Counter limited;

    public HttpMetrics(MeterRegistry registry) {
        this(registry, 1);
    }

    /// @param timeScale shortens the five minutes
    public HttpMetrics(MeterRegistry registry, double timeScale) {
        this.registry = registry;
        Duration window = Duration.ofMillis(Math.max(1_000, Math.round(WINDOW.toMillis() * timeScale)));
        this.all = latencies("mailblast.http.latency", window)
                .description("All requests, over the last five minutes")
                .register(registry);
        for (Concern concern : Concern.values()) {
            concerns.put(
                    concern,
                    latencies("mailblast.http.concern", window)
                            .description("Requests of one kind, over the last five minutes")
                            .tag("concern", concern.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        this.errors = Counter.builder("mailblast.http.errors")
                .description("Requests answered with a 5xx")
                .register(registry);
        this.malformed = suspicious(registry, "malformed");
        this.limited = suspicious(registry, "limited");
    }

    private static Timer.Builder latencies(String name, Duration window) {
        return Timer.builder(name)
                .publishPercentiles(0.5, 0.95, 0.99)
                .percentilePrecision(2)
                .distributionStatisticExpiry(window)
                .distributionStatisticBufferLength(5);
    }

    /// The counter of one reason for suspicion.
    public static Counter suspicious(MeterRegistry registry, String reason) {
        return Counter.builder(SUSPICIOUS)
                .description("Requests that are malformed, forged, or beyond the limit of malformed ones")
                .tag("reason", reason)
                .register(registry);
    }

    void malformed() {
        malformed.increment();
    }

    void limited() {
        limited.increment();
    }

    /// Says of a request that it was answered.
    ///
    /// @param route as it is declared: `/campaigns/{id}`
    public void answered(String method, String route, int status, long nanos) {
        all.record(nanos, TimeUnit.NANOSECONDS);
        Objects.requireNonNull(concerns.get(Concern.of(route))).record(nanos, TimeUnit.NANOSECONDS);
        if (status >= 500) {
            errors.increment();
        }
        timers.computeIfAbsent(new Key(method, route, status / 100), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /// Since the start.
    public long requests() {
        return all.count();
    }

    /// Since the start.
    public long errors() {
        return (long) errors.count();
    }

    /// Mean, p50, p95 and p99 of the last five minutes, in milliseconds; 0 when there was no request.
    public Latencies latencies() {
        return latencies(all);
    }

    /// The same of requests that are judged together.
    public Latencies latencies(Concern concern) {
        return latencies(Objects.requireNonNull(concerns.get(concern)));
    }

    private static Latencies latencies(Timer timer) {
        var snapshot = timer.takeSnapshot();
        double[] values = new double[3];
        var percentiles = snapshot.percentileValues();
        for (int i = 0; i < percentiles.length && i < values.length; i++) {
            values[i] = percentiles[i].value(TimeUnit.MILLISECONDS);
        }
        return new Latencies(snapshot.mean(TimeUnit.MILLISECONDS), values[0], values[1], values[2]);
    }

    /// In milliseconds.
    public record Latencies(double mean, double p50, double p95, double p99) {}

    private Timer timer(Key key) {
        return Timer.builder("mailblast.http.requests")
                .description("Requests by route and class of status")
                .tag("method", key.method())
                .tag("route", key.route())
                .tag("status", key.statusClass() + "xx")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(150),
                        Duration.ofMillis(200),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5))
                .register(registry);
    }
}
