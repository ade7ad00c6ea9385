package io.mailblast.monitoring;

import java.util.function.LongSupplier;

/// For how long nothing moved though it could. Used by one thread.
final class Stall {

    private final LongSupplier nanoTime;
    private long last = -1;
    private long sinceNs;

    Stall(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.sinceNs = nanoTime.getAsLong();
    }

    /// @param count of what was done, which only grows
    /// @param could whether something could be done at once
    double seconds(long count, boolean could) {
        long now = nanoTime.getAsLong();
        if (!could || count != last) {
            last = count;
            sinceNs = now;
        }
        return (now - sinceNs) / 1e9;
    }
}
