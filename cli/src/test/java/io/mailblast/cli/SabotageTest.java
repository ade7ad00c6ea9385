package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is broken on purpose, to show that proofs can fail, is no part of the program.
class SabotageTest {

    private static final String MARK = "sabotage: ";
    private static final Path ROOT = ProjectRoot.find();

    @Test
    void everySabotageMarksTheClassThatItBreaks() throws IOException {
        for (Path change : changes()) {
            String text = Files.readString(change);
            String name = change.getParent().getFileName().toString();

            assertThat(text).as(name).contains(MARK + name).containsPattern("# file: platform/src/main/java/\\S+");
            assertThat(ROOT.resolve(text.replaceFirst("(?s).*# file: (\\S+).*", "$1")))
                    .as(name)
                    .isRegularFile();
        }
    }

    @Test
    void nothingThatIsBuiltIsSabotaged() throws IOException {
        List<Path> jars = jars();

        assertThat(jars).anyMatch(jar -> jar.endsWith("platform-0.1.0.jar"));
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                for (JarEntry entry : file.stream().toList()) {
                    if (entry.getName().startsWith("io/mailblast/")) {
                        byte[] bytes = file.getInputStream(entry).readAllBytes();
                        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                                .as(jar.getFileName() + ": " + entry.getName())
                                .doesNotContain(MARK);
                    }
                }
            }
        }
    }

    private static List<Path> changes() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("validation/src/sabotage"))) {
            List<Path> changes =
                    files.filter(file -> file.endsWith("change.pl")).toList();
            assertThat(changes).isNotEmpty();
            return changes;
        }
    }

    /// Those that `./mailblast` runs.
    private static List<Path> jars() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("target"))
                    .filter(Files::isDirectory)
                    .flatMap(SabotageTest::jarsIn)
                    .toList();
        }
    }

    private static Stream<Path> jarsIn(Path target) {
        Path app = target.resolve("app");
        return Stream.of(target, app).filter(Files::isDirectory).flatMap(folder -> {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> file.toString().endsWith("-0.1.0.jar")).toList().stream();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
