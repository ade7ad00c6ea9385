package io.mailblast.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// Input from the real world, where it lies beside the project: `../shared/corpora` of its root.
public final class Corpora {

    private Corpora() {}

    /// Skips the test, saying so, where the corpus is absent.
    public static Path find(String name) {
        Optional<Path> corpus = look(name);
        Assumptions.assumeTrue(corpus.isPresent(), () -> absent(name));
        return corpus.orElseThrow();
    }

    /// For tests that can do without; says so where it is absent.
    public static Optional<Path> findOrSay(String name) {
        Optional<Path> corpus = look(name);
        if (corpus.isEmpty()) {
            System.out.println("Without some of its input: " + absent(name));
        }
        return corpus;
    }

    private static String absent(String name) {
        return "the corpus " + name + " is not beside the project";
    }

    private static Optional<Path> look(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path corpus = folder.resolve("../shared/corpora").resolve(name).normalize();
            if (Files.exists(corpus)) {
                return Optional.of(corpus);
            }
            folder = folder.getParent();
        }
        return Optional.empty();
    }
}
