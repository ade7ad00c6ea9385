package io.mailblast.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A running PostgreSQL that holds a given data directory.
///
/// Its `postmaster.pid` names a process (line 1) and a port (line 4; PostgreSQL, `miscadmin.h`), but a stale file may
/// name a process id that something else has by now. A postmaster's working directory is its data directory, which
/// tells them apart.
///
/// @param pid of the postmaster
/// @param port it listens on
record Orphan(long pid, int port) {

    private static final String PID_FILE = "postmaster.pid";
    private static final Path PROCESSES = Path.of("/proc");

    /// No process has this number, on any system.
    private static final String NOBODY = "999999999";

    /// @return null where none runs, whatever a file says
    static @Nullable Orphan find(Path data) throws IOException {
        Path file = data.resolve(PID_FILE);
        if (!Files.exists(file)) {
            return null;
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 4) {
            return null;
        }
        try {
            long pid = Long.parseLong(lines.get(0).strip());
            int port = Integer.parseInt(lines.get(3).strip());
            return pid > 0 && holds(pid, data) ? new Orphan(pid, port) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// Makes way for a new server where [#find] finds none: waits for the children of one that was killed, and where a
    /// stale file names a process that is somebody else's by now, lets it name nobody. PostgreSQL would not start
    /// otherwise. The file itself stays: its shared memory key is how PostgreSQL sees what is still in use.
    static void makeWay(Path data, Duration patience) throws IOException {
        Path file = data.resolve(PID_FILE);
        if (!Files.exists(file)) {
            return;
        }
        List<ProcessHandle> children = ProcessHandle.allProcesses()
                .filter(process -> worksIn(process.pid(), data))
                .toList();
        for (ProcessHandle child : children) {
            // SIGQUIT is an immediate end that leaves recovery to the next start (PostgreSQL, `quickdie`).
            new Orphan(child.pid(), 0).end(List.of("-QUIT"), patience);
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        if (!lines.isEmpty() && isAlive(lines.getFirst().strip())) {
            lines.set(0, NOBODY);
            Files.write(file, lines);
        }
    }

    private static boolean isAlive(String pid) {
        return pid.matches("\\d{1,18}")
                && ProcessHandle.of(Long.parseLong(pid))
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    /// Ends it: a fast shutdown, and where that takes too long an immediate one, from which PostgreSQL recovers at its
    /// next start. Never `SIGKILL`, which would leave its children at the data.
    void end(Duration patience) throws IOException {
        end(List.of("-INT", "-QUIT"), patience);
    }

    private void end(List<String> signals, Duration patience) throws IOException {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null) {
            return;
        }
        for (String signal : signals) {
            signal(signal);
            try {
                CompletableFuture<ProcessHandle> exit = process.onExit();
                exit.get(patience.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                // The next signal is the stronger one.
            } catch (ExecutionException e) {
                throw new IOException("PostgreSQL process " + pid + " cannot be watched", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL was stopping", e);
            }
        }
        throw new IOException("PostgreSQL process " + pid + " does not stop; end it, then start again.");
    }

    private void signal(String signal) throws IOException {
        new ProcessBuilder("kill", signal, Long.toString(pid)).start();
    }

    private static boolean holds(long pid, Path data) {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null || !process.isAlive()) {
            return false;
        }
        if (Files.isDirectory(PROCESSES.resolve("self"))) {
            return worksIn(pid, data);
        }
        // Systems without /proc: a postmaster's command names its data directory.
        return process.info()
                .commandLine()
                .filter(command -> command.contains(data.toString()))
                .isPresent();
    }

    /// Whether a process works in the data directory, as a postmaster and its children do and nobody else should.
    private static boolean worksIn(long pid, Path data) {
        try {
            return Files.isSameFile(PROCESSES.resolve(Long.toString(pid)).resolve("cwd"), data)
                    && Files.readString(PROCESSES.resolve(Long.toString(pid)).resolve("comm"))
                            .startsWith("postgres");
        } catch (IOException e) {
            // It has ended, or belongs to somebody else.
            return false;
        }
    }
}
