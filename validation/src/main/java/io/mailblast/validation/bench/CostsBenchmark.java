package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.ProcessProbe;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.TrackedLinks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/// What one contact, one mail and one event cost: time of one processor core in each process, bytes and writes of the
/// database. `./mailblast capacity` reckons with them.
final class CostsBenchmark implements Benchmark {

    private static final int SMTP_WARM_UP = 500_000;
    private static final int SES_WARM_UP = 60_000;
    private static final int SES_MAILS = 60_000;
    private static final int LINKS = 500;

    private static final int CONNECTIONS = 512;

    /// Of what can be answered: so busy is a node at most that `capacity` asks for. As fast as they are answered each
    /// costs less, since none wakes a processor.
    private static final double BUSY = 0.7;

    private static final int INGESTED = 4_000_000;
    private static final int SLICE = 500_000;

    /// Slices in which the compilers do their work.
    private static final int WARM_SLICES = 3;

    private static final Duration WARMUP = Duration.ofSeconds(20);
    private static final double MICROS = 1e6;

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("costs", Machine.read());
        screen.step(
                "Starting a mail sink, a simulator that reacts to nothing, the API with its database, and a worker ...");
        try (SmtpSink sink = SmtpSink.start();
                Installation installation = Installation.start(
                        launcher,
                        List.of("--quiet", "--rate", "1000000", "--quota", "-1", "--durability", "fsync"),
                        SendingBenchmark.smtp(sink))) {
            long list = contacts(installation, settings.mails(), result, screen);
            mails(
                    "smtp",
                    installation,
                    sink::taken,
                    list,
                    SMTP_WARM_UP,
                    settings.mails(),
                    settings.repeats(),
                    result,
                    screen);
            installation.restart(SendingBenchmark.Way.SES.configuration());
            try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
                // Before all others, of which the simulator forgets the earliest.
                TrackedLinks links = links(installation, simulator);
                long some = list;
                if (settings.mails() > SES_MAILS) {
                    some = audience(installation, audience -> audience.list("Fewer", SES_MAILS));
                }
                LongSupplier taken = () ->
                        simulator.get("/simulator/counts").path("accepted").asLong();
                int mails = Math.min(SES_MAILS, settings.mails());
                mails("ses", installation, taken, some, SES_WARM_UP, mails, settings.repeats(), result, screen);
                events(installation, links, settings.duration(), result, screen);
            }
            try (ApiClient api = installation.signIn()) {
                result.version(
                        "MailBlast", api.get("/health/ready").path("version").asText());
            }
        }
        result.configured("mails", Settings.grouped(settings.mails()) + " a campaign by SMTP");
        result.configured("mail", "8 KB of HTML and its derived text, personalised, 5 tracked links");
        result.configured("database", "embedded PostgreSQL, durable");
        result.notMeasured("What people do in the console, and requests of the API: far fewer than mails and events.");
        return result;
    }

    private static long contacts(Installation installation, int contacts, BenchResult result, Screen screen) {
        screen.step("Importing " + Settings.grouped(contacts) + " contacts ...");
        DatabaseLedger before = DatabaseLedger.read(installation);
        long list = audience(installation, audience -> {
            JsonNode _ = audience.sender();
            return audience.list("Costs", contacts);
        });
        database("contact", DatabaseLedger.read(installation).each(before, contacts), result);
        return list;
    }

    private static TrackedLinks links(Installation installation, ApiClient simulator) {
        try (ApiClient api = installation.signIn()) {
            Audience audience = new Audience(installation, api);
            audience.awaitSent(audience.begin(audience.list("Readers", LINKS)), _ -> {});
            return TrackedLinks.of(simulator, LINKS);
        }
    }

    private static void mails(
            String way,
            Installation installation,
            LongSupplier taken,
            long list,
            int warmUp,
            int mails,
            int repeats,
            BenchResult result,
            Screen screen) {
        try (ApiClient api = installation.signIn();
                ApiClient worker = new ApiClient(installation.workerHttp())) {
            Audience audience = new Audience(installation, api);
            ProcessProbe probe = new ProcessProbe(worker, installation.process("worker"));
            Campaigns campaigns = new Campaigns(installation, audience, api, probe, taken, screen, result);
            int times = Math.ceilDiv(warmUp, mails);
            for (int i = 1; i <= times; i++) {
                screen.step("Mails by " + way + ", warming up, " + i + " of " + times + " ...");
                Campaigns.Measured _ = campaigns.send(list, mails, 1);
            }
            DatabaseLedger before = DatabaseLedger.read(installation);
            double workerSeconds = 0;
            for (int i = 1; i <= repeats; i++) {
                screen.step("Mails by " + way + ", a campaign of " + Settings.grouped(mails) + ", " + i + " of "
                        + repeats + " ...");
                workerSeconds += campaigns.send(list, mails, 1).workerCpu().orElse(Double.NaN) / 1_000 / repeats;
            }
            database(way, DatabaseLedger.read(installation).each(before, (double) mails * repeats), result);
            if (Double.isFinite(workerSeconds)) {
                result.add(Figure.of(way + "_worker_us", "us", Spread.once(workerSeconds * MICROS))
                        .noting("Of one core, in the worker's process, for one mail."));
            }
        }
    }

    /// Opens and clicks as they come, of few recipients; then many of many, which are only ingested.
    private static void events(
            Installation installation, TrackedLinks links, Duration duration, BenchResult result, Screen screen) {
        screen.step("Opens and clicks, at 70% of what can be answered ...");
        double answered = answered(installation, links, duration, result, screen);
        screen.step("Ingesting " + Settings.grouped(INGESTED) + " events of many recipients ...");
        DatabaseLedger before = DatabaseLedger.read(installation);
        JsonNode measured = installation.measure(List.of(
                "ingest", "--no-copy", "--events", Integer.toString(INGESTED), "--slice", Integer.toString(SLICE)));
        database("event", DatabaseLedger.read(installation).each(before, INGESTED), result);
        JsonNode cpu = measured.path("cpu_seconds");
        double seconds = 0;
        for (int i = WARM_SLICES; i < cpu.size(); i++) {
            seconds += cpu.path(i).asDouble(Double.NaN);
        }
        double ingest = seconds / ((cpu.size() - WARM_SLICES) * (double) SLICE) * MICROS;
        if (Double.isFinite(ingest) && Double.isFinite(answered)) {
            result.add(Figure.of("event_ingest_us", "us", Spread.once(ingest))
                    .noting("Of one core, in the process that ingests, for one event."));
            result.add(Figure.of("event_answer_us", "us", Spread.once(Math.max(0, answered - ingest)))
                    .noting("Of one core, in the process that answers, at 70% of what it can, the kernel's part and the"
                            + " flush to the log among it."));
        } else {
            result.notMeasured("event_ingest_us and event_answer_us: this system does not tell.");
        }
    }

    /// @return microseconds of a core in the API's process, ingest among them, for one event
    private static double answered(
            Installation installation, TrackedLinks links, Duration duration, BenchResult result, Screen screen) {
        LoadGenerator generator = new LoadGenerator(HttpRequests.address(installation.http()));
        List<byte[]> mix = links.mix(installation.http());
        double most = generator
                .run(new LoadPlan(mix, Set.of(200, 302), CONNECTIONS, 0, WARMUP, duration))
                .perSecond();
        try (ApiClient api = installation.signIn()) {
            TrackingBenchmark.awaitIngest(api, screen);
            double before = apiCpu(installation);
            LoadResult load = generator.run(
                    new LoadPlan(mix, Set.of(200, 302), CONNECTIONS, most * BUSY, Duration.ZERO, duration));
            if (load.errors() > 0) {
                result.failed(load.errors() + " opens and clicks had no good answer: " + load.problem());
            }
            TrackingBenchmark.awaitIngest(api, screen);
            return (apiCpu(installation) - before) / load.answered() * MICROS;
        }
    }

    private static double apiCpu(Installation installation) {
        return installation
                .process("api")
                .flatMap(process -> process.info().totalCpuDuration())
                .map(time -> time.toNanos() / 1e9)
                .orElse(Double.NaN);
    }

    private static long audience(Installation installation, ToLongFunction<Audience> asked) {
        try (ApiClient api = installation.signIn()) {
            return asked.applyAsLong(new Audience(installation, api));
        }
    }

    private static void database(String of, DatabaseLedger each, BenchResult result) {
        Map<String, String> what = Map.of("contact", "one contact, imported", "event", "one event");
        String thing = what.getOrDefault(of, "one mail");
        if (Double.isFinite(each.cpuSeconds())) {
            result.add(Figure.of(of + "_database_us", "us", Spread.once(each.cpuSeconds() * MICROS))
                    .noting("Of one core, in PostgreSQL's processes, for " + thing + "."));
        }
        result.add(Figure.of(of + "_bytes", "bytes", Spread.once(Math.max(0, each.bytes())))
                .noting("By which the database grows for " + thing + "."));
        result.add(Figure.of(of + "_wal_bytes", "bytes", Spread.once(each.walBytes()))
                .noting("Of PostgreSQL's log, for " + thing + "."));
        result.add(Figure.of(of + "_writes", "writes", Spread.once(each.writes()))
                .noting("To PostgreSQL's disk, pages and log, for " + thing + "."));
    }
}
