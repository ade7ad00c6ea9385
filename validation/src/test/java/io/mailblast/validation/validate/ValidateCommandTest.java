package io.mailblast.validation.validate;

import static org.assertj.core.api.Assertions.assertThat;

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

class ValidateCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private int against(String target) {
        return run("smoke", "--target", target, "--reports", folder.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "smokes",
                "away.yaml",
                "smoke --time-scale 0",
                "smoke --time-scale 2",
                "smoke --time-scale quick",
                "smoke --seed one",
                "smoke --colour",
                "smoke --engine",
                "smoke --engine jmeter",
                "smoke --page-port 70000",
                "smoke --until nowhere",
                "smoke --target http://127.0.0.1:1 --credentials away",
                "smoke spike",
                "show smokes",
                "show",
                "compare",
                "compare a b",
                "list all",
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
    }

    @Test
    void listNamesEveryPlanWithItsTime() {
        assertThat(run("list")).isZero();
        assertThat(out.toString()).contains("smoke", "5 min", "load", "30 min", "campaign-sending");
    }

    @Test
    void whatIsShownIsAPlanThatCanBeRead() throws IOException {
        assertThat(run("show", "load")).isZero();
        Path copy = Files.writeString(folder.resolve("mine.yaml"), out.toString());

        assertThat(run("show", copy.toString())).isZero();
    }

    @Test
    void theSchemaOfPlansIsShownForEditors() {
        assertThat(run("show", "schema")).isZero();
        assertThat(out.toString()).contains("json-schema.org/draft/2020-12", "track-open");
    }

    @Test
    void aMistakeInAPlanIsNamedWithItsLine() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "plan: wrong\nkinds: Load\n");

        assertThat(run(wrong.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("wrong.yaml:2: there is no key 'kinds' here; allowed: ");
    }

    @Test
    void withoutCredentialsATargetIsNotTouched() {
        assertThat(System.getenv("MAILBLAST_TARGET_EMAIL")).isNull();

        assertThat(against("http://127.0.0.1:1")).isEqualTo(2);
        assertThat(err.toString()).contains("MAILBLAST_TARGET_EMAIL");
    }

    @Test
    void withoutTheLauncherNothingCanBeStarted() {
        assertThat(run("smoke", "--reports", folder.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("./mailblast");
    }

    @Test
    void aPlanThatAsksNothingOfWhatTheToolAsksIsWrongUsage() {
        assertThat(run("contacts-import", "--engine", "vegeta")).isEqualTo(2);
        assertThat(err.toString())
                .contains("contacts-import", "Vegeta", "track-open")
                .doesNotContain("\tat ");
    }

    @Test
    void aReportThatCannotBeWrittenIsSaidBeforeTheRun() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(run("smoke", "--reports", file.resolve("x").toString())).isEqualTo(3);
        assertThat(err.toString()).contains("--reports");
    }

    @Test
    void thereIsNothingToCompareWithoutARun() {
        assertThat(run("compare", "smoke", "--reports", folder.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("There is no run of 'smoke'");
    }
}
