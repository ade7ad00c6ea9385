package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `./mailblast` itself, in a copy of the project that is built already; a Maven of ours stands in for the real one.
class LauncherTest {

    private static final Path PROJECT = ProjectRoot.find();

    @TempDir
    private static Path folder;

    private static Path root;

    /// The copy is made of links: `mailblast` looks for its root where it lies itself.
    @BeforeAll
    static void copy() throws IOException {
        root = Files.createDirectories(folder.resolve("copy"));
        Files.copy(PROJECT.resolve("mailblast"), root.resolve("mailblast"));
        for (String name : List.of("pom.xml", ".mvn", "platform", "simulator", "validation")) {
            link(name, PROJECT.resolve(name));
        }
        Files.createDirectories(root.resolve("cli/target/app"));
        link("cli/pom.xml", PROJECT.resolve("cli/pom.xml"));
        link("cli/src", PROJECT.resolve("cli/src"));
        // The jar is made after the tests; its classes are there.
        link("cli/target/cli-0.1.0.jar", PROJECT.resolve("cli/target/classes"));
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                link("cli/target/app/" + Path.of(entry).getFileName(), Path.of(entry));
            }
        }
        Files.createDirectories(root.resolve("target"));
        Files.createDirectories(folder.resolve("bin"));
    }

    /// Only the links, never what they lead to.
    @AfterAll
    static void removeLinks() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(Files::isSymbolicLink).toList()) {
                Files.delete(path);
            }
        }
    }

    @BeforeEach
    void seemBuilt() throws IOException {
        Files.writeString(root.resolve("target/built"), "");
    }

    @Test
    void helpListsTheCommandsThatExistAndNoOthers() {
        Commands.Ended ended = mailblast("--help").expect(0);

        List<String> listed = Pattern.compile("^  ([a-z][a-z-]*)  +[A-Z]", Pattern.MULTILINE)
                .matcher(ended.out().substring(ended.out().indexOf("Commands:")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(listed)
                .containsExactlyInAnyOrder(
                        "demo",
                        "test",
                        "up",
                        "api",
                        "worker",
                        "tracking",
                        "ingest",
                        "user",
                        "in-doubt",
                        "release",
                        "counts",
                        "bounce",
                        "alerts",
                        "report",
                        "nodes",
                        "keys",
                        "simulate",
                        "validate",
                        "bench",
                        "prove",
                        "drill",
                        "checklist",
                        "capacity");
        assertThat(ended.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "test",
                "up",
                "api",
                "worker",
                "tracking",
                "ingest",
                "user",
                "in-doubt",
                "release",
                "counts",
                "bounce",
                "alerts",
                "keys",
                "simulate",
                "validate",
                "bench",
                "prove"
            })
    void everyCommandHasHelpOfItsOwn(String command) {
        Commands.Ended ended = mailblast(command, "--help").expect(0);

        assertThat(ended.out()).containsPattern("Usage: .*" + command).doesNotContain("\tat ");
        assertThat(ended.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "demo --colour",
                "up now",
                "api --colour",
                "user",
                "user add",
                "simulate --rate none"
            })
    void wrongUsageEndsWithTwo(String arguments) {
        Commands.Ended ended = mailblast(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).isNotBlank().doesNotContain("\tat ");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void theScriptsAreWellFormed() {
        for (String script : List.of("mailblast", "cli/src/main/sh/test.sh")) {
            Commands.run(List.of("bash", "-n", PROJECT.resolve(script).toString()), Map.of(), "", 10)
                    .expect(0);
        }
    }

    @Test
    void aBuildThatFailsIsToldAndEndsWithThree() throws IOException {
        Files.delete(root.resolve("target/built"));
        maven("echo '[ERROR] no such symbol'; exit 1");

        Commands.Ended ended = mailblast("up");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).contains("no such symbol", "The build failed", "target/build.log");
        assertThat(root.resolve("target/built")).doesNotExist();
    }

    @Test
    void testsAreCountedAndAFailureEndsWithOne() throws IOException {
        maven(report(5, 1, 1));

        Commands.Ended ended = mailblast("test");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).endsWith("3 passed, 1 failed\n");
    }

    @Test
    void testsAsJsonAreOneObjectOnStandardOutputAndNothingElse() throws IOException {
        maven("echo noise; " + report(5, 0, 0));

        Commands.Ended ended = mailblast("test", "--json", "-", "SomeTest").expect(0);

        var result = Client.JSON.readTree(ended.out());
        assertThat(result.path("passed").asInt()).isEqualTo(5);
        assertThat(result.path("failed").asInt()).isZero();
        assertThat(result.path("skipped").asInt()).isZero();
        assertThat(result.has("seconds")).isTrue();
        assertThat(ended.err()).endsWith("5 passed, 0 failed\n");
    }

    @Test
    void testsThatCannotBeBuiltEndWithThreeAndThoseThatNobodyKnowsWithTwo() throws IOException {
        maven("exit 1");
        assertThat(mailblast("test").code()).isEqualTo(3);

        maven("exit 0");
        assertThat(mailblast("test", "NoSuchTest").expect(2).err()).contains("NoSuchTest");
        assertThat(mailblast("test", "--colour").code()).isEqualTo(2);
        assertThat(mailblast("test", "--json").code()).isEqualTo(2);
    }

    @Test
    void anEmptyHomeIsAsIfNoneWereSaid() throws IOException {
        maven("echo \"home: ${MAILBLAST_HOME-none}\"; " + report(1, 0, 0));

        assertThat(mailblast(Map.of("MAILBLAST_HOME", ""), "test").out()).contains("home: none");
        assertThat(mailblast(Map.of("MAILBLAST_HOME", "/srv/mail"), "test").out())
                .contains("home: /srv/mail");
    }

    private static void link(String name, Path target) throws IOException {
        Files.createSymbolicLink(root.resolve(name), target);
    }

    /// A report as the test runner writes it, and the exit code that Maven has then.
    private static String report(int tests, int failures, int skipped) {
        return "mkdir -p cli/target/surefire-reports; printf '%s\\n' '<?xml version=\"1.0\"?>'"
                + " '<testsuite xmlns:xsi=\"x\" name=\"a\" time=\"1\" tests=\"" + tests + "\" errors=\"0\" skipped=\""
                + skipped + "\" failures=\"" + failures
                + "\">' '</testsuite>' > cli/target/surefire-reports/TEST-a.xml;"
                + " exit " + Math.min(1, failures);
    }

    private void maven(String script) throws IOException {
        Path file = folder.resolve("bin/mvn");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Commands.Ended mailblast(String... arguments) {
        return mailblast(Map.of(), arguments);
    }

    private Commands.Ended mailblast(Map<String, String> settings, String... arguments) {
        List<String> command = new java.util.ArrayList<>(
                List.of("bash", root.resolve("mailblast").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment = new java.util.HashMap<>(settings);
        environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return Commands.run(command, environment, "", 30);
    }
}
