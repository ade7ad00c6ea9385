package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.observe.ProcessProbe;
import io.mailblast.validation.observe.Prometheus;
import io.mailblast.validation.traffic.Audience;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/// Sends campaigns of an installation and measures from outside what it took.
final class Campaigns {

    private static final long WATCH_EVERY_NS = 1_000_000_000L;
    private static final String DELIVERY = "mailblast_delivery_seconds";

    private final Audience audience;
    private final ApiClient api;
    private final ProcessProbe worker;
    private final Installation installation;
    private final LongSupplier taken;
    private final Screen screen;
    private final BenchResult result;

    /// @param taken mails that the other side has taken so far
    Campaigns(
            Installation installation,
            Audience audience,
            ApiClient api,
            ProcessProbe worker,
            LongSupplier taken,
            Screen screen,
            BenchResult result) {
        this.installation = installation;
        this.audience = audience;
        this.api = api;
        this.worker = worker;
        this.taken = taken;
        this.screen = screen;
        this.result = result;
    }

    /// @param mailsPerSecond from the first snapshot to the last recorded outcome
    /// @param enqueueSeconds from the first request to send to the last complete snapshot
    /// @param deliveryP99Ms empty where it lies beyond the worker's histogram
    /// @param workerCpu seconds for 1,000 mails; empty where the system does not say
    /// @param databaseCpu the same of PostgreSQL's processes
    record Measured(
            double mailsPerSecond,
            double enqueueSeconds,
            OptionalDouble deliveryP99Ms,
            OptionalDouble workerCpu,
            OptionalDouble databaseCpu) {}

    /// Sends so many campaigns to the same list at once and waits for their end.
    ///
    /// @param mails of each
    Measured send(long list, int mails, int campaigns) {
        long takenBefore = taken.getAsLong();
        Prometheus before = worker.scrape();
        double workerBefore = worker.cpu().map(Campaigns::seconds).orElse(Double.NaN);
        double databaseBefore =
                installation.databaseCpu().map(Campaigns::seconds).orElse(Double.NaN);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < campaigns; i++) {
            ids.add(audience.begin(list));
        }
        await(ids);
        Prometheus after = worker.watchHeap();
        double total = (double) mails * campaigns;
        double workerCpu = (worker.cpu().map(Campaigns::seconds).orElse(Double.NaN) - workerBefore) / total * 1_000;
        double databaseCpu = (installation.databaseCpu().map(Campaigns::seconds).orElse(Double.NaN) - databaseBefore)
                / total
                * 1_000;
        check(ids, mails, takenBefore);
        Times times = times(ids);
        OptionalDouble p99 = after.quantileSince(before, DELIVERY, "outcome=\"accepted\"", 0.99);
        return new Measured(
                total / times.sending(),
                times.enqueueing(),
                p99.isPresent() ? OptionalDouble.of(p99.getAsDouble() * 1e3) : p99,
                known(workerCpu),
                known(databaseCpu));
    }

    private void await(List<Long> ids) {
        long[] watchedNs = {System.nanoTime()};
        for (long id : ids) {
            audience.awaitSent(id, stats -> {
                screen.progress(progress(stats));
                if (System.nanoTime() - watchedNs[0] > WATCH_EVERY_NS) {
                    watchedNs[0] = System.nanoTime();
                    Prometheus _ = worker.watchHeap();
                }
            });
        }
    }

    private void check(List<Long> ids, int mails, long takenBefore) {
        long sent = ids.stream()
                .mapToLong(
                        id -> audience.stats(id).path("by_state").path("sent").asLong())
                .sum();
        long accepted = taken.getAsLong() - takenBefore;
        long expected = (long) mails * ids.size();
        if (sent != expected || accepted != expected) {
            result.failed("Of " + expected + " mails MailBlast says it sent " + sent + ", and the other side took "
                    + accepted + ".");
        }
    }

    private record Times(double sending, double enqueueing) {}

    private Times times(List<Long> ids) {
        Instant requested = Instant.MAX;
        Instant firstQueued = Instant.MAX;
        Instant lastQueued = Instant.MIN;
        Instant finished = Instant.MIN;
        for (long id : ids) {
            JsonNode row = api.get("/campaigns/" + id).path("data");
            requested = earlier(requested, row.path("send_requested_at"));
            firstQueued = earlier(firstQueued, row.path("queued_at"));
            lastQueued = later(lastQueued, row.path("queued_at"));
            finished = later(finished, row.path("finished_at"));
        }
        return new Times(
                seconds(Duration.between(firstQueued, finished)), seconds(Duration.between(requested, lastQueued)));
    }

    private static Instant earlier(Instant known, JsonNode time) {
        Instant at = Instant.parse(time.asText());
        return at.isBefore(known) ? at : known;
    }

    private static Instant later(Instant known, JsonNode time) {
        Instant at = Instant.parse(time.asText());
        return at.isAfter(known) ? at : known;
    }

    private static OptionalDouble known(double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static String progress(JsonNode stats) {
        return String.format(
                Locale.ROOT,
                "%s, %3.0f%%, %,.0f mails/s",
                stats.path("state").asText(),
                stats.path("progress").asDouble() * 100,
                stats.path("mails_per_second").asDouble());
    }
}
