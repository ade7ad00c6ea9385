package io.mailblast.db;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import java.util.concurrent.atomic.LongAdder;

/// How long those who want a connection of a pool wait for it.
public final class PoolWaits implements IMetricsTracker {

    private final LongAdder count = new LongAdder();
    private final LongAdder totalNanos = new LongAdder();
    private final LongAdder timeouts = new LongAdder();

    PoolWaits() {}

    @Override
    public void recordConnectionAcquiredNanos(long elapsedAcquiredNanos) {
        count.increment();
        totalNanos.add(elapsedAcquiredNanos);
    }

    @Override
    public void recordConnectionTimeout() {
        timeouts.increment();
    }

    /// Connections that were got.
    public long count() {
        return count.sum();
    }

    /// All waits together.
    public double totalNanos() {
        return totalNanos.sum();
    }

    /// Those who got none in their time.
    public double timeouts() {
        return timeouts.sum();
    }
}
