package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of every command that finds something out: where what it found goes.
public final class Output {

    @Option(
            names = "--reports",
            paramLabel = "FOLDER",
            description = "Where reports lie, this one among them; MAILBLAST_HOME/reports unless said")
    private @Nullable Path reports;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "The result as JSON; - is standard output, and nothing else there")
    private @Nullable String json;

    /// Whether nothing but the result may go to standard output.
    public boolean ownsStandardOutput() {
        return ResultFile.STANDARD_OUTPUT.equals(json);
    }

    /// Where words for people go.
    public PrintStream people() {
        return ownsStandardOutput() ? System.err : System.out;
    }

    /// Where reports lie.
    public Path place() {
        return ReportFolder.usual(reports);
    }

    /// The same, to write to.
    ///
    /// @throws io.mailblast.validation.installation.CannotRunException when nothing can be written there
    public ReportFolder folder() {
        ReportFolder folder = new ReportFolder(place());
        folder.prepare();
        return folder;
    }

    /// Writes the result where `--json` says, if it says so.
    public void write(JsonNode result) {
        ResultFile.write(json, result);
    }
}
