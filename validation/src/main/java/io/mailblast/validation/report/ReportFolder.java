package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Folders;
import io.mailblast.validation.run.RunResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where reports lie: a folder for each run, which is there whole or not at all.
public final class ReportFolder {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private static final String PAGE = "report.html";

    private final Path root;

    public ReportFolder(Path root) {
        this.root = root;
    }

    /// Where reports lie unless somebody says otherwise: `MAILBLAST_HOME/reports`.
    ///
    /// @param said what somebody said
    public static Path usual(@Nullable Path said) {
        if (said != null) {
            return said.toAbsolutePath().normalize();
        }
        String home = System.getenv("MAILBLAST_HOME");
        return (home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".mailblast") : Path.of(home))
                .resolve("reports")
                .toAbsolutePath();
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
        String name = named(result.plan().name(), result.startedAt());
        return write(name, folder -> {
            Files.writeString(folder.resolve(PAGE), HtmlReport.of(result));
            Files.writeString(folder.resolve("report.md"), MarkdownReport.of(result));
            Files.writeString(
                    folder.resolve("result.json"),
                    JsonReport.of(result, root.resolve(name).resolve(PAGE).toString())
                                    .toPrettyString() + "\n");
            Files.writeString(folder.resolve("junit.xml"), JUnitReport.of(result));
            try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("samples.jsonl"))) {
                SampleLines.write(result, out);
            }
        });
    }

    /// Keeps what a program found out, for whoever looks for it later: its words as a page, and its JSON as
    /// `result.json`.
    ///
    /// @param what it is about, such as `proof-alerts`
    /// @param text as the program printed it
    /// @param result gets `started_at`
    /// @return the page for people
    /// @throws CannotRunException when the disk does not take it; nothing of it is left then
    public Path keep(String what, Instant startedAt, String text, ObjectNode result) {
        result.put("started_at", startedAt.toString());
        return write(named(what, startedAt), folder -> {
            Files.writeString(
                    folder.resolve(PAGE),
                    Page.of(what, "<h1>" + Page.escape(what) + "</h1><pre>" + Page.escape(text) + "</pre>"));
            Files.writeString(folder.resolve("result.json"), result.toPrettyString() + "\n");
        });
    }

    /// A folder's name, from what it is about and when that began.
    public static String named(String what, Instant startedAt) {
        return what + "-" + NAME.format(startedAt.atOffset(ZoneOffset.UTC));
    }

    /// Writes the files of a report.
    public interface Contents {

        void into(Path folder) throws IOException;
    }

    /// A folder that is there whole or not at all.
    ///
    /// @param files among them `report.html`
    /// @return the page for people
    /// @throws CannotRunException when the disk does not take it; nothing of it is left then
    public Path write(String name, Contents files) {
        Path half = root.resolve("." + name + ".half");
        try {
            Files.createDirectories(half);
            files.into(half);
            Path free = free(root.resolve(name));
            Files.move(half, free, StandardCopyOption.ATOMIC_MOVE);
            return free.resolve(PAGE);
        } catch (IOException e) {
            Folders.delete(half);
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
}
