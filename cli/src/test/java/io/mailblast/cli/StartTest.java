package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A start that cannot be says what is wrong and what to do, and leaves nothing behind.
@ExtendWith(SharedInstallation.class)
class StartTest {

    @TempDir
    private Path folder;

    @Test
    void aPortInUseIsNamed(Installation running) throws IOException {
        Path home = folder.resolve("home");
        int port = running.home().port();

        Commands.Ended ended = api(Map.of("MAILBLAST_HOME", home.toString(), "MAILBLAST_PORT", Integer.toString(port)));

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err())
                .contains("127.0.0.1:" + port, "in use", "MAILBLAST_PORT")
                .doesNotContain("\tat ");
        new Installation.Home(home, port).awaitNoProcess();
    }

    @Test
    void upEndsWithTheCodeOfThePartThatDidNotStart(Installation running) {
        Map<String, String> environment = Map.of(
                "MAILBLAST_HOME", folder.resolve("home").toString(),
                "MAILBLAST_PORT", Integer.toString(running.home().port()));

        Commands.Ended ended = Commands.run(Commands.cli("up"), environment, "", 60);

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).contains("in use");
        new Installation.Home(folder.resolve("home"), 0).awaitNoProcess();
    }

    @Test
    void aSecondStartOnOneHomeSaysSo(Installation running) {
        Map<String, String> environment = new HashMap<>(running.environment());
        environment.put("MAILBLAST_PORT", "0");

        Commands.Ended ended = api(environment);

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err())
                .contains("Another MailBlast runs on the home " + running.home().path())
                .contains(Long.toString(running.home().role("api").pid()));
        running.anybody().get("/health/ready").expect(200);
    }

    @Test
    void aHomeThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("home"), "mine");

        Commands.Ended ended = api(Map.of("MAILBLAST_HOME", file.toString(), "MAILBLAST_PORT", "0"));

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).contains("The home " + file, "MAILBLAST_HOME").doesNotContain("\tat ");
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource({
        "MAILBLAST_COLOUR, blue, MAILBLAST_COLOUR",
        "MAILBLAST_PORT, eighty, http.port: eighty",
        "MAILBLAST_SENDING_LEASE, soon, sending.lease: soon",
        "MAILBLAST_PUBLIC_URL, ftp://x, public_url: ftp://x",
    })
    void aVariableThatCannotBeUsedIsNamedWithItsValue(String variable, String value, String named) {
        Commands.Ended ended = api(Map.of("MAILBLAST_HOME", folder.toString(), variable, value));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains(named).doesNotContain("\tat ");
        assertThat(ended.out()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anUnknownKeyOfTheFileIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("own.yaml"), "sending:\n  connection: 3\n");

        Commands.Ended ended = Commands.role(
                Program.Part.API,
                Map.of("MAILBLAST_HOME", folder.resolve("home").toString()),
                "--config",
                file.toString());

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("sending.connection in " + file, "sending.connections");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamedWithoutItsPassword() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        Map<String, String> environment = Map.of(
                "MAILBLAST_HOME",
                folder.resolve("home").toString(),
                "MAILBLAST_PORT",
                "0",
                "MAILBLAST_DATABASE_URL",
                "postgresql://mail:hush-hush@127.0.0.1:" + nobody + "/mail");

        for (Program.Part part : new Program.Part[] {Program.Part.API, Program.Part.WORKER}) {
            Commands.Ended ended = Commands.role(part, environment);

            assertThat(ended.code()).isEqualTo(3);
            assertThat(ended.err())
                    .contains("127.0.0.1:" + nobody, "database.url")
                    .doesNotContain("hush-hush")
                    .doesNotContain("\tat ");
        }
    }

    private static Commands.Ended api(Map<String, String> environment) {
        return Commands.role(Program.Part.API, environment);
    }
}
