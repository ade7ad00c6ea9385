package io.mailblast.validation.bench;

import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.traffic.Audience;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// How long the console's pages take when there are many contacts and events: each for one person alone, and all of
/// them for a few who look at the same time.
final class ConsoleBenchmark implements Benchmark {

    private static final int PEOPLE = 5;

    /// More than anybody clicks.
    private static final double PAGES_PER_SECOND = 10;

    private static final double PAGE_P95_MS = 50;
    private static final Duration WARMUP = Duration.ofSeconds(5);
    private static final Duration ONE_WARMUP = Duration.ofSeconds(2);

    private final int events;
    private final int contacts;

    ConsoleBenchmark(int events, int contacts) {
        this.events = events;
        this.contacts = contacts;
    }

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("console", Machine.read());
        screen.step("Starting the API with its database, a worker and a simulator ...");
        try (Installation installation = Installation.start(launcher, List.of("--quiet"), Map.of());
                ApiClient api = installation.signIn()) {
            screen.step("Importing " + Settings.grouped(contacts) + " contacts ...");
            long list = new Audience(installation, api).list("Everybody", contacts);
            ManyEvents.ingest(installation, events, screen);
            measure(installation, pages(api, list), settings, result, screen);
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            result.configured("contacts", Settings.grouped(contacts));
            result.configured("events", Settings.grouped(events));
            result.configured("campaigns", ManyEvents.CAMPAIGNS);
        }
        return result;
    }

    private static List<String> pages(ApiClient api, long list) {
        long campaign = first(api, "/campaigns");
        long contact = first(api, "/contacts");
        return List.of(
                "/console/dashboard",
                "/console/dashboard?range=30d",
                "/console/campaigns",
                "/console/campaigns?q=bench",
                "/console/campaigns/" + campaign + "/report",
                "/console/campaigns/" + campaign + "/recipients",
                "/console/campaigns/" + campaign + "/recipients?state=sent",
                "/console/campaigns/" + campaign + "/click-map",
                "/console/contacts",
                "/console/contacts?q=an",
                "/console/contacts?q=nobody-has-this",
                "/console/contacts?list=" + list,
                "/console/contacts/" + contact,
                "/console/lists",
                "/console/lists/" + list,
                "/console/imports",
                "/console/suppressions",
                "/console/alerts",
                "/console/performance",
                "/console/performance?period=monthly",
                "/console/system",
                "/console/start");
    }

    private static long first(ApiClient api, String path) {
        return api.get(path + "?limit=1").path("data").path(0).path("id").asLong();
    }

    private static void measure(
            Installation installation, List<String> pages, Settings settings, BenchResult result, Screen screen) {
        String base = installation.http();
        String cookie = "Cookie: " + signedIn(installation) + "\r\n";
        LoadGenerator generator = new LoadGenerator(HttpRequests.address(base));
        List<byte[]> requests = pages.stream()
                .map(page -> HttpRequests.get(base, page, "bench", cookie))
                .toList();
        screen.step("Warming up ...");
        LoadResult _ = generator.run(new LoadPlan(
                requests, Set.of(200), 1, 0, Duration.ZERO, settings.duration().plus(WARMUP)));
        List<Page> alone = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            screen.step("One person alone: " + pages.get(i));
            LoadResult load = checked(
                    generator.run(
                            new LoadPlan(List.of(requests.get(i)), Set.of(200), 1, 0, ONE_WARMUP, settings.duration())),
                    pages.get(i),
                    result);
            alone.add(new Page(pages.get(i), load.latencyMs(50), load.latencyMs(95), load.answered()));
        }
        List<Double> together = new ArrayList<>();
        for (int i = 1; i <= settings.repeats(); i++) {
            screen.step(PEOPLE + " people, " + PAGES_PER_SECOND + " pages a second, " + i + " of " + settings.repeats()
                    + " ...");
            together.add(checked(
                            generator.run(new LoadPlan(
                                    requests,
                                    Set.of(200),
                                    PEOPLE,
                                    PAGES_PER_SECOND,
                                    WARMUP,
                                    settings.duration().multipliedBy(pages.size() / PEOPLE))),
                            "all pages in turn",
                            result)
                    .latencyMs(95));
        }
        report(alone, together, result);
    }

    private record Page(String path, double p50Ms, double p95Ms, long answers) {}

    private static void report(List<Page> alone, List<Double> together, BenchResult result) {
        Page slowest =
                alone.stream().max(Comparator.comparingDouble(Page::p95Ms)).orElseThrow();
        result.add(Figure.of("page_p95_ms", "ms", Spread.median(together))
                .atMost(PAGE_P95_MS)
                .noting(String.format(
                        Locale.ROOT,
                        "All %d pages in turn, %.0f a second, %d people, from the intended start.",
                        alone.size(),
                        PAGES_PER_SECOND,
                        PEOPLE)));
        result.add(Figure.of("slowest_page_p95_ms", "ms", Spread.once(slowest.p95Ms()))
                .atMost(PAGE_P95_MS)
                .noting("Of one person who looks at " + slowest.path() + " again and again."));
        alone.forEach(page -> result.note(String.format(
                Locale.ROOT,
                "One person alone, %s: median %.1f ms, p95 %.1f ms of %d.",
                page.path(),
                page.p50Ms(),
                page.p95Ms(),
                page.answers())));
    }

    private static LoadResult checked(LoadResult measured, String what, BenchResult result) {
        if (measured.errors() > 0) {
            result.failed("Of " + what + " " + measured.errors() + " had no good answer: " + measured.problem());
        }
        return measured;
    }

    /// @return the session's cookie, as a browser would send it
    private static String signedIn(Installation installation) {
        String form = "email=" + encoded(installation.email()) + "&password=" + encoded(installation.password());
        HttpRequest request = HttpRequest.newBuilder(URI.create(installation.http() + "/console/sign-in"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            return answer.headers()
                    .firstValue("Set-Cookie")
                    .map(cookie -> cookie.split(";", 2)[0])
                    .orElseThrow(() -> new CannotRunException(
                            "The console answered " + answer.statusCode() + " to a sign-in, without a cookie."));
        } catch (IOException e) {
            throw new CannotRunException("The console does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
