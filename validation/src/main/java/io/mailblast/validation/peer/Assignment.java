package io.mailblast.validation.peer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.installation.Account;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How a tool is told what to do: its command line, which everybody on the machine can read, and its
/// environment, which only its owner can.
final class Assignment implements AutoCloseable {

    private static final double MINUTE = 60;
    private static final double NS = 1e9;
    private static final int STOP_S = 40;

    private final InstalledPeer installed;
    private final Map<String, String> common;
    private final Path links;

    private Assignment(InstalledPeer installed, Map<String, String> common, Path links) {
        this.installed = installed;
        this.common = common;
        this.links = links;
    }

    /// What is started, and with what in its environment beyond this process's.
    record Order(List<String> command, Map<String, String> environment) {

        /// Without the environment, which has secrets.
        @Override
        public String toString() {
            return String.join(" ", command);
        }
    }

    /// Writes the links that the tool opens and clicks to a file.
    static Assignment write(InstalledPeer installed, String api, Account account, Traffic traffic, Path folder) {
        Path links = folder.resolve("links.json");
        ObjectNode paths = ApiClient.JSON.createObjectNode();
        paths.set("opens", ApiClient.JSON.valueToTree(traffic.links().openPaths()));
        paths.set("clicks", ApiClient.JSON.valueToTree(traffic.links().clickPaths()));
        try {
            Files.writeString(links, paths.toString());
        } catch (IOException e) {
            throw new CannotRunException("Cannot write " + links + ": " + e.getMessage());
        }
        Map<String, String> common = new HashMap<>(Map.of(
                "API_URL",
                api,
                "MAILBLAST_TARGET_EMAIL",
                account.email(),
                "MAILBLAST_TARGET_PASSWORD",
                account.password(),
                "CAMPAIGN",
                traffic.campaignFields().toString(),
                "SAMPLES",
                "-"));
        if (!traffic.links().openPaths().isEmpty()) {
            common.put("LINKS", links.toString());
        }
        return new Assignment(installed, common, links);
    }

    /// Where the requests of the next order go.
    void target(String http) {
        common.put("API_URL", http);
    }

    /// Requests that arrive by schedule.
    ///
    /// @param beginMs since 1970
    Order arrivals(Peer.Script script, Map<Endpoint, RateProfile> profiles, long beginMs) {
        Map<String, String> environment = environment(beginMs);
        if (installed.peer() == Peer.VEGETA) {
            environment.put("STEPS", VegetaSteps.of(profiles.values()));
            environment.put("MIX", VegetaSteps.mix(profiles));
        } else {
            environment.put("ARRIVALS", json(profiles).toString());
        }
        return new Order(command(script, 1), environment);
    }

    /// Users that wait for each answer.
    ///
    /// @param weights how often each asks what
    Order users(int count, Duration think, Map<Endpoint, Double> weights, Duration time, long beginMs) {
        Map<String, String> environment = environment(beginMs);
        ObjectNode mix = ApiClient.JSON.createObjectNode();
        weights.forEach((endpoint, weight) -> mix.put(endpoint.spelling(), weight));
        environment.put("MIX", mix.toString());
        environment.put("THINK", seconds(think));
        environment.put("DURATION", seconds(time));
        return new Order(command(installed.peer().scripts().getFirst(), count), environment);
    }

    List<Told> read(String line) {
        return switch (installed.peer()) {
            case K6 -> K6Lines.read(line);
            case LOCUST -> LocustLines.read(line);
            case VEGETA -> VegetaLines.read(line);
        };
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(links);
        } catch (IOException e) {
            // It lies in a folder that is thrown away.
        }
    }

    private Map<String, String> environment(long beginMs) {
        Map<String, String> environment = new HashMap<>(common);
        environment.put("BEGIN_AT", Long.toString(beginMs));
        return environment;
    }

    private List<String> command(Peer.Script script, int users) {
        List<String> command = new ArrayList<>();
        switch (installed.peer()) {
            case K6 ->
                command.addAll(List.of(
                        installed.program().toString(),
                        "run",
                        "--quiet",
                        "--no-color",
                        "--no-usage-report",
                        "--no-thresholds",
                        "--summary-mode=disabled",
                        // No server of its own, of which several would want one port.
                        "--address=",
                        "--system-tags=scenario",
                        "--out=json=-"));
            case LOCUST ->
                command.addAll(List.of(
                        installed.program().toString(),
                        "--headless",
                        "--only-summary",
                        "--loglevel=WARNING",
                        "--exit-code-on-error=0",
                        "--stop-timeout=" + STOP_S,
                        "--users=" + users,
                        "--spawn-rate=" + users,
                        "-f"));
            case VEGETA -> command.add("bash");
        }
        command.add(installed.script(script).toString());
        return command;
    }

    private static ObjectNode json(Map<Endpoint, RateProfile> profiles) {
        ObjectNode json = ApiClient.JSON.createObjectNode();
        profiles.forEach((endpoint, profile) -> {
            ArrayNode lines = json.putArray(endpoint.spelling());
            for (RateProfile.Line line : profile.lines()) {
                lines.addArray()
                        .add(line.durationNs() / NS)
                        .add(line.fromPerSecond() * MINUTE)
                        .add(line.toPerSecond() * MINUTE);
            }
        });
        return json;
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3fs", duration.toNanos() / NS);
    }
}
