package io.mailblast.cli;

import io.mailblast.validation.bench.BenchCommand;
import io.mailblast.validation.capacity.CapacityCommand;
import io.mailblast.validation.checklist.ChecklistCommand;
import io.mailblast.validation.drill.DrillCommand;
import io.mailblast.validation.prove.ProveCommand;
import io.mailblast.validation.validate.ValidateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `./mailblast`, as the launcher starts it.
@Command(
        name = "mailblast",
        version = "MailBlast 0.1.0",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Self-hosted email marketing that proves its own performance and its own monitoring.",
        footerHeading = "%n",
        footer = {
            "Start with `./mailblast demo`; help for each: ./mailblast COMMAND --help.",
            "Exit codes: 0 good, 1 the verdict is bad, 2 wrong usage, 3 could not run."
        },
        subcommands = {
            DemoCommand.class,
            TestCommand.class,
            UpCommand.class,
            ElsewhereCommands.Api.class,
            ElsewhereCommands.Worker.class,
            ElsewhereCommands.Tracking.class,
            ElsewhereCommands.Ingest.class,
            ElsewhereCommands.User.class,
            ElsewhereCommands.InDoubt.class,
            ElsewhereCommands.Release.class,
            ElsewhereCommands.Counts.class,
            ElsewhereCommands.Bounce.class,
            ElsewhereCommands.Alerts.class,
            ElsewhereCommands.Report.class,
            ElsewhereCommands.NodeList.class,
            ElsewhereCommands.KeyList.class,
            ElsewhereCommands.Simulate.class,
            ValidateCommand.class,
            BenchCommand.class,
            ProveCommand.class,
            DrillCommand.class,
            ChecklistCommand.class,
            CapacityCommand.class,
        })
public final class Main implements Runnable {

    /// The command's verdict is bad.
    static final int BAD = 1;

    /// Wrong usage.
    static final int USAGE = 2;

    /// Could not run.
    static final int FAILED = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    if (exception instanceof CannotRunException) {
                        command.getErr().println(exception.getMessage());
                        return FAILED;
                    }
                    throw exception;
                })
                .setExitCodeExceptionMapper(
                        exception -> exception instanceof CommandLine.ParameterException ? USAGE : FAILED)
                .execute(arguments);
    }

    /// Without a command there is nothing to do but to say what there is.
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
