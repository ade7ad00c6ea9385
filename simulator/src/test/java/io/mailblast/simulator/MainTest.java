package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/// The program as a process: what it prints, how it stops, what survives a kill.
final class MainTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final List<Process> launched = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        launched.forEach(Process::destroyForcibly);
    }

    private Process launch(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.mailblast.simulator.Main",
                "--home",
                folder.resolve("home").toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        launched.add(process);
        return process;
    }

    private Process launchOnFreePorts(String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("--port", "0", "--smtp-port", "0"));
        options.addAll(List.of(more));
        return launch(options.toArray(String[]::new));
    }

    private static JsonNode ready(Process process) throws Exception {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).startsWith("ready {");
        return JSON.readTree(line.substring("ready ".length()));
    }

    private int exit(Process process) throws Exception {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String stderr() throws Exception {
        return Files.readString(folder.resolve("stderr"));
    }

    @Test
    void itSaysWhereItIsAndStopsInOrderOnASignal() throws Exception {
        Process process = launchOnFreePorts();
        JsonNode ready = ready(process);
        assertThat(ready.path("http").asText()).matches("http://127\\.0\\.0\\.1:[0-9]+");
        assertThat(ready.path("smtp_port").asInt()).isPositive();
        assertThat(Path.of(ready.path("certificate").asText())).exists();
        assertThat(ready.path("topic_arn").asText()).isEqualTo("arn:aws:sns:us-east-1:000000000000:mailblast-events");

        long begun = System.nanoTime();
        process.destroy();

        assertThat(exit(process)).isZero();
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void itStopsWhenItsParentIsGone() throws Exception {
        Process process = launchOnFreePorts("--stop-with-stdin");
        ready(process);

        process.getOutputStream().close();

        assertThat(exit(process)).isZero();
    }

    @Test
    void whatWasAnsweredSurvivesAKillAndWhatWasTornIsCutOff() throws Exception {
        List<String> answered = new ArrayList<>();
        Process process = launchOnFreePorts("--delivery-delay-ms", "3600000");
        try (SesV2Client ses =
                Running.ses(URI.create(ready(process).path("http").asText()))) {
            for (int i = 0; i < 50; i++) {
                answered.add(ses.sendEmail(Mails.to("r" + i + "@example.net").build())
                        .messageId());
            }
        }
        process.destroyForcibly();
        exit(process);
        Path record = folder.resolve("home").resolve("accepted.jsonl");
        Files.writeString(record, Files.readString(record) + "{\"message_id\":\"torn");

        try (Running running = Running.start(Running.Choice.in(folder.resolve("home")))) {
            JsonNode counts = running.settled();
            assertThat(counts.path("accepted").asInt()).isEqualTo(50);
            assertThat(counts.path("delivered").asInt()).isEqualTo(50);
            List<String> recorded = new ArrayList<>();
            running.json("/simulator/record")
                    .path("records")
                    .forEach(it -> recorded.add(it.path("message_id").asText()));
            assertThat(recorded).isEqualTo(answered);
        }
        assertThat(folder.resolve("home").resolve("accepted.jsonl.torn")).hasContent("{\"message_id\":\"torn");
    }

    @Test
    void aPortInUseIsSaidAndEndsWithThree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(exit(launch("--port", port, "--smtp-port", "0"))).isEqualTo(3);
            assertThat(stderr()).contains("port " + port).contains("--port").doesNotContain("\tat ");

            assertThat(exit(launch("--port", "0", "--smtp-port", port))).isEqualTo(3);
            assertThat(stderr())
                    .contains("port " + port)
                    .contains("--smtp-port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsSaidAndEndsWithThree() throws Exception {
        Files.writeString(folder.resolve("home"), "a file where the folder should be");

        assertThat(exit(launchOnFreePorts())).isEqualTo(3);
        assertThat(stderr()).contains("cannot be written").contains("--home").doesNotContain("\tat ");
    }

    @Test
    void aHomeInUseIsSaidAndEndsWithThree() throws Exception {
        try (Running _ = Running.start(Running.Choice.in(folder.resolve("home")))) {
            assertThat(exit(launchOnFreePorts())).isEqualTo(3);
            assertThat(stderr()).contains("another simulator uses");
        }
    }

    @Test
    void wrongUsageEndsWithTwoAndSaysWhatIsAllowed() throws Exception {
        assertThat(exit(launchOnFreePorts("--open", "1.5"))).isEqualTo(2);
        assertThat(stderr()).contains("open: 1.5, allowed: 0 to 1");
        assertThat(exit(launchOnFreePorts("--notify", "ftp://x/y"))).isEqualTo(2);
        assertThat(exit(launchOnFreePorts("--durability", "maybe"))).isEqualTo(2);
        assertThat(exit(launchOnFreePorts("--nonsense"))).isEqualTo(2);
        assertThat(exit(launch("--port", "70000"))).isEqualTo(2);
    }
}
