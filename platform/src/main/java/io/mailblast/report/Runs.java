package io.mailblast.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What plans, drills, proofs and benchmarks on this machine came to: the folders that `validate`, `drill`, `prove`,
/// `bench` and `checklist` leave in the home's `reports`. A folder does not change once it is there.
public final class Runs {

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

    /// As many are told, the newest ones.
    static final int MOST = 200;

    private static final Pattern NAME = Pattern.compile("([a-z0-9][a-z0-9-]{0,99})-(\\d{8}-\\d{6})(?:-\\d{1,3})?");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Path folder;
    private final Cache<String, Optional<Run>> known =
            Caffeine.newBuilder().maximumSize(1_000).build();

    /// @param folder need not be there
    public Runs(Path folder) {
        this.folder = folder;
    }

    /// One of them.
    ///
    /// @param name of its folder
    /// @param what ran, such as `load` or `drills`
    /// @param kind `plan`, `drills`, `proof`, `benchmark` or `checklist`
    /// @param verdict `pass`, `fail` or `void`; null for a benchmark, which has none
    /// @param timeScale 1 in real time; null where there is no such thing
    record Run(
            String name,
            String what,
            String kind,
            @Nullable String verdict,
            @Nullable Double timeScale,
            Instant startedAt) {}

    /// The newest first.
    List<Run> newest() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.map(each -> each.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted(Comparator.comparing(Runs::stamp).reversed().thenComparing(Comparator.naturalOrder()))
                    .map(this::read)
                    .flatMap(Optional::stream)
                    .limit(MOST)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be read.", e);
        }
    }

    /// The report of one, as a page that needs nothing else; empty where there is none of that name.
    Optional<byte[]> report(String name) {
        Path page = folder.resolve(name).resolve("report.html");
        if (!NAME.matcher(name).matches() || !Files.isRegularFile(page)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(page));
        } catch (IOException e) {
            throw new UncheckedIOException("The report " + page + " cannot be read.", e);
        }
    }

    private Optional<Run> read(String name) {
        return known.get(name, this::load);
    }

    /// Another program's folder, or one that somebody cut short, is none of ours.
    private Optional<Run> load(String name) {
        Matcher parts = NAME.matcher(name);
        Path file = folder.resolve(name).resolve("result.json");
        if (!parts.matches() || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode result = Json.MAPPER.readTree(file.toFile());
            return Optional.of(new Run(
                    name,
                    parts.group(1),
                    kind(result),
                    result.path("verdict").textValue(),
                    result.path("time_scale").isNumber()
                            ? result.path("time_scale").doubleValue()
                            : null,
                    LocalDateTime.parse(parts.group(2), STAMP).toInstant(ZoneOffset.UTC)));
        } catch (IOException | DateTimeException e) {
            LOG.warn("run=unreadable folder={} problem=\"{}\"", name, e.getMessage());
            return Optional.empty();
        }
    }

    private static String kind(JsonNode result) {
        if (result.has("drills")) {
            return "drills";
        } else if (result.has("guarantee")) {
            return "proof";
        } else if (result.has("benchmark")) {
            return "benchmark";
        }
        return result.has("plan") ? "plan" : "checklist";
    }

    private static String stamp(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches() ? parts.group(2) : "";
    }
}
