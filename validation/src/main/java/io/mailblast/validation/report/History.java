package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Runs that were reported before.
public final class History {

    private final Path root;

    public History(Path root) {
        this.root = root;
    }

    /// @param file `result.json`
    public record Entry(Path file, JsonNode result) {}

    /// Runs of a plan, the newest first.
    public List<Entry> of(String plan) {
        List<Entry> found = new ArrayList<>();
        try (Stream<Path> folders = Files.list(root)) {
            folders.map(folder -> folder.resolve("result.json"))
                    .flatMap(file -> read(file).stream())
                    .filter(entry -> entry.result.path("plan").asText().equals(plan))
                    .forEach(found::add);
        } catch (IOException e) {
            return List.of();
        }
        found.sort(Comparator.comparing(
                        (Entry entry) -> entry.result.path("started_at").asText())
                .reversed());
        return found;
    }

    /// The last run before another one that passed, of the same plan, time scale, engine and machine.
    public Optional<Entry> acceptedBefore(JsonNode run) {
        return of(run.path("plan").asText()).stream()
                .filter(entry -> entry.result.path("verdict").asText().equals("pass"))
                .filter(entry -> entry.result
                                .path("started_at")
                                .asText()
                                .compareTo(run.path("started_at").asText())
                        < 0)
                .filter(entry -> entry.result.path("time_scale").equals(run.path("time_scale")))
                .filter(entry -> engine(entry.result).equals(engine(run)))
                .filter(entry -> entry.result
                                .path("machine")
                                .path("cpu")
                                .equals(run.path("machine").path("cpu"))
                        && entry.result
                                .path("machine")
                                .path("cores")
                                .equals(run.path("machine").path("cores")))
                .findFirst();
    }

    /// Each measures in its own way.
    static String engine(JsonNode run) {
        return run.path("generator").path("engine").asText("embedded");
    }

    /// @return empty where it is no result of a run
    public static Optional<Entry> read(Path file) {
        try {
            JsonNode result = ApiClient.JSON.readTree(Files.readString(file));
            return result != null && result.path("kpis").isArray() && result.has("plan")
                    ? Optional.of(new Entry(file, result))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
