package io.mailblast.app;

import io.mailblast.http.Json;
import io.mailblast.installation.KeyPrints;
import io.mailblast.key.Keyring;
import io.mailblast.monitoring.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `keys`: what the installation signs with, and new keys in the place of old ones.
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "list|rotate|accept",
        subcommands = {KeysCommand.Listing.class, KeysCommand.Rotation.class, KeysCommand.Acceptance.class},
        description = "The keys that this installation signs with: identifiers and links in mails, sessions and tokens")
final class KeysCommand implements Runnable {

    /// What each purpose signs.
    private enum Purpose {
        MESSAGE("opens, unsubscribe links and return paths of mails"),
        LINK("targets of links in mails"),
        ACCESS("access tokens of the API"),
        REFRESH("refresh tokens of the API"),
        BROWSER("sessions of the console");

        private final String signs;

        Purpose(String signs) {
            this.signs = signs;
        }

        private String spelling() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// A key as it is shown.
    ///
    /// @param makes whether new signatures are made with it, after the next start
    private record Shown(String purpose, String signs, int number, Instant madeAt, boolean makes) {}

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which: keys list, keys rotate PURPOSE, or keys accept?");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Purposes, numbers, ages; the newest key of each purpose makes, all of them verify")
    static final class Listing implements Callable<Integer> {

        @Mixin
        private JsonOutput json = new JsonOutput();

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws IOException {
            Configuration config = options.load();
            Logging.start(config.monitoring().logFormat());
            List<Shown> keys = shown(config.keys());
            if (!json.ownsStandardOutput()) {
                print(config.keys(), keys);
            }
            json.write(() -> Json.MAPPER.createObjectNode().set("keys", Json.MAPPER.valueToTree(keys)));
            return 0;
        }

        private static void print(Path folder, List<Shown> keys) {
            if (keys.isEmpty()) {
                System.out.println("There are no keys in " + folder + " yet: the first start makes them.");
            }
            for (Shown key : keys) {
                System.out.printf(
                        "%-8s %3d  made %s  %-7s  %s%n",
                        key.purpose(), key.number(), key.madeAt(), key.makes() ? "makes" : "", key.signs());
            }
        }
    }

    @Command(
            name = "accept",
            mixinStandardHelpOptions = true,
            description = {
                "Takes the keys of this home for the installation's, although its database knows others: nodes refuse to start"
                        + " with such keys, because links in mails that were made with the others would not be known.",
                "For an installation whose keys are lost. Where they are not, copy them instead."
            })
    static final class Acceptance implements Callable<Integer> {

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws IOException {
            Configuration config = options.load();
            Logging.start(config.monitoring().logFormat());
            Home.prepare(config.home());
            try (Connection connection = Connection.beside(config, "mailblast-keys")) {
                KeyPrints prints = new KeyPrints(connection.database());
                for (String purpose : Admission.PURPOSES) {
                    prints.accept(purpose, Keyring.open(config.keys(), purpose));
                }
            }
            System.out.println(
                    "The keys in " + config.keys() + " are now this installation's, beside those that it knew.");
            return 0;
        }
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a key of a purpose. After its next start a node makes with it; what was made with older keys goes on"
                        + " to be accepted for as long as their files are there.",
                "With several nodes: copy the new file to each before you start any of them again, for a node without it"
                        + " refuses what the others make."
            })
    static final class Rotation implements Callable<Integer> {

        @Parameters(paramLabel = "PURPOSE", description = "message, link, access, refresh or browser")
        private String purpose = "";

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException {
            Purpose wanted = wanted();
            Configuration config = options.load();
            Logging.start(config.monitoring().logFormat());
            Home.prepare(config.home());
            if (Keyring.made(config.keys(), wanted.spelling()).isEmpty()) {
                System.err.println("There is no key of " + wanted.spelling() + " in " + config.keys()
                        + " yet: the first start makes it.");
                return Main.FAILED;
            }
            int number = Keyring.rotate(config.keys(), wanted.spelling());
            System.out.println("Made " + config.keys().resolve(wanted.spelling() + "-" + number + ".key")
                    + ". Nodes make with it after their next start; copy it to all of them first.");
            return 0;
        }

        private Purpose wanted() {
            for (Purpose each : Purpose.values()) {
                if (each.spelling().equals(purpose)) {
                    return each;
                }
            }
            throw new ParameterException(
                    spec.commandLine(), "PURPOSE: " + purpose + ", allowed: message, link, access, refresh, browser");
        }
    }

    private static List<Shown> shown(Path folder) throws IOException {
        List<Shown> keys = new ArrayList<>();
        for (Purpose purpose : Purpose.values()) {
            NavigableMap<Integer, Instant> made = Keyring.made(folder, purpose.spelling());
            made.forEach((number, at) ->
                    keys.add(new Shown(purpose.spelling(), purpose.signs, number, at, number.equals(made.lastKey()))));
        }
        return keys;
    }
}
