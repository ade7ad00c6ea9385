package io.mailblast.validation.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `./mailblast`, and how it is started as a child.
///
/// @param root the folder in which it lies
/// @param turn whether parts have their turn after this process
public record Launcher(Path root, Turn turn) {

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path NICE = Path.of("/usr/bin/nice");

    /// Who comes first where there are fewer processors than work.
    public enum Turn {
        EQUAL,

        /// Parts are a little nicer (nice(1), 5): whoever measures them on the same machine is not what is slow.
        AFTER_US
    }

    /// The one that this process was started by.
    ///
    /// @throws CannotRunException when it was not
    public static Launcher here() {
        String root = System.getProperty("mailblast.root", "");
        if (root.isEmpty()) {
            throw new CannotRunException("Start this through ./mailblast, which says where the program lies.");
        }
        return new Launcher(Path.of(root), Turn.EQUAL);
    }

    /// The same, whose parts have their turn after this process.
    public Launcher afterUs() {
        return new Launcher(root, Turn.AFTER_US);
    }

    /// A part that goes on until it is stopped: in a session of its own, so that Ctrl-C reaches only this
    /// process, which then stops its parts in their order.
    ProcessBuilder part(Map<String, String> environment, List<String> arguments) {
        List<String> before = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            before.add(SETSID.toString());
        }
        if (turn == Turn.AFTER_US && Files.isExecutable(NICE)) {
            before.addAll(List.of(NICE.toString(), "-n", "5"));
        }
        return process(environment, before, arguments);
    }

    /// A command that ends by itself.
    ProcessBuilder command(Map<String, String> environment, List<String> arguments) {
        return process(environment, List.of(), arguments);
    }

    private ProcessBuilder process(Map<String, String> environment, List<String> before, List<String> arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(root.resolve("mailblast").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // What the person has configured is for the person's own installation: nothing of it may reach this one.
        builder.environment().keySet().removeIf(name -> name.startsWith("MAILBLAST_"));
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }
}
