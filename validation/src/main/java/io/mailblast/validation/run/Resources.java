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
import java.util.OptionalDouble;

/// What phases give an installation, one resource at a time: workers beside its own, nodes that answer opens and
/// clicks, a limit of its processor time, or a node of the API whose pool has that size. To that node the database is
/// 10 ms away, as in another rack: on one machine a few connections are as fast as many.
final class Resources implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration INGESTED = Duration.ofSeconds(30);
    private static final Duration AWAY = Duration.ofMillis(10);

    private final Installation installation;
    private final List<Part> parts = new ArrayList<>();
    private final List<CoreLimit> limits = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private Optional<TcpProxy> network = Optional.empty();
    private Optional<Resource> given = Optional.empty();

    Resources(Installation installation) {
        this.installation = installation;
    }

    /// @return where it is asked meanwhile
    List<String> give(Optional<Resource> next) {
        boolean sameNodes = next.isPresent() && given.isPresent() && isSame(next.get(), given.get());
        if (!sameNodes) {
            close();
        }
        given = next;
        if (next.isEmpty()) {
            return List.of(installation.http());
        }
        Resource resource = next.get();
        int amount = (int) resource.amount();
        return switch (resource.kind()) {
            case WORKERS -> {
                for (int i = 1; i < amount; i++) {
                    parts.add(installation.startWorker(Map.of()));
                }
                parts.forEach(part -> part.awaitReady(START));
                yield List.of(installation.http());
            }
            case CORES -> {
                limits.add(CoreLimit.of(installation.processes(), resource.amount()));
                yield List.of(installation.http());
            }
            case POOL -> {
                TcpProxy between = new TcpProxy(() -> installation.database().port(), AWAY);
                network = Optional.of(between);
                start(
                        1,
                        between.port(),
                        Map.of(
                                "MAILBLAST_DATABASE_POOL_SIZE",
                                Integer.toString(amount),
                                "MAILBLAST_ANALYTICS_CACHE_FOR",
                                "0ms"));
                yield List.copyOf(nodes);
            }
            case TRACKERS -> {
                if (!sameNodes) {
                    start(amount, installation.database().port(), Map.of());
                }
                share(resource.share());
                yield List.copyOf(nodes);
            }
        };
    }

    /// Nodes that have warmed up go on where only their share is another one.
    private static boolean isSame(Resource one, Resource other) {
        return one.kind() == Resource.Kind.TRACKERS
                && other.kind() == Resource.Kind.TRACKERS
                && one.amount() == other.amount();
    }

    /// Each node in a control group of its own; what it has taken before is not to be worked on in its share.
    private void share(OptionalDouble cores) {
        nodes.forEach(Resources::awaitIngested);
        limits.forEach(CoreLimit::close);
        limits.clear();
        cores.ifPresent(each -> parts.forEach(part -> limits.add(CoreLimit.of(List.of(part.handle()), each))));
    }

    private void start(int count, int databasePort, Map<String, String> configuration) {
        for (int i = 0; i < count; i++) {
            parts.add(installation.startApi(databasePort, configuration));
        }
        try {
            for (Part part : parts) {
                nodes.add(ApiClient.JSON
                        .readTree(part.awaitReady(START))
                        .path("http")
                        .asText());
            }
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
        limits.forEach(CoreLimit::close);
        limits.clear();
        nodes.forEach(Resources::awaitIngested);
        nodes.clear();
        parts.forEach(Part::askToStop);
        parts.forEach(Part::close);
        parts.clear();
        network.ifPresent(TcpProxy::close);
        network = Optional.empty();
        given = Optional.empty();
    }
}
