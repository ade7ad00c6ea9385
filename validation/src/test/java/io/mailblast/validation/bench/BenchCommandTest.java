package io.mailblast.validation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String arguments) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cooking",
                "sending --mails 0",
                "sending --mails 1000001",
                "sending --mails many",
                "sending --repeats 0",
                "sending --repeats 101",
                "sending --seconds 0",
                "tracking --seconds 3601",
                "tracking --rows 5",
                "import --rows 99",
                "import --rows 1000001",
                "console --contacts 99",
                "console --events 60000001",
                "costs --mails 999",
                "database --mails 999",
                "engine --rate 9",
                "engine --seconds 3",
                "engine --rows 5",
                "import --json",
                "import --colour",
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String arguments) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void aValueOutOfRangeIsNamedWithWhatIsAllowed() {
        int _ = run("sending --mails 0");

        assertThat(err.toString()).contains("--mails: 0, allowed: 1 to 1000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "sending --help",
                "tracking --help",
                "import --help",
                "console --help",
                "costs --help",
                "database --help",
                "engine --help"
            })
    void helpIsThere(String arguments) {
        assertThat(run(arguments)).isZero();
        assertThat(out.toString()).contains("Usage: bench");
    }

    @Test
    void withoutTheLauncherItCouldNotRun() {
        assertThat(System.getProperty("mailblast.root")).isNull();

        assertThat(run("import --rows 100")).isEqualTo(3);
    }
}
