package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.alerts.AlertsProof;
import io.mailblast.validation.alerts.AlertsProofResult;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `prove`: a guarantee's adversary.
///
/// Exit codes: 0 it holds, 1 it was broken, 2 wrong usage, 3 could not be tried.
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "GUARANTEE",
        description =
                "A guarantee's adversary: tries to break it, round after round, from a printed seed; somebody else than"
                        + " MailBlast is the judge. Starts a MailBlast of its own and throws it away; no mail leaves this machine.",
        footer = {
            "",
            "Exit codes: 0 it holds, 1 it was broken (what was there is kept), 2 wrong usage, 3 could not be tried."
        })
public final class ProveCommand implements Runnable {

    private static final int GOOD = 0;
    private static final int BAD = 1;
    private static final int FAILED = 3;
    private static final int MOST_ROUNDS = 100_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// Without a guarantee there is nothing to do but to say which there are.
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Which guarantee: " + GhostSends.NAME + ", " + LostFacts.NAME + " or " + AlertsProof.NAME + "?");
    }

    @Command(
            name = GhostSends.NAME,
            mixinStandardHelpOptions = true,
            description = {
                "No mail goes twice, nobody is missing, and nobody who said no gets one, whatever dies when. Campaigns run"
                        + " while workers, API, PostgreSQL and networks are killed, frozen and cut.",
                "From 20 rounds on it also waits at the end until what was not sent may be sent again (ten minutes)."
            })
    int ghostSends(@Mixin Common common) {
        return prove(common, (seed, people) -> new GhostSends(seed, common.rounds, people).run(Launcher.here()));
    }

    @Command(
            name = LostFacts.NAME,
            mixinStandardHelpOptions = true,
            description = {
                "No tracking event is lost, none is counted twice, and all numbers agree, whatever dies when. Readers open"
                        + " and click as fast as they are answered while API and PostgreSQL are killed and frozen."
            })
    int lostFacts(@Mixin Common common) {
        return prove(common, (seed, people) -> new LostFacts(seed, common.rounds, people).run(Launcher.here()));
    }

    @Command(
            name = AlertsProof.NAME,
            mixinStandardHelpOptions = true,
            description = {
                "Every trouble raises the right alert, no other one, in its time, tells whom it names, and resolves; and"
                        + " what is no trouble raises none. Real trouble is caused, one after the other.",
                "Alerts about the machine itself are not counted as wrong where the machine gives reason for them by"
                        + " readings of this program's own."
            })
    int alerts(
            @Option(
                            names = "--only",
                            paramLabel = "SCENARIO",
                            split = ",",
                            description = "Only these, with commas between; all of them unless said")
                    @Nullable
                    List<String> only,
            @Option(
                            names = "--time-scale",
                            paramLabel = "X",
                            defaultValue = "0.02",
                            description = "Shortens what alerts wait for; ${DEFAULT-VALUE} unless said, 1 is real time")
                    double timeScale,
            @Option(
                            names = "--json",
                            paramLabel = "FILE",
                            description = "The result as JSON; - is standard output, and nothing else there")
                    @Nullable
                    String json) {
        if (!(timeScale > 0 && timeScale <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--time-scale: " + timeScale + ", allowed: above 0, at most 1");
        }
        PrintStream people = "-".equals(json) ? System.err : System.out;
        try {
            AlertsProofResult result =
                    new AlertsProof(timeScale, only == null ? List.of() : only, people).run(Launcher.here());
            people.println("\n" + result.text());
            write(result.json(), json);
            return result.isGood() ? GOOD : BAD;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--only: " + e.getMessage());
        } catch (CannotRunException e) {
            people.flush();
            System.err.println(e.getMessage());
            return FAILED;
        }
    }

    /// A proof that can be tried with a seed.
    private interface Proof {
        ProofResult run(long seed, PrintStream people);
    }

    /// Options that every proof has.
    static final class Common {

        @Option(names = "--rounds", paramLabel = "N", defaultValue = "6", description = "6 unless said")
        private int rounds;

        @Option(
                names = "--seed",
                paramLabel = "S",
                description = "Decides what is done; a new one unless said, and printed")
        private @Nullable Long seed;

        @Option(
                names = "--json",
                paramLabel = "FILE",
                description = "The result as JSON; - is standard output, and nothing else there")
        private @Nullable String json;
    }

    private int prove(Common common, Proof proof) {
        if (common.rounds < 1 || common.rounds > MOST_ROUNDS) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds: " + common.rounds + ", allowed: 1 to " + MOST_ROUNDS);
        }
        PrintStream people = "-".equals(common.json) ? System.err : System.out;
        try {
            long seed = common.seed == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000_000) : common.seed;
            ProofResult result = proof.run(seed, people);
            people.println("\n" + result.text());
            write(result.json(), common.json);
            return result.isGood() ? GOOD : BAD;
        } catch (CannotRunException e) {
            System.err.println(e.getMessage());
            return FAILED;
        }
    }

    private static void write(ObjectNode result, @Nullable String json) {
        if (json == null) {
            return;
        }
        String text = result.toPrettyString() + "\n";
        if (json.equals("-")) {
            System.out.print(text);
            System.out.flush();
            return;
        }
        try {
            Files.writeString(Path.of(json), text);
        } catch (IOException e) {
            throw new CannotRunException("Cannot write " + json + ": " + e.getMessage());
        }
    }
}
