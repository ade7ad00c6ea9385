package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.http.Json;
import io.mailblast.key.Keyring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator types, in a process of its own: the command takes the log of the whole process.
class KeysCommandTest {

    @TempDir
    private Path home = Path.of("");

    @Test
    void aNewKeyMakesAndTheOldOneGoesOnVerifying() throws Exception {
        Keyring before = Keyring.open(keys(), "message");
        byte[] signed = before.sign(new byte[] {1, 2, 3});

        Run rotated = run("rotate", "message");
        Run listed = run("list", "--json", "-");

        assertThat(rotated.code()).as(rotated.text()).isZero();
        assertThat(rotated.text()).contains("message-1.key");
        Keyring after = Keyring.open(keys(), "message");
        assertThat(after.current()).isEqualTo(1);
        assertThat(after.sign(0, new byte[] {1, 2, 3}, 0, 3)).isEqualTo(signed);
        assertThat(Json.MAPPER.readTree(listed.text()).path("keys"))
                .hasSize(2)
                .allSatisfy(key -> assertThat(key.path("purpose").asText()).isEqualTo("message"))
                .extracting(key -> key.path("makes").asBoolean())
                .containsExactly(false, true);
    }

    @Test
    void aPurposeThatThereIsNotIsNamedWithThoseThatThereAre() throws Exception {
        Run run = run("rotate", "massage");

        assertThat(run.code()).isEqualTo(Main.USAGE);
        assertThat(run.text()).contains("PURPOSE: massage, allowed: message, link, access, refresh, browser");
        assertThat(Files.exists(keys())).isFalse();
    }

    @Test
    void whereNothingWasStartedThereIsNothingToRotate() throws Exception {
        Run run = run("rotate", "link");

        assertThat(run.code()).isEqualTo(Main.FAILED);
        assertThat(run.text()).contains("There is no key of link in");
        assertThat(run("list").text()).contains("There are no keys in");
    }

    private Path keys() {
        return home.resolve("keys");
    }

    private record Run(int code, String text) {}

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.mailblast.app.Main",
                "keys"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MAILBLAST_HOME", home.toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), text);
    }
}
