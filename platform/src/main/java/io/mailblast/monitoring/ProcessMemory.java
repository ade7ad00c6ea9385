package io.mailblast.monitoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.function.ToDoubleFunction;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;

/// How much memory this process has, as the system counts it and as the JVM does.
final class ProcessMemory {

    private final OSProcess process = new SystemInfo().getOperatingSystem().getCurrentProcess();

    private ProcessMemory() {}

    /// `process_resident_memory_bytes`, `mailblast_jvm_heap_used_bytes`.
    static void bind(MeterRegistry registry) {
        ProcessMemory memory = new ProcessMemory();
        gauge(registry, memory, "process.resident.memory", "Memory of this process", ProcessMemory::residentBytes);
        gauge(registry, memory, "mailblast.jvm.heap.used", "Heap in use, garbage included", _ -> heapBytes());
    }

    private synchronized double residentBytes() {
        process.updateAttributes();
        return process.getResidentMemory();
    }

    private static double heapBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void gauge(
            MeterRegistry registry,
            ProcessMemory memory,
            String name,
            String description,
            ToDoubleFunction<ProcessMemory> value) {
        Gauge.builder(name, memory, value)
                .description(description)
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }
}
