package io.mailblast.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

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

    /// Microseconds in one, and of them in a second.
    private static final double MILLIS = 1_000;

    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final Map<Concern, RecentLatencies> concerns = new EnumMap<>(Concern.class);
    private final Counter errors;
    private final Counter shed;
    private final Counter malformed;
    private final Counter limited;

    public HttpMetrics(MeterRegistry registry) {
        this(registry, 1);
    }

    /// @param timeScale shortens the five minutes
    public HttpMetrics(MeterRegistry registry, double timeScale) {
        this.registry = registry;
        Duration window = Duration.ofMillis(Math.max(1_000, Math.round(WINDOW.toMillis() * timeScale)));
        gauges("mailblast.http.latency", "All requests, over the last five minutes", Tags.empty(), this::latencies);
        for (Concern concern : Concern.values()) {
            concerns.put(concern, new RecentLatencies(window, System::nanoTime));
            gauges(
                    "mailblast.http.concern",
                    "Requests of one kind, over the last five minutes",
                    Tags.of("concern", concern.name().toLowerCase(Locale.ROOT)),
                    () -> latencies(concern));
        }
        this.errors = Counter.builder("mailblast.http.errors")
                .description("Requests answered with a 5xx")
                .register(registry);
        this.shed = Counter.builder("mailblast.http.shed")
                .description("Requests answered 503 because too many were worked on at once")
                .register(registry);
        this.malformed = suspicious(registry, "malformed");
        this.limited = suspicious(registry, "limited");
    }

    /// @param turns requests of signed-in clients that may be worked on at once
    /// @param processorWait seconds that what is ready to run waits for a processor
    void watch(IntSupplier turns, DoubleSupplier processorWait) {
        Gauge.builder("mailblast.http.turns", turns, IntSupplier::getAsInt)
                .description("Requests of signed-in clients that may be worked on at once; fewer while processors are"
                        + " short")
                .strongReference(true)
                .register(registry);
        Gauge.builder("mailblast.http.processor.wait", processorWait, DoubleSupplier::getAsDouble)
                .description("How long what is ready to run waits for a processor, the shortest of 200 ms")
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    private void gauges(String name, String description, Tags tags, Supplier<Latencies> latencies) {
        Map<String, ToDoubleFunction<Latencies>> percentiles =
                Map.of("50", Latencies::p50, "95", Latencies::p95, "99", Latencies::p99);
        percentiles.forEach((percentile, value) -> Gauge.builder(
                        name, () -> value.applyAsDouble(latencies.get()) / MILLIS)
                .description(description)
                .baseUnit("seconds")
                .tags(tags.and("percentile", percentile))
                .register(registry));
    }

    /// The counter of one reason for suspicion.
    public static Counter suspicious(MeterRegistry registry, String reason) {
        return Counter.builder(SUSPICIOUS)
                .description("Requests that are malformed, forged, or beyond the limit of malformed ones")
                .tag("reason", reason)
                .register(registry);
    }

    void shed() {
        shed.increment();
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
        of(Concern.of(route)).record(nanos);
        if (status >= 500) {
            errors.increment();
        }
        timers.computeIfAbsent(new Key(method, route, status / 100), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /// Since the start.
    public long requests() {
        return concerns.values().stream().mapToLong(RecentLatencies::count).sum();
    }

    /// Since the start.
    public long errors() {
        return (long) errors.count();
    }

    /// Mean, p50, p95 and p99 of the last five minutes, in milliseconds; 0 when there was no request.
    public Latencies latencies() {
        Histogram all = of(Concern.API).recent().copy();
        all.add(of(Concern.ANALYTICS).recent());
        all.add(of(Concern.TRACKING).recent());
        return latencies(all);
    }

    /// The same of requests that are judged together.
    public Latencies latencies(Concern concern) {
        return latencies(of(concern).recent());
    }

    private RecentLatencies of(Concern concern) {
        return Objects.requireNonNull(concerns.get(concern));
    }

    private static Latencies latencies(Histogram micros) {
        return micros.getTotalCount() == 0
                ? new Latencies(0, 0, 0, 0)
                : new Latencies(
                        micros.getMean() / MILLIS,
                        micros.getValueAtPercentile(50) / MILLIS,
                        micros.getValueAtPercentile(95) / MILLIS,
                        micros.getValueAtPercentile(99) / MILLIS);
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
