package io.mailblast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Writes down what the threads of a process are at, before it is killed: all of them with their stacks where the JVM
/// still answers, else what the kernel knows. Never waits long.
final class ThreadDump {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int KEPT = 20;
    private static final int MOST_THREADS = 500;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path folder;

    /// @param folder for the files; the oldest go when there are many
    ThreadDump(Path folder) {
        this.folder = folder;
    }

    /// @return the file's name, or empty when none could be written
    String take(long pid, Instant at, String reason) {
        Path file = folder.resolve("worker-" + NAME.format(at) + "-" + pid + ".txt");
        try {
            Files.createDirectories(folder);
            if (!isStopped(pid)) {
                askJvm(pid, file);
            }
            Files.writeString(
                    file,
                    "\n-- process " + pid + ", killed at " + at + ": " + reason + "\n" + kernelView(pid),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            removeOldest();
            return file.getFileName().toString();
        } catch (IOException e) {
            System.err.println("No thread dump of the worker could be written to " + folder + ": " + e.getMessage());
            return "";
        }
    }

    /// Virtual threads too, which a signal would not show.
    private static void askJvm(long pid, Path file) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asking = new ProcessBuilder(
                        jcmd.toString(), Long.toString(pid), "Thread.dump_to_file", "-overwrite", file.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!asking.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                asking.destroyForcibly();
            }
        } catch (InterruptedException e) {
            asking.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /// A process that got SIGSTOP or is being traced answers nobody.
    private static boolean isStopped(long pid) {
        String state = line(Path.of("/proc", Long.toString(pid), "status"), "State:");
        return state.startsWith("T") || state.startsWith("t");
    }

    /// Each thread's name, state and what it waits for in the kernel.
    private static String kernelView(long pid) {
        StringBuilder view = new StringBuilder();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            List<Path> threads = tasks.sorted().limit(MOST_THREADS).toList();
            for (Path thread : threads) {
                Path status = thread.resolve("status");
                view.append(line(status, "Name:"))
                        .append(" | ")
                        .append(line(status, "State:"))
                        .append(" | ")
                        .append(first(thread.resolve("wchan")))
                        .append('\n');
            }
        } catch (IOException e) {
            view.append("The kernel says nothing of it: ")
                    .append(e.getMessage())
                    .append('\n');
        }
        return view.toString();
    }

    private static String line(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    return line.substring(name.length()).strip();
                }
            }
        } catch (IOException e) {
            // The thread has ended, or there is no /proc here.
        }
        return "";
    }

    private static String first(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private void removeOldest() throws IOException {
        List<Path> dumps = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.getFileName().toString().startsWith("worker-"))
                    .forEach(dumps::add);
        }
        dumps.sort(Comparator.comparing(file -> file.getFileName().toString()));
        for (Path old : dumps.subList(0, Math.max(0, dumps.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }
}
