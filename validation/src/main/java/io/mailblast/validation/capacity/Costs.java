package io.mailblast.validation.capacity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mailblast.validation.Bundled;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What one of each thing costs, as `./mailblast bench costs` measured it.
///
/// @param source where they come from, in words
/// @param figures by name, in microseconds of one core, bytes, or writes
record Costs(String source, Map<String, Double> figures) {

    static final String BENCHMARK = "costs";

    /// Of one mail, one event or one contact in the database.
    ///
    /// @param micros of one core, of all its processes
    /// @param walBytes of its log
    /// @param bytes that stay
    /// @param writes to its disk
    record InDatabase(double micros, double walBytes, double bytes, double writes) {}

    /// The file that is named, else the newest that this installation's folder of reports has, else those that came
    /// along.
    ///
    /// @throws CannotRunException when a file is none of that benchmark
    static Costs find(Optional<Path> named, Path reports) {
        Optional<Path> file = named.or(() -> newest(reports));
        return file.map(Costs::read).orElseGet(Costs::bundled);
    }

    static Costs bundled() {
        try {
            JsonNode json = ApiClient.JSON.readTree(Bundled.bytes(Costs.class, "costs.json"));
            return of(
                    json,
                    "measured by MailBlast's makers on "
                            + json.at("/machine/cpu").asText() + ", "
                            + json.at("/machine/cores").asInt() + " cores; your own: ./mailblast bench costs");
        } catch (IOException e) {
            throw new IllegalStateException("costs.json, which came along, cannot be read", e);
        }
    }

    private static Costs read(Path file) {
        try {
            JsonNode json = ApiClient.JSON.readTree(file.toFile());
            if (json == null || !json.path("benchmark").asText().equals(BENCHMARK)) {
                throw new CannotRunException(file + " is no result of ./mailblast bench costs.");
            }
            return of(json, file + ", " + json.at("/machine/cpu").asText());
        } catch (IOException e) {
            throw new CannotRunException(file + " cannot be read: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("not JSON"));
        }
    }

    private static Costs of(JsonNode json, String source) {
        Map<String, Double> figures = new TreeMap<>();
        json.path("figures")
                .forEach(figure -> figures.put(
                        figure.path("name").asText(), figure.path("value").asDouble()));
        return new Costs(source, figures);
    }

    /// Folders are named after what they are of and when it began.
    private static Optional<Path> newest(Path reports) {
        if (!Files.isDirectory(reports)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(reports)) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith("bench-" + BENCHMARK + "-"))
                    .map(folder -> folder.resolve("result.json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .reduce((_, newer) -> newer);
        } catch (IOException e) {
            throw new CannotRunException("Reports in " + reports + " cannot be listed: " + e.getMessage());
        }
    }

    /// Of one core, in the worker's process, for one mail.
    double workerMicros(Demand.Provider provider) {
        return figure(name(provider) + "_worker_us");
    }

    /// Of one core, in the process that answers one open or click.
    double answerMicros() {
        return figure("event_answer_us");
    }

    /// Of one core, in the process that ingests one event.
    double ingestMicros() {
        return figure("event_ingest_us");
    }

    InDatabase mail(Demand.Provider provider) {
        return inDatabase(name(provider));
    }

    InDatabase event() {
        return inDatabase("event");
    }

    InDatabase contact() {
        return inDatabase("contact");
    }

    private InDatabase inDatabase(String of) {
        return new InDatabase(
                figure(of + "_database_us"), figure(of + "_wal_bytes"), figure(of + "_bytes"), figure(of + "_writes"));
    }

    private static String name(Demand.Provider provider) {
        return switch (provider) {
            case SMTP -> "smtp";
            case SES -> "ses";
        };
    }

    private double figure(String name) {
        Double value = figures.get(name);
        if (value == null || !Double.isFinite(value)) {
            throw new CannotRunException("The costs have no " + name + " (" + source + ").");
        }
        return value;
    }

    JsonNode json() {
        var json = JsonNodeFactory.instance.objectNode().put("source", source);
        figures.forEach(json::put);
        return json;
    }
}
