package io.mailblast.validation.validate;

import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.report.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `validate show PLAN`.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "A plan as it is written, to copy and change; a file of your own is also checked")
final class ShowCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private static final String SCHEMA = "schema";

    @Parameters(
            index = "0",
            paramLabel = "PLAN",
            description =
                    "A name of `validate list`, or a YAML file; `schema` for the JSON Schema of plans, for editors")
    private String name = "";

    @Override
    public Integer call() {
        if (name.equals(SCHEMA)) {
            spec.commandLine().getOut().print(Plans.schema());
            spec.commandLine().getOut().flush();
            return ExitCode.GOOD;
        }
        try {
            Plan _ = Plans.load(name);
            spec.commandLine().getOut().print(Plans.text(name));
            spec.commandLine().getOut().flush();
            return ExitCode.GOOD;
        } catch (PlanException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.USAGE;
        }
    }
}
