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

/// How long analytics takes over many events in 200 campaigns, without its cache: the four routes that the
/// strategy's load has, and a campaign's report and timeline.
final class AnalyticsBenchmark implements Benchmark {

    private static final int CAMPAIGNS = 200;
    private static final int RECIPIENTS = 50_000;
    private static final int DAYS = 30;
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
            screen.step("Ingesting " + Settings.grouped(events) + " events of " + CAMPAIGNS + " campaigns ...");
            JsonNode _ = installation.measure(List.of(
                    "ingest",
                    "--no-copy",
                    "--events",
                    Integer.toString(events),
                    "--campaigns",
                    Integer.toString(CAMPAIGNS),
                    "--recipients",
                    Integer.toString(RECIPIENTS),
                    "--days",
                    Integer.toString(DAYS)));
            checkEvents(api, result);
            List<String> paths = paths(api);
            measure(installation, api, paths, settings, result, screen);
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            result.configured("events", Settings.grouped(events));
            result.configured(
                    "campaigns",
                    CAMPAIGNS + " of " + Settings.grouped(RECIPIENTS) + " recipients, over " + DAYS + " days");
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
        List<Double> p99 = new ArrayList<>();
        List<Double> max = new ArrayList<>();
        List<Double> perSecond = new ArrayList<>();
        for (int i = 1; i <= settings.repeats(); i++) {
            screen.step(USERS + " users, " + i + " of " + settings.repeats() + " ...");
            LoadResult paced = checked(
                    generator.run(new LoadPlan(
                            requests,
                            Set.of(200),
                            USERS,
                            USERS * (double) ASKS_PER_SECOND,
                            WARMUP,
                            settings.duration())),
                    result);
            p99.add(paced.latencyMs(99));
            max.add(paced.maxLatencyMs());
            perSecond.add(checked(
                            generator.run(new LoadPlan(requests, Set.of(200), USERS, 0, WARMUP, settings.duration())),
                            result)
                    .perSecond());
        }
        result.add(Figure.of("query_p99_ms", "ms", Spread.median(p99))
                .atMost(100)
                .noting("Of " + USERS * ASKS_PER_SECOND + " questions a second of " + USERS
                        + " users, from the intended start; all kinds in turn."));
        result.add(Figure.of("query_max_ms", "ms", Spread.highest(max)));
        result.add(Figure.of("queries_per_second", "questions/s", Spread.median(perSecond))
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

    private static LoadResult checked(LoadResult measured, BenchResult result) {
        if (measured.errors() > 0) {
            result.failed(measured.errors() + " questions had no good answer: " + measured.problem());
        }
        return measured;
    }
}
