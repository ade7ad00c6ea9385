package io.mailblast.validation.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CoreLimitTest {

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Test
    void aBusyProcessHasItsShareAndAfterwardsAllAgain() throws IOException, InterruptedException {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            CoreLimit limit;
            try {
                limit = CoreLimit.of(List.of(busy.toHandle()), 0.2);
            } catch (CannotRunException e) {
                assumeTrue(false, e.getMessage());
                return;
            }
            Duration before = cpu(busy.toHandle());
            long begunNs = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(2_000);
            Duration limited = cpu(busy.toHandle()).minus(before);
            double share = (double) limited.toNanos() / (System.nanoTime() - begunNs);
            limit.close();

            // However busy the machine is: a limit is an upper bound.
            assertThat(share).isLessThan(0.35);
            assertThat(busy.isAlive()).isTrue();
        } finally {
            busy.destroyForcibly();
        }
    }
}
