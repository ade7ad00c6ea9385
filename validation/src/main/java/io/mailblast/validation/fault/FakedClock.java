package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The wall clock of processes, set forward and back while they run, by libfaketime
/// (<https://github.com/wolfcw/libfaketime>): it answers in the C library's place. What counts time that passed, the
/// monotonic clock, is left alone, as it is by NTP, an administrator, or a virtual machine that is moved.
public final class FakedClock {

    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

    /// So often each process looks what the time is to be.
    private static final Duration LOOKS = Duration.ofSeconds(1);

    private final Path file;

    /// @param folder of the installation, where a file says what the time is
    public FakedClock(Path folder) {
        this.file = folder.resolve("clock");
    }

    /// Why clocks cannot be set here; empty where they can.
    public static Optional<String> obstacle() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("libfaketime is not installed; on Debian: apt-get install faketime");
    }

    /// What a process needs in its environment, so that its clock can be set; it goes right until then.
    public Map<String, String> environment() {
        say(Duration.ZERO);
        Map<String, String> environment = new TreeMap<>();
        environment.put(
                "LD_PRELOAD",
                library()
                        .orElseThrow(() -> new CannotRunException(
                                "No clock can be set: " + obstacle().orElse("")))
                        .toString());
        environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
        environment.put("FAKETIME_CACHE_DURATION", Long.toString(LOOKS.toSeconds()));
        environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        environment.put("DONT_FAKE_MONOTONIC", "1");
        environment.put("FAKETIME_DONT_RESET", "1");
        // Else waits for a time that the library takes for another clock's end at once.
        environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        return environment;
    }

    /// Sets the clock of every process with that environment, and waits until each has looked.
    ///
    /// @param ahead of the right time; negative for behind
    public void set(Duration ahead) throws InterruptedException {
        say(ahead);
        TimeUnit.MILLISECONDS.sleep(2 * LOOKS.toMillis());
    }

    private void say(Duration ahead) {
        try {
            Path next = Files.writeString(
                    file.resolveSibling("clock.next"), (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "\n");
            Path _ = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CannotRunException("No clock can be set: " + e.getMessage());
        }
    }

    private static Optional<Path> library() {
        return Stream.of(
                        "/usr/lib/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu",
                        "/usr/lib",
                        "/usr/lib64")
                .map(folder -> Path.of(folder).resolve(LIBRARY))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
