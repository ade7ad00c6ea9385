package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BounceCommandTest {

    private static final String BOUNCE = """
            Return-Path: <>
            From: MAILER-DAEMON@relay.example
            Subject: failure notice

            <bob@shop.example>:
            Remote host said: 550 5.1.1 No such user here
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void mailsAreExplainedInTheOrderGiven() throws IOException {
        Path first = Files.writeString(folder.resolve("b.eml"), BOUNCE);
        Path second =
                Files.writeString(folder.resolve("a.eml"), "From: heidi@home.example\nSubject: hello\n\nA letter.\n");
        Path result = folder.resolve("result.json");

        int code = run(first.toString(), second.toString(), "--json", result.toString());

        JsonNode mails = Json.MAPPER.readTree(Files.readString(result)).path("mails");
        assertThat(code).isZero();
        assertThat(mails).hasSize(2);
        assertThat(mails.get(0).path("file").asText()).isEqualTo(first.toString());
        JsonNode recipient = mails.get(0).path("recipients").get(0);
        assertThat(recipient.path("address").asText()).isEqualTo("bob@shop.example");
        assertThat(recipient.path("status").asText()).isEqualTo("5.1.1");
        assertThat(recipient.path("reason").asText()).isEqualTo("userunknown");
        assertThat(recipient.path("hard").asBoolean()).isTrue();
        assertThat(mails.get(1).path("recipients")).isEmpty();
    }

    @Test
    void aFileThatIsNotThereOrAFolderCannotBeRead() {
        assertThat(run(folder.resolve("none.eml").toString())).isEqualTo(Main.FAILED);
        assertThat(run(folder.toString())).isEqualTo(Main.FAILED);
    }

    @Test
    void noFileIsWrongUsage() {
        assertThat(run()).isEqualTo(Main.USAGE);
    }

    private static int run(String... arguments) {
        return new CommandLine(new BounceCommand.Explain())
                .setExecutionExceptionHandler((exception, command, parsed) -> Failures.explain(exception))
                .execute(arguments);
    }
}
