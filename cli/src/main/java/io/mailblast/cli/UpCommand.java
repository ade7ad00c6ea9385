package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `up`: MailBlast on one machine.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "The server for real use on one machine: API, tracking, a supervised worker process; embedded"
                        + " PostgreSQL with its data in MAILBLAST_HOME (~/.mailblast) unless MAILBLAST_DATABASE_URL names another.",
        footer = {"", "Stop it with Ctrl-C or SIGTERM: requests finish, the log is drained, the database shuts down."})
final class UpCommand implements Callable<Integer> {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; MAILBLAST_HOME/mailblast.yaml unless said")
    private @Nullable Path config;

    @Option(
            names = "--sandbox",
            description = "Send to the built-in mail simulator instead of a provider: nothing leaves this machine")
    private boolean sandbox;

    @Option(names = "--stop-with-stdin", hidden = true, description = "Stop when standard input ends: for a supervisor")
    private boolean stopWithStdin;

    @Override
    public Integer call() throws InterruptedException {
        Program program = Program.here();
        List<String> options = new ArrayList<>();
        if (config != null) {
            options.add("--config");
            options.add(config.toAbsolutePath().toString());
        }
        Map<String, String> environment = new HashMap<>();
        Sandbox simulator = sandbox ? Sandbox.start(program, environment) : null;
        Supervisor supervisor;
        try {
            supervisor = new Supervisor(program, options, environment, null);
        } catch (CannotRunException e) {
            if (simulator != null) {
                simulator.close();
            }
            return e.code();
        }
        Thread stop = new Thread(() -> {
            System.err.println("Stopping ...");
            supervisor.close();
            if (simulator != null) {
                simulator.close();
            }
        });
        Runtime.getRuntime().addShutdownHook(stop);
        announce(supervisor.apiReady(), simulator);
        if (stopWithStdin) {
            Thread.ofPlatform().daemon().name("stdin").start(UpCommand::exitAtEndOfInput);
        }
        supervisor.await();
        stop.join();
        return 0;
    }

    private static void exitAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Whatever comes is not meant for us; only the end counts.
            }
        } catch (IOException e) {
            // An input that cannot be read has ended.
        }
        System.exit(0);
    }

    private static void announce(JsonNode ready, @Nullable Sandbox simulator) {
        System.out.println("MailBlast is up: " + ready.path("http").asText());
        System.out.println("  console        " + ready.path("console").asText());
        System.out.println("  API document   " + ready.path("http").asText() + "/openapi.json");
        System.out.println("  home           " + ready.path("home").asText());
        if (simulator != null) {
            System.out.println("  inbox          " + simulator.http() + " (the sandbox: no mail leaves this machine)");
        }
        if (ready.path("accounts").asLong() == 0) {
            System.out.println();
            System.out.println(
                    "There is no account yet. Make the first one in a browser; the address works until it is made:");
            System.out.println("  " + ready.path("first_run").asText());
            System.out.println("or in another terminal, with a password of your own:");
            System.out.println("  ./mailblast user add you@example.com --operator");
        }
        System.out.flush();
    }
}
