package io.mailblast.sending;

import java.time.Instant;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A range of recipients that this worker holds until its lease ends.
///
/// `deadlineNs` is the worker's own, on the monotonic clock and earlier than the lease: past it nothing of the
/// range is begun, whatever the database would say by the time it is asked.
final class LeasedRange {

    /// Whose turn it uses, and how much of it.
    ///
    /// @param workspaceWeight the share of its workspace among all, 1 to 1,000
    /// @param campaignWeight the share of its campaign within the workspace, 1 to 1,000
    record Share(long workspaceId, int workspaceWeight, int campaignWeight) {}

    private final long id;
    private final long campaignId;
    private final LocalDate period;
    private final int firstNo;
    private final int lastNo;
    private final int attempt;
    private final int epoch;
    private final Share share;
    private final @Nullable Instant begunAt;
    private final AtomicInteger open = new AtomicInteger();
    private volatile long deadlineNs;

    LeasedRange(
            long id,
            long campaignId,
            LocalDate period,
            int firstNo,
            int lastNo,
            int attempt,
            int epoch,
            Share share,
            @Nullable Instant begunAt,
            long deadlineNs) {
        this.id = id;
        this.campaignId = campaignId;
        this.period = period;
        this.firstNo = firstNo;
        this.lastNo = lastNo;
        this.attempt = attempt;
        this.epoch = epoch;
        this.share = share;
        this.begunAt = begunAt;
        this.deadlineNs = deadlineNs;
    }

    long id() {
        return id;
    }

    long campaignId() {
        return campaignId;
    }

    /// The month in whose partitions the campaign's recipients and facts lie.
    LocalDate period() {
        return period;
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

    Share share() {
        return share;
    }

    @Nullable
    Instant begunAt() {
        return begunAt;
    }

    /// How many of its messages have no recorded end yet.
    void opened(int messages) {
        open.set(messages);
    }

    int stillOpen() {
        return open.get();
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
