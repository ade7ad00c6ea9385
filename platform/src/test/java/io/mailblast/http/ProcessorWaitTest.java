package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ProcessorWaitTest {

    private static final long LATE_MS = 2 * ProcessorWait.ENOUGH.toMillis();

    private final BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();

    @Test
    void whatRunsAtOnceSaysThatProcessorsAreThere() throws InterruptedException {
        try (ProcessorWait wait = watching(Runnable::run)) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isFalse();
            assertThat(wait.seconds()).isLessThan(ProcessorWait.ENOUGH.toMillis() / 1e3);
        }
    }

    @Test
    void whatNeverRunsSaysThatTheyAreShortAndForHowLong() throws InterruptedException {
        try (ProcessorWait wait = watching(_ -> {})) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isTrue();
            double first = wait.seconds();
            assertThat(first).isGreaterThan(ProcessorWait.ENOUGH.toMillis() / 1e3);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isTrue();
            assertThat(wait.seconds()).isGreaterThan(first);
        }
    }

    @Test
    void theyAreShortWhereAllRunLateAndNotWhereOneRunsAtOnce() throws InterruptedException {
        try (ProcessorWait _ = watching(ProcessorWaitTest::runLate)) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isTrue();
        }
        told.clear();
        int[] asked = {0};
        try (ProcessorWait _ = watching(probe -> {
            if (asked[0]++ % 2 == 0) {
                probe.run();
            } else {
                runLate(probe);
            }
        })) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    private ProcessorWait watching(Consumer<Runnable> processors) {
        ProcessorWait wait = new ProcessorWait(processors, told::add);
        wait.start();
        return wait;
    }

    private static void runLate(Runnable probe) {
        Thread _ = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(LATE_MS);
                probe.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
