package io.mailblast.validation.observe;

import io.mailblast.validation.installation.ApiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// Watches one process of an installation from outside: its metrics, and what the system says of it.
public final class ProcessProbe {

    private final ApiClient metrics;
    private final Optional<ProcessHandle> process;
    private double highestHeapMb;

    /// @param metrics at the address whose `/metrics` are the process's own
    public ProcessProbe(ApiClient metrics, Optional<ProcessHandle> process) {
        this.metrics = metrics;
        this.process = process;
    }

    public Prometheus scrape() {
        return Prometheus.parse(metrics.text("/metrics"));
    }

    /// Looks at the heap; [#highestHeapMb] is the most that was seen.
    public Prometheus watchHeap() {
        Prometheus scrape = scrape();
        scrape.sum("jvm_memory_used_bytes", "area=\"heap\"")
                .ifPresent(bytes -> highestHeapMb = Math.max(highestHeapMb, bytes / (1 << 20)));
        return scrape;
    }

    public double highestHeapMb() {
        return highestHeapMb;
    }

    /// CPU time since its start; empty where the system does not say.
    public Optional<Duration> cpu() {
        return process.flatMap(handle -> handle.info().totalCpuDuration());
    }

    /// The most memory that it has held, `VmHWM` of proc_pid_status(5); empty where there is no `/proc`.
    public OptionalDouble highestRssMb() {
        return process.map(handle -> status(Path.of("/proc", Long.toString(handle.pid()), "status")))
                .orElse(OptionalDouble.empty());
    }

    public static OptionalDouble status(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return OptionalDouble.empty();
        }
    }
}
