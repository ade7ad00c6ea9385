package io.mailblast.validation.installation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// Folders that are thrown away.
public final class Folders {

    /// Where they are made unless somewhere else is said.
    public static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    private Folders() {}

    /// @throws CannotRunException when none can be made there
    public static Path make(Path parent, String prefix) {
        try {
            return Files.createTempDirectory(parent, prefix);
        } catch (IOException e) {
            throw new CannotRunException("No temporary folder can be made: " + e.getMessage());
        }
    }

    /// With all that is in it; says what cannot be deleted.
    public static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Left behind: " + folder);
        }
    }
}
