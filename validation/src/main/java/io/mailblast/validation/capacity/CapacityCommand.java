package io.mailblast.validation.capacity;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `capacity`: what a load needs.
@Command(
        name = "capacity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "What a load needs: nodes of each kind, PostgreSQL's processors, disk and writes, Kafka, and how late the last"
                    + " mail is. Plays the load's busiest day minute by minute with what one mail, one event and one"
                    + " contact cost, as `./mailblast bench costs` measured them.",
            "Amounts are written 250000, 250k, 1.5M or 2B."
        },
        footer = {
            "",
            "Exit codes: 0 answered, 1 --check found more than 25%% between them, 2 wrong usage, 3 the costs cannot be read, or no number of nodes is enough."
        })
public final class CapacityCommand implements Callable<Integer> {

    private static final double MOST = 1e12;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--mails", paramLabel = "N", converter = Written.Amount.class, description = "Mails a month")
    private @Nullable Double mails;

    @Option(
            names = "--peak",
            paramLabel = "TIMES",
            defaultValue = "4",
            description = "The busiest hour, in times of the mean hour of a month; 4 unless said")
    private double peak;

    @Option(
            names = "--largest",
            paramLabel = "N",
            converter = Written.Amount.class,
            description = "Recipients of the largest campaign; a twentieth of a month's mails unless said")
    private @Nullable Double largest;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Written.Time.class,
            description = "So long the largest campaign may take, 1h unless said")
    private Duration within = Duration.ofHours(1);

    @Option(
            names = "--opens",
            paramLabel = "SHARE",
            defaultValue = "60%",
            converter = Written.Share.class,
            description =
                    "Opens of a hundred mails, machines' among them; 60%% unless said, and may be more than 100%%")
    private double opens;

    @Option(
            names = "--clicks",
            paramLabel = "SHARE",
            defaultValue = "5%",
            converter = Written.Share.class,
            description = "Clicks of a hundred mails, 5%% unless said")
    private double clicks;

    @Option(
            names = "--contacts",
            paramLabel = "N",
            converter = Written.Amount.class,
            description = "In all lists together; twice the largest campaign unless said")
    private @Nullable Double contacts;

    @Option(
            names = "--months",
            paramLabel = "N",
            defaultValue = "13",
            description = "For which recipients and events are kept, 13 unless said")
    private double months;

    @Option(
            names = "--provider",
            paramLabel = "KIND",
            defaultValue = "ses",
            description = "ses or smtp; ses unless said")
    private Demand.Provider provider = Demand.Provider.SES;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "50ms",
            converter = Written.Time.class,
            description = "That the provider takes for an answer, 50ms unless said")
    private Duration latency = Duration.ofMillis(50);

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "48",
            description = "Of a worker to the provider, 48 unless said")
    private int connections;

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "2",
            description = "Of each node, 2 unless said: more were never measured for one process")
    private int cores;

    @Option(
            names = "--database-cores",
            paramLabel = "N",
            defaultValue = "32",
            description = "Of the largest machine that PostgreSQL can have, 32 unless said")
    private int databaseCores;

    @Option(
            names = "--costs",
            paramLabel = "FILE",
            description = "A result of `bench costs`; the newest in the folder of reports unless said, else those that"
                    + " came along")
    private @Nullable Path costs;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description =
                    "Says nothing of a load, but compares what 1, 2 and 4 nodes are reckoned to do with what they did:"
                            + " the result.json of a run of `validate scalability`")
    private @Nullable Path check;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (check != null) {
            return check(check);
        }
        Demand demand = demand();
        Hardware hardware = new Hardware(
                (int) within("--cores", cores, 1, 1_024), (int) within("--database-cores", databaseCores, 1, 1_024));
        try {
            Costs known = Costs.find(Optional.ofNullable(costs), output.place());
            Needs needs = new Sizing(known, hardware).of(demand);
            Answer answer = new Answer(needs, hardware, known);
            output.people().println(answer.text());
            output.write(answer.json());
            return ExitCode.GOOD;
        } catch (CannotRunException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int check(Path result) {
        if (mails != null) {
            throw new ParameterException(spec.commandLine(), "Say either --mails or --check.");
        }
        try {
            Costs known = Costs.find(Optional.ofNullable(costs), output.place());
            NodesCheck nodes = NodesCheck.of(result, known);
            output.people().println(nodes.text());
            output.write(nodes.json());
            return nodes.holds() ? ExitCode.GOOD : ExitCode.BAD;
        } catch (CannotRunException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private Demand demand() {
        if (mails == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--mails=N'");
        }
        double all = within("--mails", mails, 1, MOST);
        double most = within("--largest", largest == null ? Math.max(1, all / 20) : largest, 0, MOST);
        return new Demand(
                all,
                within("--peak", peak, 1, 1_000),
                most,
                Duration.ofNanos(Math.round(within("--within, in seconds,", within.toNanos() / 1e9, 60, 86_400) * 1e9)),
                within("--opens, as a ratio,", opens, 0, 100),
                within("--clicks, as a ratio,", clicks, 0, 100),
                within("--contacts", contacts == null ? 2 * most : contacts, 0, MOST),
                within("--months", months, 0, 1_200),
                provider,
                Duration.ofNanos(Math.round(within("--latency, in seconds,", latency.toNanos() / 1e9, 0, 60) * 1e9)),
                (int) within("--connections", connections, 1, 10_000));
    }

    private double within(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " " + String.format(java.util.Locale.ROOT, "%,.4g", value) + ", allowed: "
                            + String.format(java.util.Locale.ROOT, "%,.0f to %,.0f", least, most));
        }
        return value;
    }
}
