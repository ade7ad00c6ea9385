package io.mailblast.app;

import io.mailblast.auth.Role;
import io.mailblast.auth.UserAdd;
import io.mailblast.db.Database;
import io.mailblast.monitoring.Logging;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `user add`: accounts from the command line, the first one among them.
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Accounts",
        subcommands = UserCommand.Add.class,
        synopsisSubcommandLabel = "COMMAND")
final class UserCommand {

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description =
                    "Makes an account; asks for the password, or reads it from standard input. Works beside a running"
                            + " MailBlast and without one.")
    static final class Add implements Callable<Integer> {

        @Parameters(index = "0", paramLabel = "EMAIL", description = "The account's address, which signs in")
        private String email = "";

        @Option(
                names = "--workspace",
                paramLabel = "W",
                description = "Made where there is none; \"default\" unless said")
        private String workspace = UserAdd.DEFAULT_WORKSPACE;

        @Option(names = "--operator", description = "May run the installation, not only work in its workspace")
        private boolean operator;

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Override
        public Integer call() throws IOException {
            Configuration config = options.load();
            Logging.start(config.monitoring().logFormat());
            Home.prepare(config.home());
            String password = password();
            try (Connection connection = Connection.beside(config, "mailblast-user")) {
                return add(connection.database(), password);
            }
        }

        private int add(Database database, String password) {
            UserAdd.Result result = new UserAdd(database, InstantSource.system())
                    .add(email, password, workspace, operator ? Role.OPERATOR : Role.MEMBER);
            return switch (result) {
                case UserAdd.Result.Added added -> {
                    System.out.println("Made the account " + email + " in workspace " + workspace
                            + (operator ? ", an operator." : "."));
                    yield 0;
                }
                case UserAdd.Result.Refused refused -> {
                    refused.reasons().forEach(System.err::println);
                    yield Main.USAGE;
                }
            };
        }

        @SuppressWarnings("SystemConsoleNull") // the specification still allows null
        private static String password() throws IOException {
            Console console = System.console();
            // Without a terminal the password is piped in.
            if (console != null && console.isTerminal()) {
                char[] first = console.readPassword("Password (10 characters or more): ");
                char[] second = console.readPassword("Once more: ");
                if (first == null || second == null || !java.util.Arrays.equals(first, second)) {
                    throw new CannotStartException("The passwords differ; nothing was made.");
                }
                return new String(first);
            }
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw new CannotStartException("No password came on standard input; nothing was made.");
            }
            return line;
        }
    }
}
