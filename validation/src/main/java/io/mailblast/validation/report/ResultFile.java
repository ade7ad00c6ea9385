package io.mailblast.validation.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What `--json` asks for.
final class ResultFile {

    /// Standard output, in place of a file.
    static final String STANDARD_OUTPUT = "-";

    private ResultFile() {}

    /// @param to a file, `-` for standard output, or null where nobody asked
    /// @throws CannotRunException when the file cannot be written
    static void write(@Nullable String to, JsonNode result) {
        if (to == null) {
            return;
        }
        String text = result.toPrettyString() + "\n";
        if (to.equals(STANDARD_OUTPUT)) {
            System.out.print(text);
            System.out.flush();
            return;
        }
        try {
            Path _ = Files.writeString(Path.of(to), text);
        } catch (IOException e) {
            throw new CannotRunException("Cannot write " + to + ": " + e.getMessage());
        }
    }
}
