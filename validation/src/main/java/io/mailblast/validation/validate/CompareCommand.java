package io.mailblast.validation.validate;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.report.Comparison;
import io.mailblast.validation.report.ExitCode;
import io.mailblast.validation.report.History;
import io.mailblast.validation.report.ReportFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `validate compare`.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Whether a run is worse than one before it: PLAN compares its newest run with the last one before it that passed, on"
                    + " the same machine and with the same time scale; BEFORE NOW compares two reports.",
            "A difference counts when the intervals of the two do not meet and it is more than 10%%, or where there is no"
                    + " interval more than 25%%, or when a target is failed now that was met then."
        },
        footer = {"", "Exit codes: 0 no worse, 1 worse, 2 wrong usage, 3 nothing to compare."})
final class CompareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..2",
            paramLabel = "PLAN|BEFORE NOW",
            description = "A plan's name, or two folders of reports (or their result.json)")
    private List<String> names = List.of();

    @Option(
            names = "--reports",
            paramLabel = "FOLDER",
            description = "Where reports are; MAILBLAST_HOME/reports unless said")
    private @Nullable Path reports;

    @Override
    public Integer call() {
        return names.size() == 2 ? compare(read(names.getFirst()), read(names.getLast())) : newest(names.getFirst());
    }

    private int newest(String plan) {
        History history = new History(ReportFolder.usual(reports));
        List<History.Entry> runs = history.of(plan);
        if (runs.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("There is no run of '" + plan + "' in " + ReportFolder.usual(reports) + ". Plans: "
                            + String.join(", ", Plans.shipped()) + ".");
            return ExitCode.FAILED;
        }
        JsonNode now = runs.getFirst().result();
        Optional<History.Entry> before = history.acceptedBefore(now);
        if (before.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("Before the newest run of '" + plan
                            + "' none has passed on this machine with the time scale "
                            + now.path("time_scale").asText() + ".");
            return ExitCode.FAILED;
        }
        return compare(before.get().result(), now);
    }

    private JsonNode read(String name) {
        Path file = Path.of(name);
        return History.read(Files.isDirectory(file) ? file.resolve("result.json") : file)
                .map(History.Entry::result)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), name + " is neither a report's folder nor its result.json"));
    }

    private int compare(JsonNode before, JsonNode now) {
        Comparison comparison = Comparison.of(before, now);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s: %s, then %s%n",
                now.path("plan").asText(),
                before.path("started_at").asText(),
                now.path("started_at").asText());
        comparison.doubts().forEach(doubt -> out.println("  Not quite comparable: " + doubt));
        for (Comparison.Difference each : comparison.differences()) {
            out.printf(
                    Locale.ROOT,
                    "  %-11s %-46s %12s %12s %s  %s%n",
                    each.kind().name().toLowerCase(Locale.ROOT),
                    each.name(),
                    number(each.before()),
                    number(each.now()),
                    each.unit(),
                    each.change());
        }
        int worse = comparison.regressions().size();
        out.println(
                worse == 0
                        ? "No regression."
                        : worse
                                + (worse == 1 ? " regression: " : " regressions: ")
                                + String.join(
                                        ", ",
                                        comparison.regressions().stream()
                                                .map(Comparison.Difference::id)
                                                .toList()));
        out.flush();
        return worse == 0 ? ExitCode.GOOD : ExitCode.BAD;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.5g", value);
    }
}
