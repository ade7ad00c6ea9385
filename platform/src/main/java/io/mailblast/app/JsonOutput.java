package io.mailblast.app;

import io.mailblast.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--json` of every command that tells something: the same for programs.
final class JsonOutput {

    private static final String STANDARD_OUTPUT = "-";

    @Option(names = "--json", paramLabel = "FILE", description = "The same for programs; - for standard output")
    private @Nullable Path file;

    /// Whether nothing but the result may go to standard output.
    boolean ownsStandardOutput() {
        return file != null && file.toString().equals(STANDARD_OUTPUT);
    }

    /// Writes it where somebody asked for it.
    ///
    /// @param result what [Json#MAPPER] can write; made only where it is wanted
    void write(Supplier<?> result) throws IOException {
        if (file == null) {
            return;
        }
        String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result.get()) + "\n";
        if (ownsStandardOutput()) {
            System.out.print(text);
        } else {
            Files.writeString(file, text);
        }
    }
}
