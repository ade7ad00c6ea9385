package io.mailblast.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs commands as processes and looks at what they say and how they end.
final class Commands {

    private Commands() {}

    /// What a command came to.
    record Ended(List<String> command, int code, String out, String err) {

        Ended expect(int expected) {
            if (code != expected) {
                throw new AssertionError("expected " + expected + ": " + this);
            }
            return this;
        }
    }

    /// `mailblast user …`, with a password on standard input.
    static Ended user(Map<String, String> environment, String password, String... arguments) {
        List<String> command = ProjectRoot.program().command(Program.Part.USER, List.of(arguments));
        return run(command, environment, password + "\n", 60);
    }

    /// `mailblast NAME …`, of the commands that the platform's own program has, as `user` is one.
    static Ended platform(Map<String, String> environment, String name, List<String> arguments) {
        List<String> command = new ArrayList<>(ProjectRoot.program().command(Program.Part.USER, arguments));
        command.set(command.indexOf(Program.Part.USER.command), name);
        return run(command, environment, "", 60);
    }

    /// A role that is expected to end by itself, such as one that cannot start. Its standard input stays open until it
    /// ends.
    static Ended role(Program.Part part, Map<String, String> environment, String... arguments) {
        return run(ProjectRoot.program().command(part, List.of(arguments)), environment, "", 60);
    }

    /// The command line as the launcher starts it.
    static List<String> cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dmailblast.root=" + ProjectRoot.find(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static Ended run(List<String> command, Map<String, String> environment, String input, int seconds) {
        try {
            Path out = Files.createTempFile("mailblast-e2e-", ".out");
            Path err = Files.createTempFile("mailblast-e2e-", ".err");
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectOutput(out.toFile()).redirectError(err.toFile());
            Process process = builder.start();
            try {
                process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    throw new AssertionError("still running after " + seconds + " s: " + command + "\n"
                            + Files.readString(out) + Files.readString(err));
                }
            } finally {
                process.getOutputStream().close();
                process.destroy();
            }
            Ended ended = new Ended(command, process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return ended;
        } catch (IOException e) {
            throw new AssertionError(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
