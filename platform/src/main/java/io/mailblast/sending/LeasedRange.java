package io.mailblast.sending;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A range of recipients that this worker holds until its lease ends.
///
/// `deadlineNs` is the worker's own, on the monotonic clock and earlier than the lease: past it nothing of the range is
/// begun, whatever the database would say by the time it is asked.
final class LeasedRange {

    private final long id;
    private final long campaignId;
    private final int firstNo;
    private final int lastNo;
    private final int attempt;
    private final int epoch;
    private final @Nullable Instant begunAt;
    private final AtomicInteger open = new AtomicInteger();
    private volatile long deadlineNs;

    LeasedRange(
            long id,
            long campaignId,
            int firstNo,
            int lastNo,
            int attempt,
            int epoch,
            @Nullable Instant begunAt,
            long deadlineNs) {
        this.id = id;
        this.campaignId = campaignId;
        this.firstNo = firstNo;
        this.lastNo = lastNo;
        this.attempt = attempt;
        this.epoch = epoch;
        this.begunAt = begunAt;
        this.deadlineNs = deadlineNs;
    }

    long id() {
        return id;
    }

    long campaignId() {
        return campaignId;
    }

    int firstNo() {
        return firstNo;
    }

    int lastNo() {
        return lastNo;
    }

    int attempt() {
        return attempt;
    }

    int epoch() {
        return epoch;
    }

    @Nullable
    Instant begunAt() {
        return begunAt;
    }

    /// How many of its messages have no recorded end yet.
    void opened(int messages) {
        open.set(messages);
    }

    /// @return whether that was the last one
    boolean closedOne() {
        return open.decrementAndGet() == 0;
    }

    void extend(long deadlineNs) {
        this.deadlineNs = deadlineNs;
    }

    boolean mayBegin(long nowNs) {
        return nowNs - deadlineNs < 0;
    }
}
