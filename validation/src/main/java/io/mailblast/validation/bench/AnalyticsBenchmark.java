package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// How long analytics takes over many events in 200 campaigns, without its cache: the four routes that the
/// strategy's load has, and a campaign's report and timeline.
final class AnalyticsBenchmark implements Benchmark {

    private static final int USERS = 20;

    /// Of each user: ten times what the strategy's do, who rest for two seconds.
    private static final int ASKS_PER_SECOND = 5;

    private static final Duration WARMUP = Duration.ofSeconds(5);

    private final int events;

    AnalyticsBenchmark(int events) {
        this.events = events;
    }

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("analytics", Machine.read());
        screen.step("Starting the API with its database, analytics without its cache ...");
        try (Installation installation = Installation.start(
                        launcher, List.of("--quiet"), Map.of("MAILBLAST_ANALYTICS_CACHE_FOR", "0ms"));
                ApiClient api = installation.signIn()) {
            ManyEvents.ingest(installation, events, screen);
            checkEvents(api, result);
            List<String> paths = paths(api);
            measure(installation, api, paths, settings, result, screen);
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            result.configured("events", Settings.grouped(events));
            result.configured("campaigns", ManyEvents.CAMPAIGNS);
            result.configured("questions", String.join(", ", paths));
            result.configured("cache", "off");
        }
        return result;
    }

    /// The figures must be of all that was ingested, or quick answers say nothing.
    private void checkEvents(ApiClient api, BenchResult result) {
        JsonNode overview = api.get("/analytics/overview").path("data");
        long counted = overview.at("/opens/total").asLong()
                + overview.at("/clicks/total").asLong();
        if (counted != events) {
            result.failed("The overview has " + counted + " opens and clicks of " + events + ".");
        }
    }

    private static List<String> paths(ApiClient api) {
        long campaign =
                api.get("/campaigns?limit=1").path("data").path(0).path("id").asLong();
        return List.of(
                "/analytics/overview",
                "/analytics/timeline?range=30d",
                "/analytics/top-links?limit=10",
                "/analytics/events/recent?limit=25",
                "/campaigns/" + campaign + "/report",
                "/analytics/timeline?range=7d&campaign=" + campaign);
    }

    private static void measure(
            Installation installation,
            ApiClient api,
            List<String> paths,
            Settings settings,
            BenchResult result,
            Screen screen) {
        String base = installation.http();
        LoadGenerator generator = new LoadGenerator(HttpRequests.address(base));
        String bearer = "Authorization: Bearer " + api.token() + "\r\n";
        List<byte[]> requests = paths.stream()
                .map(path -> HttpRequests.get(base, path, "bench", bearer))
                .toList();
        List<byte[]> nothing = List.of(HttpRequests.get(base, "/health/live", "bench"));
        List<LoadResult> paced = new ArrayList<>();
        List<LoadResult> asFastAsAnswered = new ArrayList<>();
        List<LoadResult> nothingPaced = new ArrayList<>();
        List<LoadResult> nothingAsFast = new ArrayList<>();
        double rate = USERS * (double) ASKS_PER_SECOND;
        for (int i = 1; i <= settings.repeats(); i++) {
            String turn = USERS + " users, " + i + " of " + settings.repeats();
            screen.step(turn + ": the route that does nothing ...");
            nothingPaced.add(checked(generator.run(plan(nothing, rate, settings)), result));
            nothingAsFast.add(checked(generator.run(plan(nothing, 0, settings)), result));
            screen.step(turn + ": questions ...");
            paced.add(checked(generator.run(plan(requests, rate, settings)), result));
            asFastAsAnswered.add(checked(generator.run(plan(requests, 0, settings)), result));
        }
        result.add(Figure.of("query_p99_ms", "ms", median(paced, load -> load.latencyMs(99)))
                .under("health_live_p99_ms", median(nothingPaced, load -> load.latencyMs(99)))
                .atMost(100)
                .noting("Of " + USERS * ASKS_PER_SECOND + " questions a second of " + USERS
                        + " users, from the intended start; all kinds in turn. The route that does nothing asks no"
                        + " database."));
        result.add(Figure.of(
                "query_max_ms",
                "ms",
                Spread.highest(paced.stream().map(LoadResult::maxLatencyMs).toList())));
        result.add(Figure.of("queries_per_second", "questions/s", median(asFastAsAnswered, LoadResult::perSecond))
                .under("health_live_per_second", median(nothingAsFast, LoadResult::perSecond))
                .noting("Of " + USERS + " users who ask again as soon as they have the answer."));
        for (String path : paths) {
            LoadResult alone = checked(
                    generator.run(new LoadPlan(
                            List.of(HttpRequests.get(base, path, "bench", bearer)),
                            Set.of(200),
                            1,
                            0,
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(2))),
                    result);
            result.note(String.format(
                    java.util.Locale.ROOT,
                    "One user alone, %s: median %.1f ms, p99 %.1f ms.",
                    path,
                    alone.latencyMs(50),
                    alone.latencyMs(99)));
        }
    }

    /// @param rate requests a second, or 0 for as fast as they are answered
    private static LoadPlan plan(List<byte[]> requests, double rate, Settings settings) {
        return new LoadPlan(requests, Set.of(200), USERS, rate, WARMUP, settings.duration());
    }

    private static Spread median(List<LoadResult> loads, Function<LoadResult, Double> of) {
        return Spread.median(loads.stream().map(of).toList());
    }

    private static LoadResult checked(LoadResult measured, BenchResult result) {
        if (measured.errors() > 0) {
            result.failed(measured.errors() + " questions had no good answer: " + measured.problem());
        }
        return measured;
    }
}
