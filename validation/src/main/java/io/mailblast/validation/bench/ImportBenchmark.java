package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.ProcessProbe;
import io.mailblast.validation.observe.Prometheus;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// How long an import of the strategy's mix of rows takes from the first byte of the upload to the end of the job,
/// beside a bare `COPY` of its good rows in the same PostgreSQL, in turns.
final class ImportBenchmark implements Benchmark {

    private static final int WARMUP_ROWS = 20_000;
    private static final int STANDARD_ROWS = 100_000;
    private static final int MILLION = 1_000_000;

    /// Imports at once: one more than run at the same time unless the configuration says otherwise.
    private static final int TOGETHER = 3;

    /// All that the API may have while a million rows come in: a collector takes what it is given.
    private static final int MILLION_HEAP_MB = 128;

    private static final double HEAP_MB = 256;
    private static final long WATCH_EVERY_NS = 200_000_000L;

    private int generation;

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("import", Machine.read());
        screen.step("Starting the API with its database ...");
        try (Installation installation = Installation.start(launcher, List.of("--quiet"), Map.of());
                ApiClient api = installation.signIn()) {
            Audience audience = new Audience(installation, api);
            ProcessProbe probe = new ProcessProbe(api, installation.process("api"));
            screen.step("Warming up: an import of " + Settings.grouped(WARMUP_ROWS) + " rows ...");
            double _ = once(
                    installation,
                    audience,
                    new ProcessProbe(api, installation.process("api")),
                    WARMUP_ROWS,
                    result,
                    screen);
            if (settings.rows() == MILLION) {
                // The contract's figures of both sizes come from one run.
                measure(installation, audience, probe, STANDARD_ROWS, settings.repeats(), result, screen);
                screen.step("Starting the API again, with a heap of " + MILLION_HEAP_MB + " MB at most ...");
                installation.restart(Map.of(Installation.JVM_OPTIONS, "-Xmx" + MILLION_HEAP_MB + "m"));
                ProcessProbe million = new ProcessProbe(api, installation.process("api"));
                measure(installation, audience, million, MILLION, 1, result, screen);
                result.add(Figure.of("heap_mb_1m", "MB", Spread.once(million.highestHeapMb()))
                        .atMost(HEAP_MB)
                        .noting("Of the API's process while 1,000,000 rows came in, with a heap of " + MILLION_HEAP_MB
                                + " MB at most: the most that was in use when asked five times a second, garbage"
                                + " included."));
                export(api, new ProcessProbe(api, installation.process("api")), result, screen);
            } else {
                measure(installation, audience, probe, settings.rows(), settings.repeats(), result, screen);
                result.notMeasured("heap_mb_1m and export_rows_per_second: only with --rows 1000000.");
            }
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            result.configured("repeats", Integer.toString(settings.repeats()));
            result.configured("mix", "95% good, 3% invalid, 2% duplicates, 6 segments, 5 columns");
            result.configured("database", "embedded PostgreSQL, durable");
            result.notMeasured(
                    "Files that change contacts which are there already: each file's addresses are new, and the"
                            + " table grows from one to the next.");
            result.notMeasured("Imports beside sending.");
        }
        return result;
    }

    /// All contacts, out again, in the same small heap.
    private static void export(ApiClient api, ProcessProbe probe, BenchResult result, Screen screen) {
        screen.step("Exporting all contacts ...");
        long[] watchedNs = {System.nanoTime()};
        long begun = System.nanoTime();
        long rows = api.lines("/contacts/export", () -> {
                    if (System.nanoTime() - watchedNs[0] > WATCH_EVERY_NS) {
                        watchedNs[0] = System.nanoTime();
                        Prometheus _ = probe.watchHeap();
                    }
                })
                - 1;
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (rows < Samples.Mix.of(MILLION).valid()) {
            result.failed("The export has " + rows + " contacts; more were imported.");
        }
        result.add(Figure.of("export_rows_per_second", "rows/s", Spread.once(rows / seconds))
                .noting("Of " + Settings.grouped(rows) + " contacts as CSV, read by one client."));
        result.add(Figure.of("export_heap_mb", "MB", Spread.once(probe.highestHeapMb()))
                .atMost(HEAP_MB)
                .noting("Of the API's process meanwhile, with a heap of " + MILLION_HEAP_MB
                        + " MB at most, garbage included."));
    }

    private void measure(
            Installation installation,
            Audience audience,
            ProcessProbe probe,
            int rows,
            int repeats,
            BenchResult result,
            Screen screen) {
        List<Double> seconds = new ArrayList<>();
        List<Double> copySeconds = new ArrayList<>();
        int good = Samples.Mix.of(rows).valid();
        for (int i = 1; i <= repeats; i++) {
            String turn = i + " of " + repeats;
            screen.step("The ceiling, " + turn + ": COPY of " + Settings.grouped(good) + " rows ...");
            JsonNode copy = installation.ceiling(List.of("copy", "--rows", Integer.toString(good)));
            copy.path("seconds").forEach(each -> copySeconds.add(each.asDouble()));
            result.version("PostgreSQL", copy.path("postgresql").asText());
            screen.step("MailBlast, " + turn + ": an import of " + Settings.grouped(rows) + " rows ...");
            seconds.add(once(installation, audience, probe, rows, result, screen));
        }
        String size = Settings.size(rows);
        if (rows == STANDARD_ROWS) {
            screen.step("MailBlast: " + TOGETHER + " imports of " + Settings.grouped(rows) + " rows at once ...");
            double together = together(installation, audience, rows, result);
            result.add(Figure.of("together_rows_per_second_" + size, "rows/s", Spread.once(TOGETHER * rows / together))
                    .under("rows_per_second_" + size, Spread.median(rates(rows, seconds)))
                    .noting(TOGETHER + " imports at once into one workspace: all their rows by the time until the last"
                            + " one was done. They are read side by side and merged one after the other."));
        }
        result.add(Figure.of("rows_per_second_" + size, "rows/s", Spread.median(rates(rows, seconds)))
                .under("copy_rows_per_second", Spread.median(rates(good, copySeconds)))
                .noting("All rows of the file by the time from the first byte of the upload to the end of the job. COPY"
                        + " writes the good rows alone, ready-made, into an empty table like contact with its indexes;"
                        + " no segments, no look at what is there."));
        result.add(Figure.of("seconds_" + size, "s", Spread.median(seconds))
                .under("copy_seconds", Spread.median(copySeconds)));
    }

    /// @return seconds from the first byte of the upload to the end of the job
    private double once(
            Installation installation,
            Audience audience,
            ProcessProbe probe,
            int rows,
            BenchResult result,
            Screen screen) {
        Samples.Mix mix = Samples.Mix.of(rows);
        Path file = file(installation, "import.csv", mix);
        long begun = System.nanoTime();
        long[] watchedNs = {begun};
        long job = audience.startImport("", file);
        JsonNode ended = audience.awaitImport(job, state -> {
            JsonNode counts = state.path("counts");
            screen.progress(String.format(
                    Locale.ROOT,
                    "%s, %,d rows",
                    state.path("state").asText(),
                    counts.path("total").asLong()));
            if (System.nanoTime() - watchedNs[0] > WATCH_EVERY_NS) {
                watchedNs[0] = System.nanoTime();
                Prometheus _ = probe.watchHeap();
            }
        });
        double seconds = (System.nanoTime() - begun) / 1e9;
        check(mix, ended, result);
        return seconds;
    }

    /// Several imports at once, each of a file of its own.
    ///
    /// @return seconds from the first byte of the first upload to the end of the last job
    private double together(Installation installation, Audience audience, int rows, BenchResult result) {
        Samples.Mix mix = Samples.Mix.of(rows);
        List<Path> files = IntStream.range(0, TOGETHER)
                .mapToObj(i -> file(installation, "together-" + i + ".csv", mix))
                .toList();
        long begun = System.nanoTime();
        List<Long> jobs =
                files.stream().map(file -> audience.startImport("", file)).toList();
        List<JsonNode> ended =
                jobs.stream().map(job -> audience.awaitImport(job, _ -> {})).toList();
        double seconds = (System.nanoTime() - begun) / 1e9;
        ended.forEach(each -> check(mix, each, result));
        return seconds;
    }

    private static void check(Samples.Mix mix, JsonNode ended, BenchResult result) {
        JsonNode counts = ended.path("counts");
        boolean right = ended.path("state").asText().equals("done")
                && counts.path("imported").asLong() == mix.valid()
                && counts.path("invalid").asLong() == mix.invalid()
                && counts.path("duplicate").asLong() == mix.duplicate()
                && counts.path("total").asLong() == mix.rows();
        if (!right) {
            result.failed("The file has " + mix + "; the import came to: " + ended);
        }
    }

    private Path file(Installation installation, String name, Samples.Mix mix) {
        try {
            Path file = installation.folder().resolve(name);
            Files.deleteIfExists(file);
            return Samples.mixed(file, mix, generation++);
        } catch (IOException e) {
            throw new CannotRunException("No file of contacts can be written: " + e.getMessage());
        }
    }

    private static List<Double> rates(int rows, List<Double> seconds) {
        return seconds.stream().map(each -> rows / each).toList();
    }
}
