package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.TrackedLinks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What being watched costs an installation that takes opens as fast as it can: what goes on by the clock (samples,
/// history, rules), and what is recorded of each request.
final class MeasuringBenchmark implements Benchmark {

    private static final int MAILS = 500;
    private static final int CONNECTIONS = 512;
    private static final int REQUESTS = 5_000_000;
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /// So many times as often as usual things are measured, to see what that costs.
    private static final double OFTENER = 10;

    /// Of history's steps and rules' evaluations there are some in it.
    private static final Duration IDLE = Duration.ofSeconds(60);

    /// CPU time that was used, in seconds.
    private record Cpu(double api, double database) {

        static Cpu of(Installation installation) {
            return new Cpu(
                    installation
                            .process("api")
                            .flatMap(process -> process.info().totalCpuDuration())
                            .map(MeasuringBenchmark::seconds)
                            .orElseThrow(() -> new CannotRunException("This system does not tell CPU times.")),
                    installation
                            .databaseCpu()
                            .map(MeasuringBenchmark::seconds)
                            .orElseThrow(() -> new CannotRunException("This system does not tell CPU times.")));
        }

        double both() {
            return api + database;
        }
    }

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("measuring", Machine.read());
        screen.step("Starting a simulator that reacts to nothing, the API with its database, and a worker ...");
        try (Installation installation =
                        Installation.start(launcher, List.of("--quiet", "--rate", "1000000"), Map.of());
                ApiClient api = installation.signIn();
                ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            LoadPlan opens = opens(installation, api, simulator, settings.duration(), screen);
            LoadGenerator generator = new LoadGenerator(HttpRequests.address(installation.http()));
            screen.step("Warming up ...");
            LoadResult _ = generator.run(opens);
            List<Double> idle = new ArrayList<>();
            List<Double> micros = new ArrayList<>();
            List<Double> recording = new ArrayList<>();
            for (int i = 1; i <= settings.repeats(); i++) {
                String turn = i + " of " + settings.repeats();
                screen.step("Opens as fast as they are taken, " + turn + " ...");
                micros.add(microsPerOpen(installation, generator, opens, result));
                screen.step("Nothing but watching, for " + IDLE.toSeconds() + " s, " + turn + " ...");
                idle.add(idle(installation, result.machine().cores()));
                screen.step("What is recorded of a request, over and over, " + turn + " ...");
                recording.add(installation
                                .measure(List.of("requests", "--requests", Integer.toString(REQUESTS)))
                                .path("nanos_per_request")
                                .asDouble()
                        / 1e3);
            }
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            installation.restart(Map.of("MAILBLAST_TIME_SCALE", Double.toString(1 / OFTENER)));
            List<Double> often = new ArrayList<>();
            for (int i = 1; i <= settings.repeats(); i++) {
                screen.step(String.format(
                        Locale.ROOT,
                        "The same with everything measured %.0f times as often, %d of %d ...",
                        OFTENER,
                        i,
                        settings.repeats()));
                often.add(idle(installation, result.machine().cores()));
            }
            summarise(
                    result, Spread.median(idle), Spread.median(often), Spread.median(recording), Spread.median(micros));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        return result;
    }

    private static LoadPlan opens(
            Installation installation, ApiClient api, ApiClient simulator, Duration duration, Screen screen) {
        screen.step("Sending " + MAILS + " mails, to open what really stands in them ...");
        Audience audience = new Audience(installation, api);
        JsonNode _ = audience.sender();
        audience.awaitSent(audience.begin(audience.list("Readers", MAILS)), _ -> {});
        List<byte[]> requests = TrackedLinks.of(simulator, MAILS).opens(installation.http());
        return new LoadPlan(requests, Set.of(200), CONNECTIONS, 0, WARM_UP, duration);
    }

    /// CPU of the API's process that an open takes, while all cores have no rest; those of the load's warm-up count on
    /// both sides.
    private static double microsPerOpen(
            Installation installation, LoadGenerator generator, LoadPlan opens, BenchResult result) {
        Cpu before = Cpu.of(installation);
        long taken = taken(installation);
        LoadResult load = generator.run(opens);
        if (load.errors() > 0) {
            result.failed(load.errors() + " opens were not answered as expected: " + load.problem());
        }
        Cpu after = Cpu.of(installation);
        return (after.api() - before.api()) * 1e6 / Math.max(1, taken(installation) - taken);
    }

    private static long taken(Installation installation) {
        try (ApiClient metrics = new ApiClient(installation.http())) {
            return metrics.text("/metrics")
                    .lines()
                    .filter(line -> line.startsWith("mailblast_event_log_appended_total"))
                    .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
                    .sum();
        }
    }

    /// Of all cores, 0 to 1.
    private static double idle(Installation installation, int cores) throws InterruptedException {
        // What was opened is ingested first.
        TimeUnit.SECONDS.sleep(20);
        Cpu before = Cpu.of(installation);
        long begun = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(IDLE.toMillis());
        double seconds = (System.nanoTime() - begun) / 1e9;
        return (Cpu.of(installation).both() - before.both()) / seconds / cores;
    }

    /// What an idle installation does more when it is measured more often is what measuring costs; the rest is
    /// looking for work, beats and the like.
    private static void summarise(BenchResult result, Spread idle, Spread often, Spread recording, Spread open) {
        double clock = Math.max(0, (often.value() - idle.value()) / (OFTENER - 1));
        double share = clock + recording.value() / open.value();
        result.add(Figure.of("measuring_share_percent", "%", Spread.once(100 * share))
                .noting(String.format(
                        Locale.ROOT,
                        "Of what the API can do: by the clock %.2f%% (samples, history, rules: by how much more an idle"
                                + " API and its PostgreSQL do when these come %.0f times as often), of each open %.2f%%.",
                        100 * clock,
                        OFTENER,
                        100 * recording.value() / open.value())));
        result.add(Figure.of("idle_cores", "of all", idle)
                .noting("CPU of the API's process and of PostgreSQL while nobody asks anything."));
        result.add(Figure.of("idle_cores_measured_often", "of all", often)
                .noting("The same where samples, history and rules come ten times as often."));
        result.add(Figure.of("recording_micros_per_request", "us", recording)
                .under("open_micros", open)
                .noting("Histograms, percentiles and counters of one request, on all cores at once; the ceiling is the"
                        + " API's CPU for a whole open while they come as fast as they are taken."));
        result.configured("load", CONNECTIONS + " connections");
        result.configured("database", "embedded PostgreSQL, durable");
        result.notMeasured("A scrape of /metrics, and the worker's own samples.");
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
