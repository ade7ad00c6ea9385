package io.mailblast.validation.observe;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// What a benchmark ran on. Figures of different machines are not comparable; figures of a busy one are low.
///
/// @param memoryMb of the machine, or of the container where it is limited
/// @param loadAverage processes that wanted to run in the last minute before the benchmark; negative where unknown
public record Machine(int cores, long memoryMb, String cpu, String jdk, String kernel, double loadAverage) {

    public static Machine read() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize() >> 20,
                cpu(Path.of("/proc/cpuinfo")),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                system.getSystemLoadAverage());
    }

    /// @param cpuinfo `/proc/cpuinfo`, see proc_cpuinfo(5)
    public static String cpu(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown CPU");
        } catch (IOException | UncheckedIOException e) {
            return "unknown CPU";
        }
    }

    /// Whether something else was running when the benchmark began.
    public boolean isBusy() {
        return loadAverage > cores * 0.5;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d cores, %,d MB, %s; JDK %s; %s; load average before: %.1f",
                cores,
                memoryMb,
                cpu,
                jdk,
                kernel,
                loadAverage);
    }
}
