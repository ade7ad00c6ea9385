package io.mailblast.app;

import io.mailblast.installation.Holds;
import io.mailblast.monitoring.Logging;
import java.io.Console;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `release`: lets an installation that held its sending back go on, after saying what it would send.
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        description = {
            "Lets an installation go on that held its sending back: its database was restored, copied, or belongs to"
                    + " another home, or an operator held it.",
            "Says first what it would send, and asks; --yes does not ask, --dry-run only says. Settle or cancel what was"
                    + " sent elsewhere before you release: what is queued here goes out."
        })
final class ReleaseCommand implements Callable<Integer> {

    @Option(names = "--yes", description = "Do not ask")
    private boolean yes;

    @Option(names = "--dry-run", description = "Say what would be sent, and release nothing")
    private boolean dryRun;

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException {
        Configuration config = options.load();
        Logging.start(config.monitoring().logFormat());
        Home.prepare(config.home());
        try (Connection connection = Connection.beside(config, "mailblast-release")) {
            Holds holds = new Holds(connection.database());
            Optional<Holds.Hold> hold = holds.current();
            List<Holds.Pending> pending = holds.wouldSend();
            if (!json.ownsStandardOutput()) {
                print(hold, pending);
            }
            boolean released = hold.isPresent() && !dryRun && (yes || confirmed());
            if (released) {
                holds.release(null).ifPresent(reason -> {
                    if (!json.ownsStandardOutput()) {
                        System.out.println("Released: sending goes on.");
                    }
                });
            }
            json.write(() -> shown(hold, pending, released));
            return hold.isEmpty() || released || dryRun ? 0 : 1;
        }
    }

    private static void print(Optional<Holds.Hold> hold, List<Holds.Pending> pending) {
        if (hold.isEmpty()) {
            System.out.println("Sending is not held back.");
            return;
        }
        System.out.println("Sending is held back since " + hold.get().heldAt() + ": "
                + hold.get().reason());
        if (pending.isEmpty()) {
            System.out.println("No campaign waits: nothing would be sent at once.");
        }
        for (Holds.Pending one : pending) {
            String what = one.scheduledAt() != null && one.state().equals("scheduled")
                    ? "scheduled for " + one.scheduledAt()
                    : one.state().equals("queueing")
                            ? "about to be queued"
                            : String.format(Locale.ROOT, "%s, %,d recipients wait", one.state(), one.waiting());
            System.out.println("  would go on: campaign " + one.id() + " \"" + one.name() + "\" (" + what + ")");
        }
    }

    @SuppressWarnings("SystemConsoleNull") // the specification still allows null
    private static boolean confirmed() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            System.err.println("Nothing was released: without a terminal, say --yes.");
            return false;
        }
        return "yes"
                .equalsIgnoreCase(String.valueOf(console.readLine("Release it? Type yes: "))
                        .strip());
    }

    private static Map<String, @Nullable Object> shown(
            Optional<Holds.Hold> hold, List<Holds.Pending> pending, boolean released) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("held", hold.isPresent() && !released);
        result.put("reason", hold.map(Holds.Hold::reason).orElse(null));
        result.put("released", released);
        result.put("would_send", pending);
        return result;
    }
}
