package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;

/// The machine as it looks to an installation: a disk that may be filled, where this system lets us make one, and
/// readings of memory.
///
/// @param folder in which everything is, on the disk where there is one
/// @param obstacle why there is no disk
/// @param readings files as those of a cgroup, of which only the files are there
public record Ground(Optional<OwnDisk> disk, Path folder, String obstacle, Path readings) implements AutoCloseable {

    private static final long MEMORY_BYTES = 1L << 30;

    public static Ground make() {
        try {
            OwnDisk disk = OwnDisk.make();
            return new Ground(Optional.of(disk), disk.folder(), "", readings(disk.folder()));
        } catch (CannotRunException e) {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            return new Ground(Optional.empty(), temporary, Objects.toString(e.getMessage()), readings(temporary));
        }
    }

    /// Why there is no disk of our own; empty where there is one.
    public Optional<String> cannotMount() {
        return disk.isPresent() ? Optional.empty() : Optional.of(obstacle);
    }

    /// From now on so much of the memory is in use, 0 to 1, for whoever reads it from [#readings].
    public void memory(double used) {
        try {
            write(readings, used);
        } catch (IOException e) {
            throw new CannotRunException("The readings cannot be written: " + e.getMessage());
        }
    }

    private static Path readings(Path folder) {
        try {
            Path readings = Files.createTempDirectory(folder, "mailblast-readings-");
            write(readings, 0.1);
            return readings;
        } catch (IOException e) {
            throw new CannotRunException("No temporary folder can be made: " + e.getMessage());
        }
    }

    private static void write(Path readings, double used) throws IOException {
        Path _ = Files.writeString(readings.resolve("memory.max"), Long.toString(MEMORY_BYTES));
        Path _ = Files.writeString(readings.resolve("memory.stat"), "inactive_file 0\n");
        Path next = Files.writeString(readings.resolve("next"), Long.toString(Math.round(MEMORY_BYTES * used)));
        Path _ = Files.move(next, readings.resolve("memory.current"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        if (disk.isPresent()) {
            disk.get().close();
            return;
        }
        for (String each : new String[] {"memory.max", "memory.stat", "memory.current", ""}) {
            boolean _ = readings.resolve(each).toFile().delete();
        }
    }
}
