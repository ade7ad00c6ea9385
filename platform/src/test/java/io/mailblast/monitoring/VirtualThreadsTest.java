package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void thoseThatWaitForACarrierAreCounted() throws InterruptedException {
        VirtualThreads.bind(registry);
        int carriers = (int) value("jvm.threads.virtual.parallelism");
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch spinning = new CountDownLatch(carriers);
        List<Thread> threads = new ArrayList<>();
        try {
            for (int i = 0; i < carriers; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    spinning.countDown();
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                }));
            }
            assertThat(spinning.await(10, TimeUnit.SECONDS)).isTrue();
            threads.add(Thread.startVirtualThread(() -> {}));

            assertThat(value("jvm.threads.virtual.queued")).isGreaterThanOrEqualTo(1);
            assertThat(value("jvm.threads.virtual.mounted")).isGreaterThanOrEqualTo(carriers);
            assertThat(value("jvm.threads.virtual.carriers")).isGreaterThanOrEqualTo(carriers);
        } finally {
            over.set(true);
            for (Thread each : threads) {
                each.join();
            }
        }
    }

    @Test
    void nothingIsWrittenByTheFlightRecorder() {
        try (Meters meters = new Meters("1", "api", 1)) {
            assertThat(meters.registry().find("jvm.threads.virtual.queued").gauge())
                    .isNotNull();
        }
        assertThat(FlightRecorder.isInitialized()).isFalse();
    }

    private double value(String name) {
        return registry.get(name).gauge().value();
    }
}
