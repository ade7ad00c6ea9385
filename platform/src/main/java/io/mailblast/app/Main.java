package io.mailblast.app;

import io.mailblast.monitoring.Logging;
import io.mailblast.monitoring.MonitoringConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The platform's roles and commands, as `./mailblast` and its supervisor start them.
@Command(
        name = "mailblast",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ApiCommand.class,
            WorkerCommand.class,
            TrackingCommand.class,
            IngestCommand.class,
            UserCommand.class,
            InDoubtCommand.class,
            ReleaseCommand.class,
            CountsCommand.class,
            BounceCommand.class,
            AlertsCommand.class,
            ReportCommand.class,
            NodesCommand.class,
            KeysCommand.class,
            CeilingCommand.class,
            DatabaseCommand.class,
            MeasureCommand.class
        })
public final class Main {

    /// Wrong usage, a configuration that cannot be used among it.
    static final int USAGE = 2;

    /// Could not run.
    static final int FAILED = 3;

    private Main() {}

    public static void main(String[] arguments) {
        // Until the configuration says how: else what is logged before goes to standard output.
        Logging.start(MonitoringConfig.LogFormat.TEXT);
        int code = new CommandLine(new Main())
                .setExecutionExceptionHandler((exception, command, parsed) -> Failures.explain(exception))
                .execute(arguments);
        System.exit(code);
    }
}
