package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/// How fast one worker sends a campaign through SES, beside a plain client that posts finished requests to the same
/// simulator in turns with it.
final class SendingBenchmark implements Benchmark {

    private static final int CONNECTIONS = 48;
    private static final int WARMUP_MAILS = 5_000;
    private static final Duration CEILING_WARMUP = Duration.ofSeconds(2);
    private static final long WATCH_EVERY_NS = 1_000_000_000L;
    private static final String DELIVERY = "mailblast_delivery_seconds";

    private final List<Double> mailsPerSecond = new ArrayList<>();
    private final List<Double> enqueueSeconds = new ArrayList<>();
    private final List<Double> deliveryP99Ms = new ArrayList<>();
    private final List<Double> cpuPer1000 = new ArrayList<>();
    private final List<Double> plainPerSecond = new ArrayList<>();

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("sending", Machine.read());
        screen.step("Starting a simulator that reacts to nothing, the API with its database, and a worker ...");
        try (Installation installation = Installation.start(
                        launcher,
                        List.of("--quiet", "--rate", "1000000", "--quota", "-1", "--durability", "fsync"),
                        Map.of("MAILBLAST_SENDING_CONNECTIONS", Integer.toString(CONNECTIONS)));
                ApiClient api = installation.signIn();
                ApiClient simulator = new ApiClient(installation.simulatorHttp());
                ApiClient worker = new ApiClient(installation.workerHttp())) {
            Audience audience = new Audience(installation, api);
            ProcessProbe probe = new ProcessProbe(worker, installation.process("worker"));
            audience.sender();
            screen.step("Importing " + Settings.grouped(settings.mails()) + " contacts ...");
            long warmup = audience.list("Warm-up", Math.min(WARMUP_MAILS, settings.mails()));
            long list = audience.list("Benchmark", settings.mails());
            screen.step(
                    "Warming up: a campaign of " + Settings.grouped(Math.min(WARMUP_MAILS, settings.mails())) + " ...");
            long _ = audience.send(warmup, (_, stats) -> screen.progress(progress(stats)));
            LoadPlan plain = plain(installation, simulator, settings);
            for (int i = 1; i <= settings.repeats(); i++) {
                String turn = i + " of " + settings.repeats();
                screen.step("The ceiling, " + turn + ": the plain client for "
                        + settings.duration().toSeconds() + " s ...");
                ceiling(installation, plain, result);
                screen.step("MailBlast, " + turn + ": a campaign of " + Settings.grouped(settings.mails()) + " ...");
                campaign(audience, api, simulator, probe, list, settings.mails(), result, screen);
            }
            summarise(result, settings, probe, api);
        }
        return result;
    }

    private LoadPlan plain(Installation installation, ApiClient simulator, Settings settings) {
        String mime = simulator.text("/mail/0/source");
        byte[] request = SesRequests.sendEmail(installation.simulatorHttp(), "plain@example.com", mime);
        return new LoadPlan(List.of(request), Set.of(200), CONNECTIONS, 0, CEILING_WARMUP, settings.duration());
    }

    private void ceiling(Installation installation, LoadPlan plan, BenchResult result) {
        LoadResult load = new LoadGenerator(HttpRequests.address(installation.simulatorHttp())).run(plan);
        plainPerSecond.add(load.perSecond());
        load.selfDoubt(result.machine().cores()).ifPresent(result::note);
        if (load.errors() > 0) {
            result.failed("The plain client had " + load.errors() + " errors, such as: " + load.problem() + ".");
        }
    }

    private void campaign(
            Audience audience,
            ApiClient api,
            ApiClient simulator,
            ProcessProbe probe,
            long list,
            int mails,
            BenchResult result,
            Screen screen) {
        long acceptedBefore =
                simulator.get("/simulator/counts").path("accepted").asLong();
        Prometheus before = probe.scrape();
        Duration cpuBefore = probe.cpu().orElse(Duration.ZERO);
        long[] watchedNs = {System.nanoTime()};
        long campaign = audience.send(list, (_, stats) -> {
            screen.progress(progress(stats));
            if (System.nanoTime() - watchedNs[0] > WATCH_EVERY_NS) {
                watchedNs[0] = System.nanoTime();
                Prometheus _ = probe.watchHeap();
            }
        });
        Prometheus after = probe.watchHeap();
        JsonNode stats = audience.stats(campaign);
        long sent = stats.path("by_state").path("sent").asLong();
        mailsPerSecond.add(sent / stats.path("seconds").asDouble());
        OptionalDouble p99 = after.quantileSince(before, DELIVERY, "outcome=\"accepted\"", 0.99);
        p99.ifPresent(seconds -> deliveryP99Ms.add(seconds * 1e3));
        probe.cpu().ifPresent(cpu -> cpuPer1000.add(cpu.minus(cpuBefore).toNanos() / 1e9 / mails * 1_000));
        JsonNode row = api.get("/campaigns/" + campaign).path("data");
        Instant requested = Instant.parse(row.path("send_requested_at").asText());
        Instant queued = Instant.parse(row.path("queued_at").asText());
        enqueueSeconds.add(Duration.between(requested, queued).toNanos() / 1e9);
        long accepted = simulator.get("/simulator/counts").path("accepted").asLong() - acceptedBefore;
        if (sent != mails || accepted != mails) {
            result.failed("Of " + mails + " mails MailBlast says it sent " + sent + ", and the simulator took "
                    + accepted + ".");
        }
    }

    private void summarise(BenchResult result, Settings settings, ProcessProbe probe, ApiClient api) {
        result.version("MailBlast", api.get("/health/ready").path("version").asText());
        result.configured("mails", Settings.grouped(settings.mails()));
        result.configured("repeats", Integer.toString(settings.repeats()));
        result.configured(
                "mail", "8 KB of HTML and its derived text, personalised, " + Samples.LINKS + " tracked links");
        result.configured("workers", "1");
        result.configured("connections", CONNECTIONS + " of the worker, as many of the plain client");
        result.configured("simulator", "--quiet --rate 1000000 --durability fsync, no notifications");
        result.configured("database", "embedded PostgreSQL, durable");
        result.add(
                Figure.of("ses_mails_per_second", "mails/s", Spread.median(mailsPerSecond))
                        .under("plain_client_mails_per_second", Spread.median(plainPerSecond))
                        .noting(
                                "From the recipients' snapshot to the last recorded outcome, one SendEmail a mail. The plain client"
                                        + " posts one finished request over and over: no database, no personalising, no signing."));
        result.add(
                Figure.of("enqueue_" + Settings.size(settings.mails()) + "_seconds", "s", Spread.median(enqueueSeconds))
                        .noting("From the send request to the complete, numbered snapshot of the recipients."));
        if (deliveryP99Ms.isEmpty()) {
            result.notMeasured("delivery_p99_ms: it lies beyond the last bucket of the worker's histogram.");
        } else {
            result.add(Figure.of("delivery_p99_ms", "ms", Spread.median(deliveryP99Ms))
                    .noting(
                            "One SendEmail as the worker's own histogram has it, interpolated between buckets that lie a"
                                    + " factor of 2.5 to 5 apart."));
        }
        if (probe.highestHeapMb() > 0) {
            result.add(Figure.of("worker_heap_mb", "MB", Spread.once(probe.highestHeapMb()))
                    .noting("The most that was in use when asked once a second, garbage included."));
        }
        probe.highestRssMb()
                .ifPresentOrElse(
                        rss -> result.add(Figure.of("worker_rss_mb", "MB", Spread.once(rss))
                                .noting("The most memory that the worker's process ever held.")),
                        () -> result.notMeasured("worker_rss_mb: this system has no /proc."));
        if (cpuPer1000.isEmpty()) {
            result.notMeasured("cpu_seconds_per_1000_mails: this system does not tell a process's CPU time.");
        } else {
            result.add(Figure.of("cpu_seconds_per_1000_mails", "s", Spread.median(cpuPer1000))
                    .noting("Of the worker's process alone; PostgreSQL and the simulator are not in it."));
        }
        result.notMeasured(
                "SMTP, SES bulk sending, several workers, campaigns side by side, and campaigns of 250,000 and"
                        + " 1,000,000 unless --mails says so.");
        result.notMeasured(
                "The network: provider, database, worker and plain client share this machine, its cores and its disk.");
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
