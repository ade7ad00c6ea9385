package io.mailblast.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.alerting.AlertFileException;
import io.mailblast.alerting.AlertFiles;
import io.mailblast.alerting.AlertRule;
import io.mailblast.alerting.AlertRules;
import io.mailblast.alerting.ReceiverTrial;
import io.mailblast.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `alerts`: the alert definitions, judged, shown, and written for Prometheus and Alertmanager.
@Command(
        name = "alerts",
        mixinStandardHelpOptions = true,
        description = "The alert definitions: those that come with MailBlast, and those of alerts.yaml in the home",
        subcommands = {AlertsCommand.Show.class, AlertsCommand.Check.class, AlertsCommand.Export.class},
        synopsisSubcommandLabel = "COMMAND")
final class AlertsCommand {

    private AlertsCommand() {}

    private static AlertRules rules(Configuration config) {
        return AlertRules.load(config.home().resolve("alerts.yaml"));
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Shows every alert: what fires it, after how long, how bad it is, who is told")
    static final class Show implements Callable<Integer> {

        @Mixin
        private JsonOutput json = new JsonOutput();

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws IOException {
            List<AlertRule> rules = rules(options.load()).rules();
            json.write(() -> shown(rules));
            if (!json.ownsStandardOutput()) {
                rules.forEach(rule -> System.out.printf(
                        "%-8s  %-26s  %-44s  %-6s  %s%n",
                        rule.severity().spelling(),
                        rule.name(),
                        rule.expression(),
                        rule.holdText(),
                        String.join(", ", rule.receivers())));
            }
            return 0;
        }

        private static ObjectNode shown(List<AlertRule> rules) {
            ObjectNode result = Json.MAPPER.createObjectNode();
            ArrayNode alerts = result.putArray("alerts");
            for (AlertRule rule : rules) {
                ObjectNode alert = alerts.addObject()
                        .put("name", rule.name())
                        .put("expression", rule.expression())
                        .put("for", rule.holdText())
                        .put("severity", rule.severity().spelling());
                rule.receivers().forEach(alert.putArray("notify")::add);
                alert.put("runbook", "docs/runbooks/" + rule.runbook() + ".md");
            }
            return result;
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Judges alerts.yaml and the receivers; with --send each receiver is told of a trial alert",
            footer = {"", "Exit code: 0 all is well, 1 a definition cannot be used or a receiver did not take it."})
    static final class Check implements Callable<Integer> {

        @Option(names = "--send", description = "Tell each receiver of a trial alert, and of its end")
        private boolean send;

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws InterruptedException {
            Configuration config = options.load();
            List<AlertRule> rules;
            try {
                rules = rules(config).rules();
            } catch (AlertFileException e) {
                System.out.println(e.getMessage());
                return 1;
            }
            System.out.println(rules.size() + " alerts are well defined.");
            List<String> receivers = ReceiverTrial.names(config.alerting());
            System.out.println(
                    receivers.isEmpty()
                            ? "No receiver is configured, so nobody is told: see alerting.* in docs/configure.md."
                            : "Receivers: " + String.join(", ", receivers) + ".");
            String missing = rules.stream()
                    .flatMap(rule -> rule.receivers().stream())
                    .filter(receiver -> !receivers.isEmpty() && !receivers.contains(receiver))
                    .distinct()
                    .collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                System.out.println("Named by alerts and not configured, so not told: " + missing + ".");
            }
            return send ? trial(config, receivers) : 0;
        }

        private static int trial(Configuration config, List<String> receivers) throws InterruptedException {
            Map<String, String> troubles =
                    ReceiverTrial.run(config.alerting(), config.publicUrl().toString());
            receivers.forEach(receiver -> System.out.println(
                    receiver + ": " + (troubles.containsKey(receiver) ? troubles.get(receiver) : "taken")));
            return troubles.isEmpty() ? 0 : 1;
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description =
                    "Writes the alerts as Prometheus rules, their promtool tests, an Alertmanager configuration, and Grafana dashboards")
    static final class Export implements Callable<Integer> {

        @Option(
                names = "--to",
                paramLabel = "FOLDER",
                defaultValue = "deploy",
                description = "Where to; ${DEFAULT-VALUE} unless said")
        private Path folder = Path.of("deploy");

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws IOException {
            Configuration config = options.load();
            for (Map.Entry<String, String> file :
                    AlertFiles.render(rules(config), config.alerting()).entrySet()) {
                Path target = folder.resolve(file.getKey());
                Files.createDirectories(target.toAbsolutePath().getParent());
                Files.writeString(target, file.getValue());
                System.out.println(target);
            }
            return 0;
        }
    }
}
