package io.mailblast.validation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.validation.fault.CoreLimit;
import io.mailblast.validation.fault.TcpProxy;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Part;
import io.mailblast.validation.observe.Prometheus;
import io.mailblast.validation.plan.Resource;
import io.mailblast.validation.traffic.Audience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What phases give an installation, one resource at a time: workers beside its own, a limit of its processor time,
/// or a node of the API whose pool has that size. To that node the database is 10 ms away, as in another rack: on
/// one machine a few connections are as fast as many.
final class Resources implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration INGESTED = Duration.ofSeconds(30);
    private static final Duration AWAY = Duration.ofMillis(10);

    private final Installation installation;
    private final List<Part> parts = new ArrayList<>();
    private Optional<CoreLimit> limit = Optional.empty();
    private Optional<TcpProxy> network = Optional.empty();
    private Optional<String> node = Optional.empty();

    Resources(Installation installation) {
        this.installation = installation;
    }

    /// @return where the API is asked meanwhile
    String give(Optional<Resource> resource) {
        close();
        if (resource.isEmpty()) {
            return installation.http();
        }
        Resource given = resource.get();
        return switch (given.kind()) {
            case WORKERS -> {
                for (int i = 1; i < given.amount(); i++) {
                    parts.add(installation.startWorker(Map.of()));
                }
                parts.forEach(part -> part.awaitReady(START));
                yield installation.http();
            }
            case CORES -> {
                limit = Optional.of(CoreLimit.of(installation.processes(), given.amount()));
                yield installation.http();
            }
            case POOL -> node((int) given.amount());
        };
    }

    private String node(int pool) {
        TcpProxy between = new TcpProxy(() -> installation.database().port(), AWAY);
        network = Optional.of(between);
        Part started = installation.startApi(
                between.port(),
                Map.of("MAILBLAST_DATABASE_POOL_SIZE", Integer.toString(pool), "MAILBLAST_ANALYTICS_CACHE_FOR", "0ms"));
        parts.add(started);
        try {
            String http = ApiClient.JSON
                    .readTree(started.awaitReady(START))
                    .path("http")
                    .asText();
            node = Optional.of(http);
            return http;
        } catch (JsonProcessingException e) {
            throw new CannotRunException("A node of the API did not say where it is: " + e.getOriginalMessage());
        }
    }

    /// A node's log ends with its home: what it has taken must be in the database before.
    private static void awaitIngested(String http) {
        long deadlineNs = System.nanoTime() + INGESTED.toNanos();
        while (!isIngested(http) && System.nanoTime() < deadlineNs) {
            Audience.pause(100);
        }
    }

    /// Whether all that a node has taken is in the database; also where the node does not tell.
    static boolean isIngested(String http) {
        try (ApiClient api = new ApiClient(http)) {
            return Prometheus.parse(api.text("/metrics"))
                            .sum("mailblast_events_lag_bytes", "")
                            .orElse(0)
                    <= 0;
        } catch (CannotRunException e) {
            // It has ended by itself: what that cost is seen where all is compared.
            return true;
        }
    }

    /// Takes back what was given.
    @Override
    public void close() {
        node.ifPresent(Resources::awaitIngested);
        node = Optional.empty();
        limit.ifPresent(CoreLimit::close);
        limit = Optional.empty();
        parts.forEach(Part::askToStop);
        parts.forEach(Part::close);
        parts.clear();
        network.ifPresent(TcpProxy::close);
        network = Optional.empty();
    }
}
