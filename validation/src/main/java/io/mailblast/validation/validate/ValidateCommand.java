package io.mailblast.validation.validate;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.peer.InstalledPeer;
import io.mailblast.validation.peer.Peer;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.JsonReport;
import io.mailblast.validation.report.Output;
import io.mailblast.validation.report.ReportFolder;
import io.mailblast.validation.run.OwnSite;
import io.mailblast.validation.run.Progress;
import io.mailblast.validation.run.RefusedException;
import io.mailblast.validation.run.Run;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.run.Site;
import io.mailblast.validation.run.TargetOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private static final double LEAST_SCALE = 0.0001;
    private static final int MOST_PORT = 65_535;
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
            names = "--time-scale",
            paramLabel = "X",
            defaultValue = "1",
            description = "Shortens all durations, and jobs, to this share; rates stay. 1 unless said")
    private double timeScale;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = Peer.EMBEDDED,
            description =
                    "Who makes the requests: embedded, or a tool that is installed: k6, locust, vegeta, with the scripts of"
                            + " tests/performance; what these cannot ask, the embedded engine asks. embedded unless said")
    private String engine = Peer.EMBEDDED;

    @Option(
            names = "--until",
            paramLabel = "PHASE",
            description = "Ends after that phase, and judges what is about it and those before: soak --until hour-1")
    private @Nullable String until;

    @Option(names = "--seed", paramLabel = "S", description = "Decides when requests begin; a new one unless said")
    private @Nullable Long seed;

    @Option(
            names = "--page-port",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Where the page for a browser on this machine is while the plan runs; any free port unless said")
    private int pagePort;

    @Option(names = "--no-page", description = "No such page")
    private boolean noPage;

    @Mixin
    private TargetOptions target = new TargetOptions();

    @Mixin
    private Output output = new Output();

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
        if (pagePort < 0 || pagePort > MOST_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--page-port: " + pagePort + ", allowed: 0 to " + MOST_PORT);
        }
        Optional<Peer> peer = Peer.named(engine);
        if (peer.isEmpty() && !engine.equals(Peer.EMBEDDED)) {
            throw new ParameterException(
                    spec.commandLine(), "--engine: there is no '" + engine + "'; there are " + Peer.names());
        }
        PrintStream people = output.people();
        LiveView view = new LiveView(people, isTerminal() ? LiveView.Kind.TERMINAL : LiveView.Kind.LINES);
        try {
            Plan plan = Plans.load(name);
            Plan part = until == null ? plan : plan.until(until);
            peer.ifPresent(tool -> tool.mustHavePartIn(part));
            return run(
                    part,
                    peer.map(tool -> InstalledPeer.find(tool, Launcher.here().root())),
                    people,
                    view);
        } catch (PlanException | RefusedException e) {
            view.end();
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.USAGE;
        } catch (CannotRunException e) {
            view.end();
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int run(Plan plan, Optional<InstalledPeer> peer, PrintStream people, LiveView view) {
        ReportFolder folder = output.folder();
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
        Optional<LivePage> page = noPage ? Optional.empty() : Optional.of(LivePage.open(plan, timeScale, pagePort));
        page.ifPresent(live -> people.println("In a browser: " + live.url()));
        List<Progress> watchers = new ArrayList<>(List.of(view));
        page.ifPresent(watchers::add);
        RunResult result;
        try (Site site = site(plan, view, stop)) {
            Run run = new Run(plan, site, peer, timeScale, decided, Progress.to(watchers), InstantSource.system());
            running.set(Optional.of(run));
            result = run.execute();
            view.end();
            Path report = folder.write(result);
            page.ifPresent(live -> live.end(Ending.verdict(result) + ". Report: " + report));
            people.println();
            people.println(Ending.text(result, report.toString()));
            output.write(JsonReport.of(result, report.toString()));
        } finally {
            page.ifPresent(LivePage::close);
            reported.countDown();
            forget(hook);
        }
        return switch (result.verdict()) {
            case PASS -> ExitCode.GOOD;
            case FAIL -> ExitCode.BAD;
            case VOID -> ExitCode.FAILED;
        };
    }

    private Site site(Plan plan, LiveView view, Runnable stop) {
        Optional<TargetOptions.Given> given = target.open(timeScale, 1);
        if (given.isPresent()) {
            return given.get().site();
        }
        view.step("Starting a simulator, the API with its database, and a worker ...");
        return OwnSite.start(Launcher.here(), plan, timeScale, stop);
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
