package io.mailblast.app;

import io.mailblast.http.Json;
import io.mailblast.monitoring.Logging;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `measure`: parts of MailBlast that have no front door, timed in the database of a running one. For
/// benchmarks.
@Command(
        name = "measure",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Times parts that benchmarks cannot reach from outside",
        subcommands = {MeasureCommand.Ingest.class, MeasureCommand.Requests.class},
        synopsisSubcommandLabel = "COMMAND")
final class MeasureCommand {

    @Command(
            name = "requests",
            mixinStandardHelpOptions = true,
            description = {
                "Records the metrics of a request over and over, in as many threads as there are processors.",
                "Prints JSON: nanos_per_request."
            })
    static final class Requests implements Callable<Integer> {

        @Option(
                names = "--requests",
                paramLabel = "N",
                defaultValue = "5000000",
                description = "Of each thread, 5000000 unless said")
        private int requests;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            within(spec, "--requests", requests, 1, 1_000_000_000);
            System.out.println(Json.MAPPER.writeValueAsString(
                    Map.of("nanos_per_request", MeasuringTrial.nanosPerRequest(requests))));
            return 0;
        }
    }

    private static void within(CommandSpec spec, String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + value + ", allowed: " + least + " to " + most);
        }
    }

    @Command(
            name = "ingest",
            mixinStandardHelpOptions = true,
            description = {
                "Writes made-up opens and clicks to an event log of its own, a slice at a time, and times how each slice"
                        + " becomes rows, rollups and unique counts; after each, a bare COPY of the same rows.",
                "Only beside a test installation: the campaigns that it makes up stay in its database. Prints JSON:"
                        + " slice, seconds, cpu_seconds and copy_seconds (one each slice), before (events that were there before it),"
                        + " events, campaigns, agree."
            })
    static final class Ingest implements Callable<Integer> {

        @Option(names = "--events", paramLabel = "N", defaultValue = "1000000", description = "1000000 unless said")
        private int events;

        @Option(
                names = "--slice",
                paramLabel = "N",
                defaultValue = "500000",
                description = "Events that are timed at once, 500000 unless said")
        private int slice;

        @Option(names = "--campaigns", paramLabel = "N", defaultValue = "20", description = "20 unless said")
        private int campaigns;

        @Option(
                names = "--active",
                paramLabel = "N",
                defaultValue = "20",
                description = "Campaigns that have events at the same time, 20 unless said")
        private int active;

        @Option(
                names = "--recipients",
                paramLabel = "N",
                defaultValue = "250000",
                description = "Of each campaign, 250000 unless said")
        private int recipients;

        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "1",
                description = "That the events span, 1 unless said")
        private int days;

        @Option(names = "--workspace", paramLabel = "ID", defaultValue = "1", description = "1 unless said")
        private long workspace;

        @Option(names = "--no-copy", description = "Without the ceiling and without the check")
        private boolean bare;

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            within(spec, "--events", events, 1, 100_000_000);
            within(spec, "--slice", slice, 1, 1_000_000);
            within(spec, "--campaigns", campaigns, 1, 10_000);
            within(spec, "--active", active, 1, campaigns);
            within(spec, "--recipients", recipients, 1, 1_000_000);
            within(spec, "--days", days, 1, 365);
            Configuration config = options.load();
            if (!config.testInstallation()) {
                throw new ParameterException(
                        spec.commandLine(), "This is no test installation: made-up events would stay among its own.");
            }
            Logging.start(config.monitoring().logFormat());
            IngestTrial.Plan plan =
                    new IngestTrial.Plan(workspace, events, slice, campaigns, active, recipients, days, !bare);
            try (Connection connection = Connection.join(config, "mailblast-measure")) {
                IngestTrial.Result result = IngestTrial.run(connection.database(), config.eventLog(), plan);
                System.out.println(Json.MAPPER.writeValueAsString(json(result)));
                return result.agree() ? 0 : 1;
            }
        }

        private Map<String, Object> json(IngestTrial.Result result) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("events", events);
            figures.put("campaigns", campaigns);
            figures.put("slice", slice);
            figures.put("seconds", result.seconds());
            figures.put("cpu_seconds", result.cpuSeconds());
            figures.put("copy_seconds", result.copySeconds());
            figures.put("before", result.before());
            figures.put("agree", result.agree());
            return figures;
        }
    }
}
