package io.mailblast.validation.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@SuppressWarnings("NullAway.Init")
class CapacityCommandTest {

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new CapacityCommand())
                .setErr(new PrintWriter(err))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    private JsonNode answer(String... arguments) throws IOException {
        Path file = folder.resolve("answer.json");
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 4);
        all[arguments.length] = "--json";
        all[arguments.length + 1] = file.toString();
        all[arguments.length + 2] = "--reports";
        all[arguments.length + 3] = folder.resolve("reports").toString();
        assertThat(run(all)).as(err.toString()).isZero();
        return ApiClient.JSON.readTree(file.toFile());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--mails",
                "--mails many",
                "--mails 0",
                "--mails 10T",
                "--mails -5",
                "--mails 1M --peak 0",
                "--mails 1M --peak NaN",
                "--mails 1M --opens 60",
                "--mails 1M --within 5",
                "--mails 1M --within 30s",
                "--mails 1M --within 25h",
                "--mails 1M --latency 2m",
                "--mails 1M --connections 0",
                "--mails 1M --provider pigeon",
                "--mails 1M --cores 0",
                "--mails 1M --months -1",
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void amountsAreReadAsPeopleWriteThem() throws IOException {
        JsonNode small = answer("--mails", "1.5M", "--largest", "250k", "--contacts", "2B");

        assertThat(small.at("/load/mails_a_month").asDouble()).isEqualTo(1_500_000);
        assertThat(small.at("/load/largest_campaign").asDouble()).isEqualTo(250_000);
        assertThat(small.at("/load/contacts").asDouble()).isEqualTo(2e9);
    }

    @Test
    void moreMailsNeedMore() throws IOException {
        JsonNode small = answer("--mails", "1M");
        JsonNode large = answer("--mails", "1B");

        assertThat(small.at("/nodes/one_machine").asBoolean()).isTrue();
        assertThat(large.at("/nodes/one_machine").asBoolean()).isFalse();
        assertThat(large.at("/nodes/workers").asInt())
                .isGreaterThan(small.at("/nodes/workers").asInt());
        assertThat(large.at("/database/bytes").asDouble())
                .isGreaterThan(small.at("/database/bytes").asDouble());
    }

    @Test
    void theNewestMeasuredCostsAreTakenAndNamed() throws IOException {
        Path older = Files.createDirectories(folder.resolve("reports/bench-costs-20261101-000000"));
        Path newer = Files.createDirectories(folder.resolve("reports/bench-costs-20261201-000000"));
        Files.writeString(older.resolve("result.json"), "{}");
        Files.writeString(
                newer.resolve("result.json"),
                ApiClient.JSON
                        .createObjectNode()
                        .put("benchmark", "costs")
                        .<com.fasterxml.jackson.databind.node.ObjectNode>set("figures", figures(3))
                        .toString());

        assertThat(answer("--mails", "1M").at("/costs/source").asText()).contains("bench-costs-20261201-000000");
        assertThat(answer("--mails", "1M").at("/costs/ses_worker_us").asDouble())
                .isEqualTo(3);
    }

    @Test
    void aFileThatIsNoResultOfTheBenchmarkIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), "{\"benchmark\": \"sending\"}");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{");

        assertThat(run("--mails", "1M", "--costs", file.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("no result of ./mailblast bench costs");
        assertThat(run("--mails", "1M", "--costs", broken.toString())).isEqualTo(3);
        assertThat(run("--mails", "1M", "--costs", folder.resolve("absent").toString()))
                .isEqualTo(3);
    }

    /// Every figure that there is, all the same.
    private static com.fasterxml.jackson.databind.node.ArrayNode figures(double value) {
        var figures = ApiClient.JSON.createArrayNode();
        for (String name : Costs.bundled().figures().keySet()) {
            figures.addObject().put("name", name).put("value", value);
        }
        return figures;
    }
}
