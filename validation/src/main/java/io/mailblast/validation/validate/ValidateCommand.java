package io.mailblast.validation.validate;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.report.JsonReport;
import io.mailblast.validation.report.ReportFolder;
import io.mailblast.validation.run.GivenSite;
import io.mailblast.validation.run.OwnSite;
import io.mailblast.validation.run.RefusedException;
import io.mailblast.validation.run.Run;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.run.Site;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `validate`: a load plan with a verdict for every target.
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a load plan against a MailBlast and judges each of its targets. Without --target it starts a MailBlast of"
                    + " its own, with the mail simulator behind it, and throws it away.",
            "A target's credentials, of an operator, come as MAILBLAST_TARGET_EMAIL and MAILBLAST_TARGET_PASSWORD."
        },
        footer = {
            "",
            "Exit codes: 0 all required targets are met, 1 one is not, 2 wrong usage or a target that must not be hurt, 3 could"
                    + " not run, or the run is void."
        },
        subcommands = {ListCommand.class, ShowCommand.class, CompareCommand.class})
public final class ValidateCommand implements Callable<Integer> {

    static final int GOOD = 0;
    static final int BAD = 1;
    static final int USAGE = 2;
    static final int FAILED = 3;

    private static final double LEAST_SCALE = 0.0001;
    private static final int REPORT_PATIENCE_S = 90;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PLAN",
            description = "One that `validate list` names, or a YAML file of your own")
    private @Nullable String name;

    @Option(
            names = "--target",
            paramLabel = "URL",
            description = "A MailBlast that runs, such as http://127.0.0.1:8080")
    private @Nullable String target;

    @Option(
            names = "--simulator",
            paramLabel = "URL",
            description =
                    "The simulator behind the target, such as http://127.0.0.1:9025: links are taken out of its mails")
    private @Nullable String simulator;

    @Option(
            names = "--time-scale",
            paramLabel = "X",
            defaultValue = "1",
            description = "Shortens all durations, and jobs, to this share; rates stay. 1 unless said")
    private double timeScale;

    @Option(names = "--seed", paramLabel = "S", description = "Decides when requests begin; a new one unless said")
    private @Nullable Long seed;

    @Option(
            names = "--reports",
            paramLabel = "FOLDER",
            description = "Where the report is written; MAILBLAST_HOME/reports unless said")
    private @Nullable Path reports;

    @Option(names = "--allow-damage", description = "Also a target that is not marked with test_installation: true")
    private boolean allowDamage;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "The result as JSON; - is standard output, and nothing else there")
    private @Nullable String json;

    @Override
    public Integer call() {
        if (name == null) {
            throw new ParameterException(
                    spec.commandLine(), "Which plan: " + String.join(", ", Plans.shipped()) + ", or a YAML file?");
        }
        if (!(timeScale >= LEAST_SCALE && timeScale <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--time-scale: " + timeScale + ", allowed: " + LEAST_SCALE + " to 1");
        }
        PrintStream people = "-".equals(json) ? System.err : System.out;
        LiveView view = new LiveView(people, isTerminal() ? LiveView.Kind.TERMINAL : LiveView.Kind.LINES);
        try {
            return run(Plans.load(name), people, view);
        } catch (PlanException | RefusedException e) {
            view.end();
            spec.commandLine().getErr().println(e.getMessage());
            return USAGE;
        } catch (CannotRunException e) {
            view.end();
            spec.commandLine().getErr().println(e.getMessage());
            return FAILED;
        }
    }

    private int run(Plan plan, PrintStream people, LiveView view) {
        ReportFolder folder = new ReportFolder(folder(reports));
        folder.prepare();
        long decided = seed == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000_000) : seed;
        AtomicReference<Optional<Run>> running = new AtomicReference<>(Optional.empty());
        CountDownLatch reported = new CountDownLatch(1);
        Runnable stop = () -> {
            running.get().ifPresent(run -> {
                run.stop("somebody stopped it");
                await(reported);
            });
        };
        Thread hook = new Thread(stop, "validate-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        RunResult result;
        try (Site site = site(plan, view, stop)) {
            Run run = new Run(plan, site, timeScale, decided, view, InstantSource.system());
            running.set(Optional.of(run));
            result = run.execute();
            view.end();
            Path report = folder.write(result);
            people.println();
            people.println(Ending.text(result, report.toString()));
            write(result, report);
        } finally {
            reported.countDown();
            forget(hook);
        }
        return switch (result.verdict()) {
            case PASS -> GOOD;
            case FAIL -> BAD;
            case VOID -> FAILED;
        };
    }

    private Site site(Plan plan, LiveView view, Runnable stop) {
        if (target == null) {
            view.step("Starting a simulator, the API with its database, and a worker ...");
            return OwnSite.start(Launcher.here(), plan, timeScale, stop);
        }
        return GivenSite.at(
                target,
                Optional.ofNullable(simulator),
                credential("MAILBLAST_TARGET_EMAIL"),
                credential("MAILBLAST_TARGET_PASSWORD"),
                timeScale,
                allowDamage ? GivenSite.Damage.ALLOWED : GivenSite.Damage.REFUSED);
    }

    private static String credential(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw new RefusedException(
                    "A target needs the credentials of an operator: set MAILBLAST_TARGET_EMAIL and MAILBLAST_TARGET_PASSWORD; "
                            + variable + " is empty.");
        }
        return value;
    }

    private void write(RunResult result, Path report) {
        if (json == null) {
            return;
        }
        String text = JsonReport.of(result, report.toString()).toPrettyString() + "\n";
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

    static Path folder(@Nullable Path said) {
        if (said != null) {
            return said.toAbsolutePath().normalize();
        }
        String home = System.getenv("MAILBLAST_HOME");
        return (home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".mailblast") : Path.of(home))
                .resolve("reports")
                .toAbsolutePath();
    }

    private static void await(CountDownLatch reported) {
        try {
            if (!reported.await(REPORT_PATIENCE_S, TimeUnit.SECONDS)) {
                System.err.println("The report was not ready in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is what is running.
        }
    }

    @SuppressWarnings("SystemConsoleNull") // the specification still allows null
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }
}
