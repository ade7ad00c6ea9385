package io.mailblast.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where the built parts lie, and how each is started.
///
/// @param root the project's folder
record Program(Path root) {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /// A part that runs as a process of its own.
    enum Part {
        API("platform", "io.mailblast.app.Main", List.of("-Xmx640m"), "api"),
        WORKER(
                "platform",
                "io.mailblast.app.Main",
                // Nearly all that it makes is of no more use in a moment: more for what is young made it no faster.
                List.of("-Xmx256m", "-Xmn80m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
                "worker"),
        USER(
                "platform",
                "io.mailblast.app.Main",
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                "user"),
        SIMULATOR("simulator", "io.mailblast.simulator.Main", List.of("-Xmx384m"), "");

        final String module;
        final String mainClass;

        @SuppressWarnings("ImmutableEnumChecker") // List.of makes no other
        final List<String> flags;

        final String command;

        Part(String module, String mainClass, List<String> flags, String command) {
            this.module = module;
            this.mainClass = mainClass;
            this.flags = flags;
            this.command = command;
        }
    }

    /// The program that this process is part of.
    static Program here() {
        String root = System.getProperty("mailblast.root", "");
        if (root.isEmpty()) {
            throw new CannotRunException("Start this through ./mailblast, which says where the program lies.");
        }
        return new Program(Path.of(root));
    }

    List<String> command(Part part, List<String> arguments) {
        return command(part, arguments, List.of());
    }

    /// @param flags for the virtual machine, which win over the part's own
    List<String> command(Part part, List<String> arguments, List<String> flags) {
        Path target = root.resolve(part.module).resolve("target");
        if (!Files.isDirectory(target.resolve("app"))) {
            throw new CannotRunException("The program is not built: run ./mailblast, which builds it.");
        }
        List<String> command = new ArrayList<>();
        if (part != Part.USER && Files.isExecutable(SETSID)) {
            // A session of its own: Ctrl-C reaches only this process, which then stops the parts in their order.
            command.add(SETSID.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(part.flags);
        command.addAll(flags);
        Path archive = root.resolve("target").resolve("cds").resolve(part.module + ".jsa");
        if (Files.exists(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
            command.add("-Xlog:cds=off");
            command.add("-Xlog:cds+dynamic=off");
        }
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-cp");
        command.add(target.resolve(part.module + "-0.1.0.jar") + ":" + target.resolve("app") + "/*");
        command.add(part.mainClass);
        if (!part.command.isEmpty()) {
            command.add(part.command);
        }
        command.addAll(arguments);
        return command;
    }
}
