package io.mailblast.validation.validate;

import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.report.ExitCode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `validate list`.
@Command(name = "list", mixinStandardHelpOptions = true, description = "The plans that come along")
final class ListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        for (String name : Plans.shipped()) {
            Plan plan = Plans.load(name);
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "  %-18s %9s  %2d targets  %s%n",
                            name,
                            time(plan),
                            plan.kpis().size(),
                            plan.summary());
        }
        spec.commandLine().getOut().flush();
        return ExitCode.GOOD;
    }

    /// With a job it may be over sooner.
    private static String time(Plan plan) {
        Duration duration = plan.duration();
        boolean job = plan.phases().stream().anyMatch(phase -> phase.job().isPresent())
                && plan.phases().size() == 1;
        String time = duration.toMinutes() < 120 ? duration.toMinutes() + " min" : duration.toHours() + " h";
        return (job ? "≤ " : "") + time;
    }
}
