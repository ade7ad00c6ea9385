package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// Trouble of the machine: processors, memory, disk.
public final class MachineTroubles {

    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 1 << 16;
    private static final int READS = 2_000;
    private static final long LARGE_KB = 7L << 20;

    private MachineTroubles() {}

    public static Cure burn(Watched watched) {
        return Trouble.untilCured(2 * Runtime.getRuntime().availableProcessors(), _ -> {
            long end = System.nanoTime() + 5_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
    }

    /// Readings where the host is read, for nobody can take 97% of a machine that others use.
    public static Cure fillMemory(Watched watched) {
        watched.ground().memory(0.97);
        return () -> watched.ground().memory(0.1);
    }

    public static Cure fillDisk(Watched watched) {
        OwnDisk disk = watched.ground().disk().orElseThrow();
        disk.fill(0.97);
        return disk::empty;
    }

    /// Why no process can be made large here.
    public static Optional<String> noRoomInMemory() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            long free = lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            return free >= LARGE_KB ? Optional.empty() : Optional.of("only " + free / 1024 + " MB of memory are free");
        } catch (IOException e) {
            return Optional.of("nobody tells how much memory is free");
        }
    }

    /// Small reads past the cache, as many as the disk can.
    public static Cure readMuch() {
        Path file = onTheMachinesDisk("read-much");
        Commands.run("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=" + BLOCKS * BLOCK_BYTES / (1 << 20));
        Cure reading = Trouble.untilCured(8, _ -> {
            try {
                read(file, READS, ThreadLocalRandom.current().nextInt(BLOCKS - READS));
            } catch (CannotRunException e) {
                // It was the end, or it will come.
                Trouble.pause(50);
            }
        });
        return () -> {
            reading.end();
            delete(file);
        };
    }

    /// Why reads cannot pass the cache here.
    public static Optional<String> cannotReadMuch() {
        Path file = onTheMachinesDisk("try-to-read");
        try {
            Commands.run("dd", "if=/dev/zero", "of=" + file, "bs=" + BLOCK_BYTES, "count=1");
            read(file, 1, 0);
            return Optional.empty();
        } catch (CannotRunException e) {
            return Optional.of(Objects.toString(e.getMessage()));
        } finally {
            delete(file);
        }
    }

    /// Not on [OwnDisk], whose reads come out of the memory of the file behind it.
    private static Path onTheMachinesDisk(String name) {
        return Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("mailblast-" + ProcessHandle.current().pid() + "-" + name);
    }

    private static void read(Path file, int blocks, int from) {
        Commands.run(
                "dd",
                "if=" + file,
                "of=/dev/null",
                "iflag=direct",
                "bs=" + BLOCK_BYTES,
                "count=" + blocks,
                "skip=" + from);
    }

    private static void delete(Path file) {
        try {
            boolean _ = Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CannotRunException("Cannot delete " + file + ": " + e.getMessage());
        }
    }
}
