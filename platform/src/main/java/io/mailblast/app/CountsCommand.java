package io.mailblast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.event.Rebuild;
import io.mailblast.event.Rollups;
import io.mailblast.http.Json;
import io.mailblast.monitoring.Logging;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `counts`: whether what is counted agrees with the rows of events, and how it is made to.
@Command(
        name = "counts",
        mixinStandardHelpOptions = true,
        description = "Whether rows, rollups and bitmaps of events agree, and how the rollups are made again",
        subcommands = {CountsCommand.Check.class, CountsCommand.Again.class},
        synopsisSubcommandLabel = "COMMAND")
final class CountsCommand {

    /// As many differences are printed; the file of `--json` has more.
    private static final int PRINTED = 20;

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Compares every rollup and bitmap with the rows. Reads them all: about two minutes for each ten million.",
            footer = {"", "Exit code: 0 all agree, 1 something does not, 2 wrong usage, 3 could not run."})
    static final class Check implements Callable<Integer> {

        @Mixin
        private Common common = new Common();

        @Override
        public Integer call() throws IOException {
            try (Connection connection = common.connect()) {
                return common.tell(differences(connection));
            }
        }
    }

    @Command(
            name = "rebuild",
            mixinStandardHelpOptions = true,
            description = {
                "Makes rollups and bitmaps again from the rows, a campaign at a time, and checks them.",
                "Opens and clicks are taken meanwhile; what they come to waits for each campaign's turn to end."
            },
            footer = {"", "Exit code: 0 all agree afterwards, 1 something does not, 2 wrong usage, 3 could not run."})
    static final class Again implements Callable<Integer> {

        @Mixin
        private Common common = new Common();

        @Override
        public Integer call() throws IOException {
            try (Connection connection = common.connect()) {
                int made = Rebuild.all(connection.database(), common::progress);
                common.say(String.format(Locale.ROOT, "Figures of %,d campaigns were made again.", made));
                return common.tell(differences(connection));
            }
        }
    }

    private static List<Rollups.Difference> differences(Connection connection) {
        return connection.database().write(Rollups::verify);
    }

    /// What both print.
    static final class Common {

        private static final int STEP = 100;

        @Mixin
        private JsonOutput json = new JsonOutput();

        @Mixin
        private RoleOptions options = new RoleOptions();

        Connection connect() {
            Configuration config = options.load();
            Logging.start(config.monitoring().logFormat());
            Home.prepare(config.home());
            return Connection.beside(config, "mailblast-counts");
        }

        void progress(int campaigns) {
            if (campaigns % STEP == 0) {
                say(String.format(Locale.ROOT, "%,d campaigns ...", campaigns));
            }
        }

        void say(String line) {
            if (!json.ownsStandardOutput()) {
                System.out.println(line);
            }
        }

        int tell(List<Rollups.Difference> differences) throws IOException {
            if (differences.isEmpty()) {
                say("Rows, rollups and bitmaps agree.");
            } else {
                say(differences.size() + (differences.size() < Rollups.MAX_DIFFERENCES ? "" : " or more")
                        + " differences:");
                differences.stream().limit(PRINTED).forEach(each -> say(line(each)));
            }
            json.write(() -> shown(differences));
            return differences.isEmpty() ? 0 : 1;
        }

        private static String line(Rollups.Difference difference) {
            return "  campaign " + difference.campaignId() + ", " + difference.kind()
                    + (difference.linkNo() < 0 ? "" : ", link " + difference.linkNo()) + ", " + difference.what()
                    + ": the rows say " + difference.rows() + ", counted is " + difference.rollup();
        }

        private static ObjectNode shown(List<Rollups.Difference> differences) {
            ObjectNode result = Json.MAPPER.createObjectNode();
            result.put("agree", differences.isEmpty());
            result.set("differences", Json.MAPPER.valueToTree(differences));
            return result;
        }
    }
}
