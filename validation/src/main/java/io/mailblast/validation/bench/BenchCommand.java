package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.Output;
import io.mailblast.validation.report.ReportFolder;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `bench`: figures of one part, and each one's ratio to a ceiling measured in the same run.
///
/// Exit codes: 0 measured, 1 a figure exceeds its limit or the work was not what it should have been, 2 wrong usage,
/// 3 could not run.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "sending|tracking|ingest|analytics|console|import|measuring|costs|database|engine",
        description =
                "A benchmark of one part: figures, and each one's ratio to a ceiling measured in the same run. Starts"
                        + " a MailBlast of its own and throws it away; no mail leaves this machine.",
        footer = {
            "",
            "Run it on a machine that does nothing else; what it prints says how busy the machine was.",
            "Exit codes: 0 measured, 1 a figure exceeds its limit or the work was not done, 2 wrong usage, 3 could not run."
        })
public final class BenchCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// Without a benchmark there is nothing to do but to say which there are.
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Which benchmark: sending, tracking, ingest, analytics, console, import, measuring, costs, database or engine?");
    }

    @Command(
            name = "sending",
            mixinStandardHelpOptions = true,
            description =
                    "How fast a worker sends campaigns by SMTP to a sink and by SES to the simulator, beside clients"
                            + " that only pipeline ready-made bytes to the same sink, or only post finished requests")
    int sending(
            @Option(
                            names = "--mails",
                            paramLabel = "N",
                            defaultValue = "50000",
                            description = "Recipients of each campaign, 50000 unless said; five are sent at once too")
                    int mails,
            @Option(
                            names = "--only",
                            paramLabel = "WAY",
                            split = ",",
                            description = "smtp, ses or bulk, or some of them with commas between; all unless said")
                    @Nullable
                    Set<SendingBenchmark.Way> only,
            @Option(names = "--million", description = "Also queue one campaign of 1,000,000 recipients, by smtp")
                    boolean million,
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "How long the plain client posts each time, 10 unless said")
                    int seconds,
            @Mixin Common common) {
        within("--mails", mails, 1, 1_000_000);
        Set<SendingBenchmark.Way> ways =
                only == null ? EnumSet.allOf(SendingBenchmark.Way.class) : EnumSet.copyOf(only);
        return measure(new SendingBenchmark(million, ways), mails, 0, seconds, common);
    }

    @Command(
            name = "tracking",
            mixinStandardHelpOptions = true,
            description =
                    "How many opens are taken a second, and how long opens and clicks wait at 5,000 a second, beside"
                            + " a route of the same server that does nothing, and in a flood of malformed ones")
    int tracking(
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Of each measurement, 10 unless said")
                    int seconds,
            @Mixin Common common) {
        return measure(new TrackingBenchmark(), 0, 0, seconds, common);
    }

    @Command(
            name = "ingest",
            mixinStandardHelpOptions = true,
            description =
                    "How many opens and clicks of the log become rows, figures and exact unique counts a second, beside a"
                            + " bare COPY of the same rows in the same PostgreSQL")
    int ingest(
            @Option(
                            names = "--events",
                            paramLabel = "N",
                            defaultValue = "2000000",
                            description = "2000000 unless said; at 500000 each the rate is told")
                    int events,
            @Mixin Common common) {
        within("--events", events, 1_000, 60_000_000);
        return measure(new IngestBenchmark(events), 0, 0, 1, common);
    }

    @Command(
            name = "analytics",
            mixinStandardHelpOptions = true,
            description =
                    "How long analytics and a campaign's report take over many events in 200 campaigns, without the cache,"
                            + " with 20 users")
    int analytics(
            @Option(
                            names = "--events",
                            paramLabel = "N",
                            defaultValue = "10000000",
                            description = "10000000 unless said; making them takes a minute or two")
                    int events,
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Of each measurement, 10 unless said")
                    int seconds,
            @Mixin Common common) {
        within("--events", events, 1_000, 60_000_000);
        return measure(new AnalyticsBenchmark(events), 0, 0, seconds, common);
    }

    @Command(
            name = "console",
            mixinStandardHelpOptions = true,
            description =
                    "How long each page of the console takes with a million contacts and ten million events, for one person"
                            + " alone and for five at once")
    int console(
            @Option(
                            names = "--events",
                            paramLabel = "N",
                            defaultValue = "10000000",
                            description = "10000000 unless said; making them takes a minute or two")
                    int events,
            @Option(
                            names = "--contacts",
                            paramLabel = "N",
                            defaultValue = "1000000",
                            description = "1000000 unless said")
                    int contacts,
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "5",
                            description = "Of each page, 5 unless said")
                    int seconds,
            @Mixin Common common) {
        within("--events", events, 1_000, 60_000_000);
        within("--contacts", contacts, 100, 5_000_000);
        return measure(new ConsoleBenchmark(events, contacts), 0, 0, seconds, common);
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description =
                    "How long an import of 95 good, 3 invalid and 2 duplicate rows in a hundred takes, beside a bare COPY of"
                            + " the good ones in the same PostgreSQL")
    int importing(
            @Option(
                            names = "--rows",
                            paramLabel = "N",
                            defaultValue = "100000",
                            description = "Of each file, 100000 unless said; 1000000 measures 100000 too, and the heap")
                    int rows,
            @Mixin Common common) {
        within("--rows", rows, 100, 1_000_000);
        return measure(new ImportBenchmark(), 0, rows, 1, common);
    }

    @Command(
            name = "measuring",
            mixinStandardHelpOptions = true,
            description =
                    "What an installation pays for being watched, in parts of what it can take of opens: what goes on"
                            + " by the clock, and what is recorded of each request")
    int measuring(
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Of each load, 10 unless said")
                    int seconds,
            @Mixin Common common) {
        return measure(new MeasuringBenchmark(), 0, 0, seconds, common);
    }

    @Command(
            name = "costs",
            mixinStandardHelpOptions = true,
            description =
                    "What one contact, one mail and one event cost: time of a processor core in each process, bytes and"
                            + " writes of the database; what `capacity` reckons with")
    int costs(
            @Option(
                            names = "--mails",
                            paramLabel = "N",
                            defaultValue = "100000",
                            description = "Contacts, and recipients of each campaign by SMTP, 100000 unless said")
                    int mails,
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "Of opens and clicks, 20 unless said")
                    int seconds,
            @Mixin Common common) {
        within("--mails", mails, 1_000, 1_000_000);
        return measure(new CostsBenchmark(), mails, 0, seconds, common);
    }

    @Command(
            name = "database",
            mixinStandardHelpOptions = true,
            description =
                    "Where PostgreSQL is what sending waits for, and why: campaigns while it has 0.05, 0.1 and 0.2 of a core,"
                            + " by a control group (Linux, as root)")
    int database(
            @Option(
                            names = "--mails",
                            paramLabel = "N",
                            defaultValue = "300000",
                            description = "Recipients of each campaign by SMTP, 300000 unless said")
                    int mails,
            @Mixin Common common) {
        within("--mails", mails, 1_000, 1_000_000);
        return measure(new DatabaseLimitBenchmark(), mails, 0, 1, common);
    }

    @Command(
            name = "engine",
            mixinStandardHelpOptions = true,
            description =
                    "Whether the load engine of `validate` tells the truth: its percentiles beside those that a server is"
                            + " known to have, and beside what wrk, Vegeta and k6 say where they are installed, also while the"
                            + " server stands still for a second")
    int engine(
            @Option(
                            names = "--rate",
                            paramLabel = "N",
                            defaultValue = "300",
                            description = "Requests a second, 300 unless said")
                    int rate,
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Of each measurement, 10 unless said, 4 at least")
                    int seconds,
            @Mixin Common common) {
        within("--rate", rate, 10, 2_000);
        within("--seconds", seconds, 4, 3_600);
        return measure(new EngineBenchmark(rate), 0, 0, seconds, common);
    }

    /// Options that every benchmark has.
    static final class Common {

        @Option(
                names = "--repeats",
                paramLabel = "N",
                defaultValue = "3",
                description = "Of each measurement, in turns with its ceiling, 3 unless said")
        private int repeats;

        @Mixin
        private Output output = new Output();
    }

    private int measure(Benchmark benchmark, int mails, int rows, int seconds, Common common) {
        within("--seconds", seconds, 1, 3_600);
        within("--repeats", common.repeats, 1, 100);
        Output output = common.output;
        Screen screen = new Screen(output.people(), isTerminal() && !output.ownsStandardOutput());
        try {
            ReportFolder folder = output.folder();
            Instant startedAt = Instant.now();
            Settings settings = new Settings(mails, rows, Duration.ofSeconds(seconds), common.repeats);
            BenchResult result = benchmark.run(Launcher.here(), settings, screen);
            String text = BenchReport.text(result);
            screen.step("\n" + text);
            ObjectNode json = result.json();
            screen.step("Report: " + folder.keep("bench-" + result.benchmark(), startedAt, text, json));
            output.write(json);
            return result.isGood() ? ExitCode.GOOD : ExitCode.BAD;
        } catch (CannotRunException e) {
            screen.endProgress();
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private void within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + value + ", allowed: " + least + " to " + most);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // the specification still allows null
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }
}
