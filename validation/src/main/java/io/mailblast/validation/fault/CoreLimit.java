package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// A bound of the processor time of some processes and all that they start: a control group of Linux, of the first
/// version (`cpu.cfs_quota_us`) or the second (`cpu.max`). Ends with [#close], after which they are as free as before.
public final class CoreLimit implements AutoCloseable {

    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    /// The kernel's own. With a shorter one, what each processor keeps for itself of a share that it did not use (1 ms,
    /// Linux' sched-bwc.rst) is a large part of it, and how much work a share does depends on who runs where.
    private static final int PERIOD_US = 100_000;

    private static final AtomicInteger MADE = new AtomicInteger();

    private final Path group;
    private final Path parent;

    private CoreLimit(Path parent) {
        this.parent = parent;
        this.group = parent.resolve("mailblast-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet());
    }

    /// Whether this system allows it, asked before anything depends on it.
    ///
    /// @throws CannotRunException where control groups cannot be made
    public static void check() {
        of(List.of(), 1).close();
    }

    /// @param cores that all of them together may use; a part of one is allowed
    /// @throws CannotRunException where control groups cannot be made
    public static CoreLimit of(Collection<ProcessHandle> processes, double cores) {
        CoreLimit limit = new CoreLimit(parent());
        try {
            Files.createDirectories(limit.group);
            limit.become(cores);
            for (ProcessHandle process : processes) {
                limit.move(process.pid(), limit.group);
            }
            return limit;
        } catch (IOException e) {
            limit.close();
            throw new CannotRunException("Processor time cannot be limited: " + e.getMessage()
                    + ". It takes Linux and a control group 'cpu' that this user may write (as root, usually).");
        }
    }

    private void become(double cores) throws IOException {
        long quotaUs = Math.max(1_000, Math.round(cores * PERIOD_US));
        if (Files.exists(group.resolve("cpu.cfs_quota_us"))) {
            Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_US));
            Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(quotaUs));
        } else {
            Files.writeString(group.resolve("cpu.max"), String.format(Locale.ROOT, "%d %d", quotaUs, PERIOD_US));
        }
    }

    @Override
    public void close() {
        try {
            if (Files.isDirectory(group)) {
                for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    move(Long.parseLong(pid.strip()), parent);
                }
                Files.delete(group);
            }
        } catch (IOException e) {
            System.err.println("Left behind: the control group " + group + " (" + e.getMessage() + ")");
        }
    }

    private void move(long pid, Path to) throws IOException {
        try {
            Files.writeString(to.resolve("cgroup.procs"), Long.toString(pid));
        } catch (IOException e) {
            if (ProcessHandle.of(pid).isPresent()) {
                throw e;
            }
        }
    }

    /// The group that this process is in: `0::PATH` of the second version, `N:cpu:PATH` of the first
    /// (cgroups(7)).
    private static Path parent() {
        Path first = MOUNT.resolve("cpu");
        boolean isFirst = Files.exists(first.resolve("cpu.cfs_quota_us"));
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/self/cgroup"));
            String path = lines.stream()
                    .map(line -> line.split(":", 3))
                    .filter(parts -> parts.length == 3
                            && (isFirst ? List.of(parts[1].split(",")).contains("cpu") : parts[1].isEmpty()))
                    .map(parts -> parts[2].replaceFirst("^/+", ""))
                    .findFirst()
                    .orElse("");
            Path own = (isFirst ? first : MOUNT).resolve(path);
            return Files.isDirectory(own) ? own : isFirst ? first : MOUNT;
        } catch (IOException e) {
            throw new CannotRunException("Processor time cannot be limited: this system has no control groups.");
        }
    }
}
