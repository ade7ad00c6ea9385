package io.mailblast.validation.installation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `./mailblast`, and how it is started as a child.
///
/// @param root the folder in which it lies
public record Launcher(Path root) {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /// The one that this process was started by.
    ///
    /// @throws CannotRunException when it was not
    public static Launcher here() {
        String root = System.getProperty("mailblast.root", "");
        if (root.isEmpty()) {
            throw new CannotRunException("Start this through ./mailblast, which says where the program lies.");
        }
        return new Launcher(Path.of(root));
    }

    /// A part that goes on until it is stopped: in a session of its own, so that Ctrl-C reaches only this
    /// process, which then stops its parts in their order.
    ProcessBuilder part(Map<String, String> environment, List<String> arguments) {
        return process(environment, Files.isExecutable(SETSID) ? List.of(SETSID.toString()) : List.of(), arguments);
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
