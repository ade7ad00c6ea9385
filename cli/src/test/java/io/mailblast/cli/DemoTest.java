package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    private static final List<String> FIELDS = List.of(
            "recipients",
            "sent",
            "delivered",
            "bounced",
            "complained",
            "unique_opens",
            "unique_clicks",
            "unsubscribed",
            "failed",
            "skipped",
            "cancelled",
            "in_doubt",
            "seconds",
            "mails_per_second",
            "numbers_agree",
            "simulator",
            "urls");

    @TempDir
    private Path folder;

    @Test
    void itSendsCountsAndAgreesAndLeavesNothingBehind() throws IOException {
        List<String> command = Commands.cli("demo", "--exit", "--contacts", "300", "--json", "-");
        command.add(1, "-Djava.io.tmpdir=" + folder);

        Commands.Ended ended = Commands.run(command, Map.of(), "", 120).expect(0);

        JsonNode figures = Client.JSON.readTree(ended.out());
        assertThat(figures.fieldNames()).toIterable().containsAll(FIELDS);
        assertThat(figures.path("numbers_agree").booleanValue()).isTrue();
        assertThat(figures.path("recipients").intValue()).isEqualTo(300);
        assertThat(figures.path("sent").intValue()).isEqualTo(300);
        assertThat(figures.path("unique_opens").intValue()).isPositive();
        assertThat(figures.path("simulator").path("unique_clicks")).isEqualTo(figures.path("unique_clicks"));
        assertThat(ended.out())
                .as("nothing but one JSON object")
                .startsWith("{")
                .endsWith("}\n");
        assertThat(ended.err()).contains("numbers agree: yes");
        try (var left = Files.list(folder)) {
            assertThat(left).as("homes left behind").isEmpty();
        }
        assertThat(new Installation.Home(folder, 0).processes()).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenIsToldBeforeAnythingStarts() {
        Path nowhere = folder.resolve("missing").resolve("figures.json");

        assertThat(Main.run("demo", "--exit", "--json", nowhere.toString())).isEqualTo(Main.FAILED);
    }

    @Test
    void aNumberOfContactsThatMakesNoSenseIsWrongUsage() {
        assertThat(Main.run("demo", "--exit", "--contacts", "0")).isEqualTo(Main.USAGE);
        assertThat(Main.run("demo", "--exit", "--contacts", "many")).isEqualTo(Main.USAGE);
    }
}
