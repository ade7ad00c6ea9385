package io.mailblast.validation.drill;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.Output;
import io.mailblast.validation.report.ReportFolder;
import io.mailblast.validation.run.Progress;
import io.mailblast.validation.run.RefusedException;
import io.mailblast.validation.run.TargetOptions;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `drill`: makes a failure happen, and judges what comes of it.
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a failure happen to a MailBlast under load, one of its own unless --target says otherwise, and checks what it does meanwhile, that the right"
                    + " alerts fire and no other, that it recovers, and that every number agrees afterwards.",
            "`drill list` names the drills. A drill is a YAML file; one of your own ends with .yaml."
        },
        footer = {
            "",
            "Exit codes: 0 every drill holds (with --sabotage, every one was turned red), 1 one does not, 2 wrong usage,"
                    + " 3 could not run."
        })
public final class DrillCommand implements Callable<Integer> {

    private static final String ALL = "all";
    private static final String LIST = "list";
    private static final double LEAST_SCALE = 0.0001;
    private static final int REPORT_PATIENCE_S = 200;

    /// A drill is there to hurt.
    private static final int TELLINGS = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            description =
                    "Drills that `drill list` names, or YAML files of your own; all for every one that comes along")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--time-scale",
            paramLabel = "X",
            defaultValue = "0.02",
            description = "Shortens how long faults last and alerts wait; ${DEFAULT-VALUE} unless said, 1 is real time")
    private double timeScale;

    @Option(
            names = "--sabotage",
            description = "With a platform that each drill's own sabotage has broken: every drill must turn red")
    private boolean sabotage;

    @Option(names = "--seed", paramLabel = "S", description = "Decides when requests begin; a new one unless said")
    private @Nullable Long seed;

    @Mixin
    private TargetOptions target = new TargetOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (names.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Which drill: " + String.join(", ", Drills.shipped()) + ", all, or a YAML file?");
        }
        if (!(timeScale >= LEAST_SCALE && timeScale <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--time-scale: " + timeScale + ", allowed: " + LEAST_SCALE + " to 1");
        }
        PrintStream people = output.people();
        try {
            if (names.equals(List.of(LIST))) {
                list(people);
                return ExitCode.GOOD;
            }
            boolean all = names.contains(ALL);
            List<Plan> plans =
                    (all ? Drills.shipped() : names).stream().map(Drills::load).toList();
            return make(plans, all || plans.size() > 1, people);
        } catch (PlanException | RefusedException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.USAGE;
        } catch (CannotRunException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static void list(PrintStream people) {
        for (String name : Drills.shipped()) {
            people.printf("%-28s %s%n", name, Drills.load(name).summary());
        }
        people.println();
        people.println("Faults that a drill of your own may name:");
        Faults.all().forEach(fault -> people.printf("  %-26s %s%n", fault.name(), fault.what()));
    }

    private int make(List<Plan> plans, boolean asList, PrintStream people) {
        ReportFolder folder = output.folder();
        DrillSeries.Platform platform = sabotage ? DrillSeries.Platform.SABOTAGED : DrillSeries.Platform.WELL;
        DrillResult result = new DrillResult(timeScale, platform);
        CountDownLatch reported = new CountDownLatch(1);
        try (DrillSeries series = series(people)) {
            series.beforeStop(() -> await(reported));
            for (Plan plan : plans) {
                if (series.isStopped()) {
                    break;
                }
                people.println();
                people.println(plan.name() + ": " + plan.summary());
                DrillOutcome outcome = series.make(plan, platform, seed(), new Lines(people));
                String report =
                        outcome.run().map(run -> folder.write(run).toString()).orElse("");
                result.add(outcome, report);
                people.println(result.text(outcome));
                if (!report.isEmpty()) {
                    people.println("    " + report);
                }
            }
            if (!result.isGood()) {
                series.keepLog().ifPresent(log -> people.println("What its processes said is kept in " + log));
            }
            people.println();
            people.println("Report: " + DrillReport.write(folder, result));
            people.println(result.verdict());
            output.write(result.json(asList));
        } finally {
            reported.countDown();
        }
        if (!result.isAnyMade()) {
            return ExitCode.FAILED;
        }
        return result.isGood() ? ExitCode.GOOD : ExitCode.BAD;
    }

    private DrillSeries series(PrintStream people) {
        Optional<TargetOptions.Given> given = target.open(timeScale, TELLINGS);
        if (given.isPresent()) {
            return DrillSeries.at(given.get().site(), given.get().account(), Launcher.here(), timeScale);
        }
        people.println("Starting a simulator, a database, the API and a worker ...");
        return DrillSeries.start(Launcher.here(), timeScale);
    }

    private long seed() {
        return seed == null ? ThreadLocalRandom.current().nextLong(1, 1_000_000_000) : seed;
    }

    private static void await(CountDownLatch reported) {
        try {
            boolean _ = reported.await(REPORT_PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is done now, a line each.
    private record Lines(PrintStream out) implements Progress {

        private static final int EVERY_S = 10;

        @Override
        public void step(String words) {
            out.println("  " + words);
            out.flush();
        }

        @Override
        public void tick(Tick tick) {
            if (Math.round(tick.elapsedS()) % EVERY_S == 0) {
                out.printf(
                        "  %4.0f s  %s  %.0f requests a second, API p95 %.0f ms, tracking p95 %.0f ms, %d errors%n",
                        tick.elapsedS(),
                        tick.phase(),
                        tick.perSecond(),
                        tick.apiP95Ms(),
                        tick.trackingP95Ms(),
                        tick.errors());
                out.flush();
            }
        }
    }
}
