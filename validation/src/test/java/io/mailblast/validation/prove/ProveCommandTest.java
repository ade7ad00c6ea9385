package io.mailblast.validation.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ProveCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String arguments) {
        return new CommandLine(new ProveCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "perpetual-motion",
                "ghost-sends --rounds 0",
                "ghost-sends --rounds -1",
                "ghost-sends --rounds 100001",
                "ghost-sends --rounds many",
                "ghost-sends --rounds 1.5",
                "ghost-sends --rounds",
                "ghost-sends --seed today",
                "ghost-sends --seed 1e3",
                "ghost-sends --seed 99999999999999999999",
                "ghost-sends --seed",
                "ghost-sends --json",
                "ghost-sends --colour",
                "ghost-sends now",
                "lost-facts --rounds 0",
                "lost-facts --seed today",
                "bad-requests --requests 0",
                "bad-requests --requests many",
                "bad-requests --rounds 3",
                "bad-requests --seed today",
                "alerts --time-scale 0",
                "alerts --time-scale 1.1",
                "alerts --time-scale fast",
                "alerts --only perpetual-motion",
                "supervisor --rounds 3",
                "supervisor --json",
                "supervisor now",
                "verdicts --only rain",
                "verdicts --seed x",
            })
    void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String arguments) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void withoutANameItSaysWhichGuaranteesThereAre() {
        int _ = run("");

        assertThat(err.toString())
                .contains("Which guarantee: ghost-sends, lost-facts, bad-requests, alerts, supervisor or verdicts?");
    }

    @Test
    void roundsOutOfRangeAreNamedWithWhatIsAllowed() {
        int _ = run("ghost-sends --rounds 0");

        assertThat(err.toString()).contains("--rounds: 0, allowed: 1 to 100000");
    }

    @Test
    void aSeedThatIsNoNumberIsNamed() {
        int _ = run("ghost-sends --seed today");

        assertThat(err.toString()).contains("--seed").contains("today");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "ghost-sends --help"})
    void helpIsThere(String arguments) {
        assertThat(run(arguments)).isZero();
        assertThat(out.toString()).contains("Usage: prove");
    }
}
