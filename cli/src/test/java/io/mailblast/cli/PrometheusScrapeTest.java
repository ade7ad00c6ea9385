package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A real Prometheus with the files of `deploy/`: it finds nothing to blame in the metrics, reads the rules, and knows
/// what
/// MailBlast and its dashboards say. Skipped, with a word, where it is not installed.
@ExtendWith(SharedInstallation.class)
class PrometheusScrapeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DEPLOY = ProjectRoot.find().resolve("deploy");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void promtoolHasNothingToSayAgainstTheMetrics(Installation installation, @TempDir Path folder) throws Exception {
        assumeInstalled();
        for (String url : List.of(installation.home().http() + "/metrics", installation.workerMetrics())) {
            Path text = Files.writeString(folder.resolve("metrics"), get(url));
            Path said = folder.resolve("said");

            int code = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectInput(text.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start()
                    .waitFor();

            assertThat(Files.readString(said)).as(url).isEmpty();
            assertThat(code).as(url).isZero();
        }
    }

    @Test
    void whatPrometheusKnowsIsWhatTheJsonSays(Installation installation, @TempDir Path folder) throws Exception {
        assumeInstalled();
        Workspace workspace = installation.workspace("scrape");
        workspace.sender("scrape.example");
        long list = workspace.list("scraped");
        workspace.importContacts(list, List.of("one@scrape.example", "two@scrape.example", "three@scrape.example"));
        long campaign = workspace.campaign("scrape", "news@scrape.example", list);
        workspace.client().post("/campaigns/" + campaign + "/send", null).expect(202);
        Await.until(
                "all are sent",
                () -> workspace.stats(campaign).at("/by_state/sent").asInt(),
                sent -> sent == 3);

        int port = Installation.freePort();
        Process prometheus = start(installation, port, folder);
        try {
            Await.until("both are scraped", () -> query(port, "count(up == 1)"), "2"::equals);
            Await.until(
                    "the same number of mails",
                    () -> query(port, "max(mailblast_installation_emails_sent_total)") + " of "
                            + json(installation).path("emails_sent").asText(),
                    both -> both.matches("(\\d+) of \\1"));
            Await.until("the rules", () -> query(port, "count(ALERTS{alertname=\"Watchdog\"})"), "1"::equals);
            assertThat(unknown(port))
                    .as("metrics of the dashboards that nobody exports")
                    .isEmpty();
        } finally {
            prometheus.destroy();
            assertThat(prometheus.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// With the checked-in files, but for ports and intervals.
    private static Process start(Installation installation, int port, Path folder) throws IOException {
        Files.copy(DEPLOY.resolve("prometheus/mailblast-alerts.yml"), folder.resolve("mailblast-alerts.yml"));
        String config = Files.readString(DEPLOY.resolve("prometheus/prometheus.yml"))
                .replace(
                        "127.0.0.1:8080", URI.create(installation.home().http()).getAuthority())
                .replace(
                        "127.0.0.1:8081",
                        URI.create(installation.workerMetrics()).getAuthority())
                .replace("_interval: 10s", "_interval: 1s");
        Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /// What is there only once something has happened is not looked for.
    private Set<String> unknown(int port) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(DEPLOY.resolve("grafana/dashboards"))) {
            for (Path file : files.toList()) {
                for (String promql : JSON.readTree(Files.readString(file)).findValuesAsText("expr")) {
                    Matcher name = Pattern.compile("\\b(?:mailblast|jvm|process)_[a-z0-9_]+")
                            .matcher(promql);
                    while (name.find()) {
                        names.add(name.group());
                    }
                }
            }
        }
        assertThat(names).hasSizeGreaterThan(40);
        List<String> known = new ArrayList<>();
        ask(port, "/api/v1/label/__name__/values").path("data").forEach(name -> known.add(name.asText()));
        known.forEach(names::remove);
        names.removeIf(name -> name.startsWith("jvm_threads_virtual_") || name.startsWith("jvm_gc_pause_"));
        return names;
    }

    private JsonNode json(Installation installation) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(installation.home().http() + "/metrics"))
                    .header("Accept", "application/json")
                    .build();
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The one value of a query, or nothing.
    private String query(int port, String promql) {
        JsonNode result = ask(port, "/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
        return result.at("/data/result/0/value/1").asText("");
    }

    private JsonNode ask(int port, String path) {
        try {
            return JSON.readTree(get("http://127.0.0.1:" + port + path));
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    private String get(String url) throws IOException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assumeInstalled() {
        for (String tool : List.of("prometheus", "promtool")) {
            assumeThat(Path.of("/usr/bin", tool)).as("Debian's prometheus").exists();
        }
    }
}
