package io.mailblast.validation.installation;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Programs of others on this machine.
public final class Programs {

    private Programs() {}

    /// @param name as one calls it, such as `k6`
    /// @return where it is, by the `PATH` of this process; empty where it is not installed
    public static Optional<Path> find(String name) {
        return find(name, System.getenv().getOrDefault("PATH", ""));
    }

    /// @param searched as `PATH` has it
    public static Optional<Path> find(String name, String searched) {
        return Stream.of(searched.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /// Kills a process and its children once it has lasted too long, so that whoever reads its output does not wait for
    /// good.
    ///
    /// @return ends the watch
    public static Thread killAfter(Process process, int seconds) {
        return Thread.ofVirtual().start(() -> {
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    kill(process);
                }
            } catch (InterruptedException e) {
                // It ended in time.
            }
        });
    }

    /// Kills a process and its children; can be called twice.
    public static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
