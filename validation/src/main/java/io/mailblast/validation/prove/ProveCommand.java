package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.alerts.AlertsProof;
import io.mailblast.validation.alerts.AlertsProofResult;
import io.mailblast.validation.alerts.SupervisorProof;
import io.mailblast.validation.alerts.SupervisorProofResult;
import io.mailblast.validation.hostile.BadRequestsProof;
import io.mailblast.validation.hostile.BadRequestsResult;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.Output;
import io.mailblast.validation.report.ReportFolder;
import io.mailblast.validation.sabotage.VerdictsProof;
import io.mailblast.validation.sabotage.VerdictsProofResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
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

    private static final int MOST_ROUNDS = 100_000;
    private static final int MOST_REQUESTS = 100_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// Without a guarantee there is nothing to do but to say which there are.
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Which guarantee: "
                        + String.join(
                                ", ",
                                GhostSends.NAME,
                                LostFacts.NAME,
                                BadRequestsProof.NAME,
                                AlertsProof.NAME,
                                SupervisorProof.NAME)
                        + " or " + VerdictsProof.NAME + "?");
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
            name = BadRequestsProof.NAME,
            mixinStandardHelpOptions = true,
            description = {
                "Bad input is answered as what it is. Asks every operation of the API, and tracking with real, bent and"
                        + " forged identifiers, for what nobody should ask for: no error of the server, nothing of its"
                        + " inside, no HTML of the request in a page, and each 400 says what is wrong."
            })
    int badRequests(
            @Option(
                            names = "--requests",
                            paramLabel = "N",
                            defaultValue = "50000",
                            description = "${DEFAULT-VALUE} unless said")
                    int requests,
            @Option(names = "--seed", paramLabel = "S", description = "Decides what is asked; a new one unless said")
                    @Nullable
                    Long seed,
            @Mixin Output output) {
        if (requests < 1 || requests > MOST_REQUESTS) {
            throw new ParameterException(
                    spec.commandLine(), "--requests: " + requests + ", allowed: 1 to " + MOST_REQUESTS);
        }
        return tell(output, people -> {
            BadRequestsResult result = new BadRequestsProof(decided(seed), requests, people).run(Launcher.here());
            return new Told(result.isGood(), result.text(), result.json());
        });
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
            @Mixin Output output) {
        if (!(timeScale > 0 && timeScale <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--time-scale: " + timeScale + ", allowed: above 0, at most 1");
        }
        return tell(output, people -> {
            AlertsProofResult result = only(only, names -> new AlertsProof(timeScale, names, people))
                    .run(Launcher.here());
            return new Told(result.isGood(), result.text(), inPart(result.json(), only));
        });
    }

    @Command(
            name = SupervisorProof.NAME,
            mixinStandardHelpOptions = true,
            description = {
                "A worker that no longer works is found and replaced. While a campaign goes out its worker is killed,"
                        + " stopped, made to compute for nothing and made to leak; prints how long it took to find it,"
                        + " and until mails went out again."
            })
    int supervisor(@Mixin Output output) {
        return tell(output, people -> {
            SupervisorProofResult result = new SupervisorProof(people).run(Launcher.here());
            return new Told(result.isGood(), result.text(), result.json());
        });
    }

    @Command(
            name = VerdictsProof.NAME,
            mixinStandardHelpOptions = true,
            description = {
                "A verdict that cannot fail is worthless. Runs a plan with a target of each kind, and again for each real"
                        + " trouble (latency, cuts, a slow provider, a slow query, a small pool, a large process, a leak,"
                        + " lost events); exactly the targets that are about it must fail."
            })
    int verdicts(
            @Option(
                            names = "--only",
                            paramLabel = "SABOTAGE",
                            split = ",",
                            description = "Only these, with commas between; all of them unless said")
                    @Nullable
                    List<String> only,
            @Option(
                            names = "--seed",
                            paramLabel = "S",
                            description = "Decides when requests begin; a new one unless said")
                    @Nullable
                    Long seed,
            @Mixin Output output) {
        return tell(output, people -> {
            VerdictsProofResult result = only(only, names -> new VerdictsProof(decided(seed), names, people))
                    .run(Launcher.here());
            return new Told(result.isGood(), result.text(), inPart(result.json(), only));
        });
    }

    /// What a proof came to.
    private record Told(boolean good, String text, ObjectNode json) {}

    private int tell(Output output, Function<PrintStream, Told> proof) {
        PrintStream people = output.people();
        try {
            ReportFolder folder = output.folder();
            Instant startedAt = Instant.now();
            Told told = proof.apply(people);
            people.println("\n" + told.text);
            Path report = folder.keep("proof-" + told.json.path("guarantee").asText(), startedAt, told.text, told.json);
            people.println("Report: " + report);
            output.write(told.json);
            return told.good ? ExitCode.GOOD : ExitCode.BAD;
        } catch (CannotRunException e) {
            people.flush();
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    /// So that nobody takes it for the whole.
    private static ObjectNode inPart(ObjectNode json, @Nullable List<String> only) {
        return only == null ? json : json.put("only_some", true);
    }

    private <T> T only(@Nullable List<String> names, Function<List<String>, T> proof) {
        try {
            return proof.apply(names == null ? List.of() : names);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--only: " + e.getMessage());
        }
    }

    private static long decided(@Nullable Long seed) {
        return seed == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000_000) : seed;
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

        @Mixin
        private Output output = new Output();
    }

    private int prove(Common common, Proof proof) {
        if (common.rounds < 1 || common.rounds > MOST_ROUNDS) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds: " + common.rounds + ", allowed: 1 to " + MOST_ROUNDS);
        }
        return tell(common.output, people -> {
            ProofResult result = proof.run(decided(common.seed), people);
            return new Told(result.isGood(), result.text(), result.json());
        });
    }
}
