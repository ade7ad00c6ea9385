package io.mailblast.monitoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;

/// Processors, memory and disks of the machine, read by OSHI at each [#sample]; where a cgroup limits memory or
/// processors, the limit counts. Used by one thread; what was sampled can be read by any.
public final class Host {

    private static final long LEAST_NS = 1_000_000_000L;

    private final CentralProcessor processor;
    private final GlobalMemory memory;
    private final List<HWDiskStore> disks;
    private final Path home;
    private final Cgroup cgroup;

    private long[][] ticks;
    private Map<String, Disk> before = Map.of();
    private long beforeNs;

    private volatile Load load = Load.UNKNOWN;

    /// @param cores busy, 0 to 1 each
    /// @param cpu of all of them, or of what the cgroup may use
    /// @param memory in use, 0 to 1
    /// @param iops reads and writes a second of the busiest disk
    /// @param diskLatencySeconds of one of them, on that disk
    record Load(double[] cores, double cpu, double memory, double iops, double diskLatencySeconds) {

        static final Load UNKNOWN = new Load(new double[0], Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    private record Disk(long operations, long busyMs) {}

    private record Traffic(double perSecond, double latencySeconds) {}

    /// @param home where the disk's space is looked at
    public Host(Path home) {
        SystemInfo system = new SystemInfo();
        this.processor = system.getHardware().getProcessor();
        this.memory = system.getHardware().getMemory();
        this.disks = system.getHardware().getDiskStores();
        this.home = home;
        this.cgroup = Cgroup.ofThisProcess();
        this.ticks = processor.getProcessorCpuLoadTicks();
    }

    /// `mailblast_host_cpu_ratio{core}`, `mailblast_host_memory_ratio`,
    /// `mailblast_host_disk_operations_per_second`, …
    public Host register(MeterRegistry registry) {
        IntStream.range(0, cores())
                .forEach(core -> Gauge.builder("mailblast.host.cpu.ratio", this, it -> it.core(core))
                        .description("How busy a core is, 0 to 1")
                        .tag("core", Integer.toString(core))
                        .register(registry));
        Gauge.builder("mailblast.host.memory.ratio", this, it -> it.load.memory())
                .description("Memory in use of the host, or of the cgroup that limits it")
                .register(registry);
        Gauge.builder("mailblast.host.disk.operations.per.second", this, it -> it.load.iops())
                .description("Reads and writes a second of the busiest disk")
                .register(registry);
        Gauge.builder("mailblast.host.disk.latency.seconds", this, it -> it.load.diskLatencySeconds())
                .description("How long one of them takes")
                .register(registry);
        Gauge.builder("mailblast.host.disk.used.ratio", this, Host::diskUsed)
                .description("Space in use where the home lies")
                .register(registry);
        return this;
    }

    /// Reads all of it, at most once a second: the library remembers what it has read for part of one. Rates are those
    /// since the last time.
    public void sample() {
        if (!before.isEmpty() && System.nanoTime() - beforeNs < LEAST_NS) {
            return;
        }
        double[] cores = processor.getProcessorCpuLoadBetweenTicks(ticks);
        ticks = processor.getProcessorCpuLoadTicks();
        double mean = IntStream.range(0, cores.length)
                .mapToDouble(core -> cores[core])
                .average()
                .orElse(Double.NaN);
        double used = 1 - (double) memory.getAvailable() / memory.getTotal();
        Traffic disk = traffic();
        load = new Load(
                cores,
                cgroup.cpu().orElse(mean),
                cgroup.memory(memory.getTotal()).orElse(used),
                disk.perSecond(),
                disk.latencySeconds());
    }

    /// Of the busiest disk.
    private Traffic traffic() {
        long nowNs = System.nanoTime();
        double seconds = (nowNs - beforeNs) / 1e9;
        Map<String, Disk> now = new HashMap<>();
        Traffic busiest = new Traffic(before.isEmpty() ? Double.NaN : 0, Double.NaN);
        for (HWDiskStore store : disks) {
            if (!store.updateAttributes()) {
                continue;
            }
            Disk disk = new Disk(store.getReads() + store.getWrites(), store.getTransferTime());
            now.put(store.getName(), disk);
            Disk last = before.get(store.getName());
            if (last != null && seconds > 0 && disk.operations() >= last.operations()) {
                long operations = disk.operations() - last.operations();
                if (operations / seconds >= busiest.perSecond()) {
                    double latency = operations == 0 ? 0 : (disk.busyMs() - last.busyMs()) / 1000.0 / operations;
                    busiest = new Traffic(operations / seconds, latency);
                }
            }
        }
        before = now;
        beforeNs = nowNs;
        return busiest;
    }

    int cores() {
        return processor.getLogicalProcessorCount();
    }

    double core(int number) {
        double[] cores = load.cores();
        return number < cores.length ? cores[number] : Double.NaN;
    }

    double diskLatencySeconds() {
        return load.diskLatencySeconds();
    }

    double cpu() {
        return load.cpu();
    }

    double memory() {
        return load.memory();
    }

    double iops() {
        return load.iops();
    }

    double diskUsed() {
        try {
            FileStore store = Files.getFileStore(home);
            return used(store.getTotalSpace(), store.getUnallocatedSpace(), store.getUsableSpace());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As `df` has it: what is kept back for the system is neither in use nor room. In bytes.
    static double used(long total, long unallocated, long usable) {
        long used = total - unallocated;
        return used + usable == 0 ? Double.NaN : (double) used / (used + usable);
    }
}
