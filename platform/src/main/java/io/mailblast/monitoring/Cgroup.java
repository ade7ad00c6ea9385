package io.mailblast.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/// What a cgroup (version 2) lets this process have, and how much of it is used; nothing where it has no limit,
/// or where there is no such cgroup. See the kernel's `Documentation/admin-guide/cgroup-v2.rst`.
final class Cgroup {

    private final Path folder;
    private long usedMicros = -1;
    private long atNs;

    /// @param folder with `memory.max`, `cpu.max` and the like
    Cgroup(Path folder) {
        this.folder = folder;
    }

    static Cgroup ofThisProcess() {
        Path root = Path.of("/sys/fs/cgroup");
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                if (line.startsWith("0::")) {
                    Path own = root.resolve(line.substring("0::/".length()));
                    return new Cgroup(Files.exists(own.resolve("memory.max")) ? own : root);
                }
            }
        } catch (IOException e) {
            // No such kernel.
        }
        return new Cgroup(root);
    }

    /// Memory in use of what may be used, 0 to 1. Files that the kernel only keeps at hand do not count.
    ///
    /// @param host bytes of memory that the machine has
    OptionalDouble memory(long host) {
        long limit = number("memory.max");
        long used = number("memory.current");
        if (limit <= 0 || limit >= host || used < 0) {
            return OptionalDouble.empty();
        }
        long dispensable = Math.max(0, entry("memory.stat", "inactive_file"));
        return OptionalDouble.of((double) Math.max(0, used - dispensable) / limit);
    }

    /// CPU used of what may be used since the last time this was asked, 0 to 1.
    OptionalDouble cpu() {
        String[] limit = text("cpu.max").split(" ");
        long micros = entry("cpu.stat", "usage_usec");
        long nowNs = System.nanoTime();
        long lastMicros = usedMicros;
        double seconds = (nowNs - atNs) / 1e9;
        usedMicros = micros;
        atNs = nowNs;
        if (limit.length != 2 || limit[0].equals("max") || micros < 0 || lastMicros < 0 || seconds <= 0) {
            return OptionalDouble.empty();
        }
        double cores = Double.parseDouble(limit[0]) / Double.parseDouble(limit[1]);
        return OptionalDouble.of((micros - lastMicros) / 1e6 / seconds / cores);
    }

    private long number(String file) {
        return parsed(text(file).strip());
    }

    private long entry(String file, String key) {
        for (String line : text(file).split("\n")) {
            if (line.startsWith(key + " ")) {
                return parsed(line.substring(key.length() + 1).strip());
            }
        }
        return -1;
    }

    private static long parsed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
