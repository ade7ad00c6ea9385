package io.mailblast.validation.checklist;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.Output;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `checklist`: which of the success criteria are proven, and by what.
@Command(
        name = "checklist",
        mixinStandardHelpOptions = true,
        description = {
            "The 36 boxes of the success criteria, each ticked or not by the newest evidence that there is: results of"
                    + " plans, drills, proofs and benchmarks in the folder of reports, and of this tree's tests. Runs nothing"
                    + " itself; says what to run for what is unproven.",
            "What was shown in less time counts, and is marked, but for a box that names a duration."
        },
        footer = {"", "Exit codes: 0 all hold, 1 not all do, 2 wrong usage, 3 could not run."})
public final class ChecklistCommand implements Callable<Integer> {

    private static final int MOST_DAYS = 3_650;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--max-age",
            paramLabel = "DAYS",
            defaultValue = "90",
            description = "Evidence that is older counts for nothing; ${DEFAULT-VALUE} unless said")
    private int maxAgeDays;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (maxAgeDays < 1 || maxAgeDays > MOST_DAYS) {
            throw new ParameterException(
                    spec.commandLine(), "--max-age: " + maxAgeDays + ", allowed: 1 to " + MOST_DAYS);
        }
        PrintStream people = output.people();
        try {
            Instant now = Instant.now();
            Findings findings = new Findings(spec.commandLine().getErr()::println)
                    .reports(output.place())
                    .add(TestReports.read(
                            Launcher.here().root(), spec.commandLine().getErr()::println));
            List<Ticked> boxes = Box.all().stream()
                    .map(box -> Ticked.of(box, findings, now.minus(Duration.ofDays(maxAgeDays)), now))
                    .toList();
            Checklist checklist = new Checklist(boxes, now);
            Path page = checklist.write(output.folder());
            people.println(checklist.text());
            people.println("Report: " + page);
            output.write(checklist.json());
            return checklist.isGood() ? ExitCode.GOOD : ExitCode.BAD;
        } catch (CannotRunException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
