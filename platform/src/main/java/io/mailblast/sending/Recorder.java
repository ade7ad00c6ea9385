package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts outcomes on record, many in one [SendFacts#record], and tries until it is done: recording twice changes
/// nothing.
final class Recorder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
    private static final int MOST = 1_024;
    private static final Duration GATHER = Duration.ofMillis(20);

    /// How long a stop waits for a database that is away before it leaves outcomes to be in doubt.
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final SendFacts facts;
    private final Consumer<Work> recorded;
    private final Batcher<SendFacts.Close> batcher;
    private volatile long closingSinceNs;

    /// @param recorded is told of each message whose end is committed
    Recorder(SendFacts facts, Consumer<Work> recorded) {
        this.facts = facts;
        this.recorded = recorded;
        this.batcher = new Batcher<>("recorder", MOST, GATHER, this::record);
    }

    void put(SendFacts.Close close) throws InterruptedException {
        batcher.put(close);
    }

    @Override
    public void close() {
        closingSinceNs = System.nanoTime();
        batcher.close();
    }

    private void record(List<SendFacts.Close> closes) {
        while (true) {
            try {
                facts.record(closes);
                closes.forEach(close -> recorded.accept(close.work()));
                return;
            } catch (RuntimeException e) {
                if (closingSinceNs != 0 && System.nanoTime() - closingSinceNs > PATIENCE_NS) {
                    LOG.error("outcomes=unrecorded messages={} consequence=\"they are in doubt\"", closes.size());
                    return;
                }
                if (Database.isAway(e)) {
                    LOG.warn("outcomes=waiting messages={} problem=\"{}\"", closes.size(), e.getMessage());
                } else {
                    LOG.error("outcomes=waiting messages={}", closes.size(), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
