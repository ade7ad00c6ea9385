package io.mailblast.validation.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.http.TinyServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DrillCommandTest {

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "perpetual-motion",
                "worker-crash perpetual-motion",
                "no-such-file.yaml",
                "worker-crash --time-scale 0",
                "worker-crash --time-scale 1.1",
                "worker-crash --time-scale fast",
                "worker-crash --seed today",
                "worker-crash --json",
                "worker-crash --sabotage=much",
                "worker-crash --colour",
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String arguments) {
        assertThat(refusal(arguments)).isNotBlank();
    }

    @Test
    void aTargetThatIsNotMarkedIsRefusedUnlessDamageIsAllowedTwice() throws IOException {
        String ready = "{\"status\":\"ready\",\"test_installation\":false,\"time_scale\":0.02}";
        Path credentials = folder.resolve("operator");
        Files.writeString(credentials, "ops@example.com\nsecret\n");
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        try (TinyServer server = TinyServer.start(head -> TinyServer.bytes(
                head.startsWith("GET /health") ? answer(200, ready) : answer(401, "{\"title\":\"Wrong\"}")))) {
            String target = "tracking-dos --target http://127.0.0.1:"
                    + server.address().getPort() + " --credentials " + credentials + " --reports " + folder;

            assertThat(refusal(target)).contains("is not marked");
            assertThat(refusal(target + " --allow-damage")).contains("is not marked");
            assertThat(refusal(target + " --allow-damage --allow-damage")).contains("The sign-in at");
        }
    }

    private static String answer(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static String refusal(String arguments) {
        StringWriter err = new StringWriter();
        int code = new CommandLine(new DrillCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(code).isEqualTo(2);
        return err.toString();
    }
}
