package io.mailblast.validation.peer;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The process of a tool, whose output is read line by line. Should this process die, however it dies, the
/// tool's next line finds nobody who reads it, and ends the tool.
final class Tool implements AutoCloseable {

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /// What a person has set for runs of his own.
    private static final Set<String> FOREIGN = Set.of("TOKEN", "RATE", "DURATION", "SCALE", "LATENCY", "THINK", "PLOT");

    private static final List<String> FOREIGN_PREFIXES = List.of("MAILBLAST_", "K6_", "LOCUST_");

    private final Process process;
    private final Path errors;
    private final Thread reader;

    private Tool(Process process, Path errors, Consumer<String> lines) {
        this.process = process;
        this.errors = errors;
        this.reader = Thread.ofPlatform().daemon().name("tool-output").start(() -> read(lines));
    }

    /// @param environment beyond what this process has; secrets belong here, where no other user can read them
    /// @param errors takes what it says beside its output
    static Tool start(List<String> command, Map<String, String> environment, Path errors, Consumer<String> lines) {
        List<String> all = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // In a session of its own: Ctrl-C reaches this process only, which then tells the tool, once.
            all.add(SETSID.toString());
        }
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectError(errors.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(Tool::isForeign);
        builder.environment().putAll(environment);
        try {
            return new Tool(builder.start(), errors, lines);
        } catch (IOException e) {
            throw new CannotRunException(command.getFirst() + " cannot be started: " + e.getMessage());
        }
    }

    private static boolean isForeign(String variable) {
        String name = variable.toUpperCase(Locale.ROOT);
        return FOREIGN.contains(name) || FOREIGN_PREFIXES.stream().anyMatch(name::startsWith);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// With what it ended; -1 while it goes on.
    int exitCode() {
        return process.isAlive() ? -1 : process.exitValue();
    }

    /// Tells it to begin nothing more, and does not wait.
    void askToStop() {
        process.destroy();
    }

    /// Waits until it has ended and all its lines are read.
    ///
    /// @return false when it takes longer
    boolean await(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            return false;
        }
        // What a process of its own still writes is read too.
        reader.join(TimeUnit.SECONDS.toMillis(seconds));
        return !reader.isAlive();
    }

    /// Kills what is left of it. Can be called twice.
    @Override
    public void close() {
        Programs.kill(process);
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            // It lies in a folder that is thrown away.
        }
    }

    /// The last line that it said beside its output.
    String lastWords() {
        try (var lines = Files.lines(errors, StandardCharsets.UTF_8)) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .reduce((_, last) -> last)
                    .orElse("it said nothing");
        } catch (IOException | java.io.UncheckedIOException e) {
            return "what it said cannot be read";
        }
    }

    private void read(Consumer<String> lines) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = output.readLine()) != null) {
                lines.accept(line);
            }
        } catch (IOException e) {
            // It has ended.
        }
    }
}
