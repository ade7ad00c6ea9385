package io.mailblast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.campaign.InDoubt;
import io.mailblast.http.Json;
import io.mailblast.monitoring.Logging;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `in-doubt`: messages whose outcome is unknown, and what the operator decides of them.
@Command(
        name = "in-doubt",
        mixinStandardHelpOptions = true,
        description = "Messages whose outcome is unknown: a worker died, or the provider gave no answer",
        subcommands = {InDoubtCommand.ListThem.class, InDoubtCommand.Settle.class},
        synopsisSubcommandLabel = "COMMAND")
final class InDoubtCommand {

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Campaigns with messages in doubt, or the messages of one.")
    static final class ListThem implements Callable<Integer> {

        private static final int PAGE = 1_000;

        @Option(names = "--campaign", paramLabel = "ID", description = "Its messages, one by one")
        private @Nullable Long campaign;

        @Mixin
        private JsonOutput json = new JsonOutput();

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws IOException {
            try (Connection connection = connect(options)) {
                InDoubt inDoubt = new InDoubt(connection.database());
                List<InDoubt.Affected> campaigns = inDoubt.campaigns().stream()
                        .filter(one -> campaign == null || one.campaignId() == campaign)
                        .toList();
                json.write(() -> shown(inDoubt, campaigns));
                if (!json.ownsStandardOutput()) {
                    print(inDoubt, campaigns);
                }
                return 0;
            }
        }

        private void print(InDoubt inDoubt, List<InDoubt.Affected> campaigns) {
            if (campaigns.isEmpty()) {
                System.out.println("No message is in doubt.");
            }
            for (InDoubt.Affected one : campaigns) {
                System.out.printf(
                        Locale.ROOT,
                        "campaign %d \"%s\" (%s): %,d in doubt since %s, %,d of them may be sent again%n",
                        one.campaignId(),
                        one.name(),
                        one.state(),
                        one.messages(),
                        one.since(),
                        one.mayGoAgain());
                if (campaign != null) {
                    messages(inDoubt, one, ListThem::print);
                }
            }
        }

        private ObjectNode shown(InDoubt inDoubt, List<InDoubt.Affected> campaigns) {
            ObjectNode result = Json.MAPPER.createObjectNode();
            var list = result.putArray("campaigns");
            for (InDoubt.Affected one : campaigns) {
                ObjectNode node = Json.MAPPER.valueToTree(one);
                if (campaign != null) {
                    var messages = node.putArray("list");
                    messages(inDoubt, one, message -> messages.add(Json.MAPPER.<ObjectNode>valueToTree(message)));
                }
                list.add(node);
            }
            return result;
        }

        private static void messages(
                InDoubt inDoubt, InDoubt.Affected one, java.util.function.Consumer<InDoubt.Message> each) {
            long after = -1;
            while (true) {
                List<InDoubt.Message> page = inDoubt.list(one.workspaceId(), one.campaignId(), after, PAGE)
                        .orElse(List.of());
                page.forEach(each);
                if (page.size() < PAGE) {
                    return;
                }
                after = page.getLast().recipientNo();
            }
        }

        private static void print(InDoubt.Message message) {
            System.out.println("  recipient " + message.recipientNo() + " "
                    + (message.email() == null ? "(contact deleted)" : message.email()) + ", attempt "
                    + message.attempt() + ", since " + message.since() + ": " + message.reason()
                    + "; may be sent again from " + message.sendAgainAt());
        }
    }

    @Command(
            name = "settle",
            mixinStandardHelpOptions = true,
            description = {
                "Counts messages in doubt as sent, or sends them again.",
                "Sending again may give somebody a mail twice: only who looked at the provider's own record knows. It is"
                        + " refused until the worker that began a message is known to be gone, and the provider's"
                        + " time is over."
            })
    static final class Settle implements Callable<Integer> {

        @Option(
                names = "--as",
                required = true,
                paramLabel = "sent|unsent",
                description = "sent: they count as sent; unsent: they are queued again")
        private String as = "";

        @ArgGroup(multiplicity = "1")
        private Which which = new Which();

        @Option(
                names = "--recipient",
                paramLabel = "NO",
                split = ",",
                description = "Only these recipients of the campaign, by their numbers")
        private @Nullable List<Integer> recipients;

        @Mixin
        private RoleOptions options = new RoleOptions();

        /// One campaign, or all of them.
        static final class Which {

            @Option(names = "--campaign", paramLabel = "ID", description = "Those of one campaign")
            private @Nullable Long campaign;

            @Option(names = "--all", description = "Those of all campaigns of all workspaces")
            private boolean all;
        }

        @Override
        public Integer call() throws IOException {
            if (!as.equals("sent") && !as.equals("unsent")) {
                System.err.println("--as: \"" + as + "\", allowed: sent, unsent");
                return Main.USAGE;
            }
            if (which.all && recipients != null) {
                System.err.println("--recipient needs --campaign ID: numbers are a campaign's own.");
                return Main.USAGE;
            }
            try (Connection connection = connect(options)) {
                return settle(new InDoubt(connection.database()));
            }
        }

        private int settle(InDoubt inDoubt) {
            List<InDoubt.Affected> campaigns = inDoubt.campaigns().stream()
                    .filter(one -> which.campaign == null || one.campaignId() == which.campaign)
                    .toList();
            if (campaigns.isEmpty()) {
                System.out.println(
                        which.campaign == null
                                ? "No message is in doubt."
                                : "No message of campaign " + which.campaign + " is in doubt.");
                return 0;
            }
            InDoubt.Verdict verdict = as.equals("sent") ? InDoubt.Verdict.SENT : InDoubt.Verdict.UNSENT;
            boolean complete = true;
            for (InDoubt.Affected one : campaigns) {
                Optional<InDoubt.Settled> settled =
                        inDoubt.settle(one.workspaceId(), one.campaignId(), recipients, verdict, null);
                complete &= settled.isPresent() && settled.get().tooEarly() == 0;
                System.out.println(told(one, settled));
            }
            return complete ? 0 : 1;
        }

        private String told(InDoubt.Affected one, Optional<InDoubt.Settled> settled) {
            String campaign = "campaign " + one.campaignId() + ": ";
            if (settled.isEmpty()) {
                return campaign + "it is archived; nothing was settled";
            }
            String done = campaign + settled.get().settled() + " settled as " + as;
            return settled.get().tooEarly() == 0
                    ? done
                    : done + "; " + settled.get().tooEarly() + " stay in doubt: they may not be sent again before "
                            + settled.get().sendAgainAt() + ", because their worker may still be at it";
        }
    }

    private InDoubtCommand() {}

    private static Connection connect(RoleOptions options) throws IOException {
        Configuration config = options.load();
        Logging.start(config.monitoring().logFormat());
        Home.prepare(config.home());
        return Connection.beside(config, "mailblast-in-doubt");
    }
}
