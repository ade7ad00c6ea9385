package io.mailblast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `demo`: the main job, on a fresh machine.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "The main job on embedded defaults: imports a contact list, sends a campaign, lets simulated"
                + " recipients open, click, bounce, complain and unsubscribe, and checks that every number agrees."
                + " In a home of its own that is thrown away; no mail leaves this machine.")
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--contacts", paramLabel = "N", defaultValue = "2000", description = "How many, 2000 unless said")
    private int contacts;

    @Option(names = "--exit", description = "End once the figures are printed; else it stays up to look at")
    private boolean exit;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "The figures as JSON; - is standard output, and nothing else there")
    private @Nullable String json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (contacts < 1 || contacts > 1_000_000) {
            throw new ParameterException(spec.commandLine(), "--contacts: " + contacts + ", allowed: 1 to 1000000");
        }
        requireWritable();
        DemoScreen screen =
                new DemoScreen("-".equals(json) ? System.err : System.out, isTerminal() && !"-".equals(json));
        try (Demo demo = Demo.start(Program.here(), screen)) {
            DemoFigures figures = demo.run(contacts);
            screen.show(figures, demo);
            write(figures, demo);
            if (!exit) {
                screen.line("Everything stays up until Ctrl-C.");
                demo.awaitStop();
            }
            return figures.agree() ? 0 : Main.BAD;
        } catch (CannotRunException e) {
            screen.line(String.valueOf(e.getMessage()));
            return e.code();
        }
    }

    @SuppressWarnings("SystemConsoleNull") // the specification still allows null
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Better said now than after the demo.
    private void requireWritable() {
        if (json == null || json.equals("-")) {
            return;
        }
        Path file = Path.of(json).toAbsolutePath();
        Path judged = Files.exists(file) ? file : file.getParent();
        if (Files.isDirectory(file) || judged == null || !Files.isWritable(judged)) {
            throw new CannotRunException("Cannot write " + json + ": name a file in a folder that can be written.");
        }
    }

    private void write(DemoFigures figures, Demo demo) {
        if (json == null) {
            return;
        }
        String text = figures.json(demo.http(), demo.inbox()).toPrettyString() + "\n";
        try {
            if (json.equals("-")) {
                System.out.print(text);
                System.out.flush();
            } else {
                Files.writeString(Path.of(json), text);
            }
        } catch (IOException e) {
            throw new CannotRunException("Cannot write " + json + ": " + e.getMessage());
        }
    }
}
