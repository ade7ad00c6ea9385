package io.mailblast.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Input from the real world, where it lies beside the project: `../shared/corpora` of its root.
public final class Corpora {

    private Corpora() {}

    /// Skips the test, saying so, where the corpus is absent.
    public static Path find(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path corpus = folder.resolve("../shared/corpora").resolve(name).normalize();
            if (Files.exists(corpus)) {
                return corpus;
            }
            folder = folder.getParent();
        }
        Assumptions.abort("the corpus " + name + " is not beside the project");
        throw new IllegalStateException("not reached");
    }
}
