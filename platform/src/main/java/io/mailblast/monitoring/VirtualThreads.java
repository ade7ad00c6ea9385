package io.mailblast.monitoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.function.ToDoubleFunction;
import jdk.management.VirtualThreadSchedulerMXBean;

/// How the scheduler of virtual threads stands. Those that hold on to their carrier while they wait (pinned), or that
/// compute without end, show as others that wait for one, and as carriers beyond the cores.
///
/// Asked of the scheduler itself ([VirtualThreadSchedulerMXBean]), not of the JVM's flight recorder, whose events of
/// pinning go through files of its own: the JVM ends itself when one of them cannot be written, as on a full disk.
final class VirtualThreads {

    static final String QUEUED = "jvm.threads.virtual.queued";

    private VirtualThreads() {}

    static void bind(MeterRegistry registry) {
        gauge(
                registry,
                QUEUED,
                "Virtual threads that could run and wait for a carrier",
                VirtualThreadSchedulerMXBean::getQueuedVirtualThreadCount);
        gauge(
                registry,
                "jvm.threads.virtual.mounted",
                "Virtual threads on a carrier, running or pinned to it",
                VirtualThreadSchedulerMXBean::getMountedVirtualThreadCount);
        gauge(
                registry,
                "jvm.threads.virtual.carriers",
                "Carriers of virtual threads, idle ones among them",
                VirtualThreadSchedulerMXBean::getPoolSize);
        gauge(
                registry,
                "jvm.threads.virtual.parallelism",
                "Virtual threads that may run at the same time",
                VirtualThreadSchedulerMXBean::getParallelism);
    }

    private static void gauge(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<VirtualThreadSchedulerMXBean> value) {
        Gauge.builder(name, ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class), value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }
}
