package io.mailblast.monitoring;

import io.mailblast.db.Database;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.HttpMetrics;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.DoubleSupplier;

/// `GET /metrics`, to loopback or with the configured token: Prometheus text, OpenMetrics, or sixteen fields as JSON.
public final class MetricsRoutes implements Feature {

    private static final String TEXT = "text/plain";
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String JSON = "application/json";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final MonitoringConfig config;
    private final PrometheusMeterRegistry registry;
    private final HttpMetrics http;
    private final InstallationFigures figures;
    private final Database database;
    private final DoubleSupplier cacheHitRate;

    /// @param cacheHitRate 0 to 1, of the hot lookups of this process
    public MetricsRoutes(
            MonitoringConfig config,
            PrometheusMeterRegistry registry,
            HttpMetrics http,
            InstallationFigures figures,
            Database database,
            DoubleSupplier cacheHitRate) {
        this.config = config;
        this.registry = registry;
        this.http = http;
        this.figures = figures;
        this.database = database;
        this.cacheHitRate = cacheHitRate;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/metrics", "metrics")
                .tag("monitoring")
                .summary("Metrics for Prometheus, or as JSON; to loopback or with the metrics token")
                .access(Access.PUBLIC)
                .answers(200, TEXT_TYPE, OPEN_METRICS_TYPE, JSON)
                .problems(401)
                .handle(this::metrics));
    }

    private Answer metrics(Call call) {
        if (!isAllowed(call)) {
            throw Problem.unauthorized().asException();
        }
        return switch (AcceptHeader.choose(call.header("Accept").orElse(""), List.of(TEXT, OPEN_METRICS, JSON))) {
            case JSON -> Answer.json(200, view());
            case OPEN_METRICS -> scrape(OPEN_METRICS_TYPE);
            default -> scrape(TEXT_TYPE);
        };
    }

    private Answer scrape(String type) {
        return Answer.bytes(200, type, registry.scrape(type).getBytes(StandardCharsets.UTF_8));
    }

    private boolean isAllowed(Call call) {
        if (isLoopback(call.clientAddress())) {
            return true;
        }
        byte[] token = config.metricsToken().getBytes(StandardCharsets.UTF_8);
        String header = call.header("Authorization").orElse("");
        return token.length > 0
                && header.regionMatches(true, 0, "Bearer ", 0, 7)
                && MessageDigest.isEqual(header.substring(7).strip().getBytes(StandardCharsets.UTF_8), token);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private MetricsView view() {
        InstallationFigures.Snapshot now = figures.current();
        HttpMetrics.Latencies latencies = http.latencies();
        return new MetricsView(
                http.requests(),
                http.errors(),
                now.opened(),
                now.clicked(),
                now.sent(),
                now.delivered(),
                now.bounced(),
                rounded(now.throughput()),
                now.backlog(),
                rounded(latencies.mean()),
                rounded(latencies.p95()),
                rounded(latencies.p99()),
                rounded(finite(cacheHitRate.getAsDouble())),
                rounded((double) database.inUse() / database.capacity()),
                rounded(now.workerCpuPercent()),
                rounded(now.workerMemoryMb()));
    }

    /// A rate of nothing is NaN, which JSON has no word for.
    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
