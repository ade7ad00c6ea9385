package io.mailblast.validation.report;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.run.RunResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/// Where reports lie: a folder for each run, which is there whole or not at all.
public final class ReportFolder {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Path root;

    public ReportFolder(Path root) {
        this.root = root;
    }

    /// Makes sure that something can be written, before a run of hours finds that it cannot.
    ///
    /// @throws CannotRunException when it cannot
    public void prepare() {
        try {
            Files.createDirectories(root);
            Files.delete(Files.createTempFile(root, ".try", ""));
        } catch (IOException e) {
            throw new CannotRunException(
                    "No report can be written to " + root + ": " + e + "; name another folder with --reports.");
        }
    }

    /// @return the page for people
    /// @throws CannotRunException when the disk does not take it; nothing of it is left then
    public Path write(RunResult result) {
        String name =
                result.plan().name() + "-" + NAME.format(result.startedAt().atOffset(ZoneOffset.UTC));
        Path folder = root.resolve(name);
        Path half = root.resolve("." + name + ".half");
        try {
            Files.createDirectories(half);
            Files.writeString(half.resolve("report.html"), HtmlReport.of(result));
            Files.writeString(half.resolve("report.md"), MarkdownReport.of(result));
            Files.writeString(
                    half.resolve("result.json"),
                    JsonReport.of(result, folder.resolve("report.html").toString())
                                    .toPrettyString() + "\n");
            Files.writeString(half.resolve("junit.xml"), JUnitReport.of(result));
            try (BufferedWriter out = Files.newBufferedWriter(half.resolve("samples.jsonl"))) {
                SampleLines.write(result, out);
            }
            Path free = free(folder);
            Files.move(half, free, StandardCopyOption.ATOMIC_MOVE);
            return free.resolve("report.html");
        } catch (IOException e) {
            delete(half);
            throw new CannotRunException("The report cannot be written to " + root + ": " + e);
        }
    }

    private static Path free(Path folder) {
        Path free = folder;
        for (int i = 2; Files.exists(free); i++) {
            free = folder.resolveSibling(folder.getFileName() + "-" + i);
        }
        return free;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // What cannot be deleted begins with a dot and ends with .half.
        }
    }
}
