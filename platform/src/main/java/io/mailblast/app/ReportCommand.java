package io.mailblast.app;

import io.mailblast.alerting.AlertRules;
import io.mailblast.alerting.Digests;
import io.mailblast.alerting.PastIncidents;
import io.mailblast.history.PastSeries;
import io.mailblast.monitoring.Logging;
import io.mailblast.report.MadeReport;
import io.mailblast.report.Period;
import io.mailblast.report.Reports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `report`: what was, and what is to be expected.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Performance and its trends, which targets were met, what runs out when, and incidents with the times to"
                    + " acknowledge them and until they were over: of the last day, week or 30 days, from stored history.",
            "Prints it, and writes it as HTML with plots, Markdown and JSON. With reports.send_to in the configuration"
                    + " each goes to receivers of alerts by itself."
        },
        footer = {
            "",
            "Exit code: 0 it was made (and taken by every receiver), 1 a receiver did not take it, 2 wrong usage, 3 could"
                    + " not run."
        })
final class ReportCommand implements Callable<Integer> {

    private static final int GOOD = 0;
    private static final int BAD = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "PERIOD", description = "daily, weekly or monthly")
    private @Nullable String period;

    @Option(names = "--send", description = "Also send it to the receivers of reports.send_to now")
    private boolean send;

    @Option(
            names = "--reports",
            paramLabel = "FOLDER",
            description = "Where it is written; MAILBLAST_HOME/reports unless said")
    private @Nullable Path folder;

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Period wanted = Period.of(period == null ? "" : period)
                .orElseThrow(
                        () -> new ParameterException(spec.commandLine(), "Which report: daily, weekly or monthly?"));
        Configuration config = options.load();
        List<String> receivers = config.reports().sendTo();
        if (send && receivers.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--send: reports.send_to names no receiver");
        }
        Logging.start(config.monitoring().logFormat());
        Home.prepare(config.home());
        try (Connection connection = Connection.beside(config, "mailblast-report")) {
            MadeReport report = reports(config, connection).make(wanted);
            Path page = report.write(folder == null ? config.home().resolve("reports") : folder);
            json.write(report::data);
            if (!json.ownsStandardOutput()) {
                System.out.println(report.text());
                System.out.println("Report: " + page.toAbsolutePath());
            }
            return send ? send(config, report, receivers) : GOOD;
        }
    }

    private static Reports reports(Configuration config, Connection connection) {
        InstantSource clock = InstantSource.system();
        AlertRules rules = AlertRules.load(config.home().resolve("alerts.yaml"));
        return new Reports(
                new PastSeries(connection.database(), clock, config.timeScale()),
                new PastIncidents(connection.database()),
                () -> rules,
                config.publicUrl().getAuthority(),
                config.timeScale(),
                clock);
    }

    private static int send(Configuration config, MadeReport report, List<String> receivers)
            throws InterruptedException {
        Digests digests = new Digests(config.alerting());
        int code = GOOD;
        for (String receiver : receivers) {
            String problem = digests.tell(
                            receiver, report.digest(config.publicUrl().toString()))
                    .problem()
                    .orElse("");
            System.err.println(receiver + ": " + (problem.isEmpty() ? "taken" : problem));
            code = problem.isEmpty() ? code : BAD;
        }
        return code;
    }
}
