package io.mailblast.event.kafka;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/// Whether all that this node had taken at some moment is ingested. Only the newest mark is remembered: once it is
/// passed, so are those before it.
final class Marks {

    /// Behind the last event that this node has written to each partition, or that anybody had before it started.
    private final AtomicLongArray ends;

    /// Guarded by this object, all of them.
    private final long[] goals;

    private long spoolGoal;
    private long mark;
    private boolean known;

    Marks(int partitions) {
        this.ends = new AtomicLongArray(partitions);
        this.goals = new long[partitions];
    }

    /// What this node has written before, and does not know where, is before these ends.
    synchronized void begin(Map<Integer, Long> endsThen) {
        endsThen.forEach((partition, end) -> {
            long _ = ends.accumulateAndGet(partition, end, Math::max);
            goals[partition] = Math.max(goals[partition], end);
        });
        known = true;
    }

    void written(int partition, long offset) {
        long _ = ends.accumulateAndGet(partition, offset + 1, Math::max);
    }

    /// An event of the spool was written: who waits for it waits for it there from now on.
    synchronized void forwarded(int partition, long offset) {
        written(partition, offset);
        goals[partition] = Math.max(goals[partition], offset + 1);
    }

    /// @param spoolEnd where the spool ends
    synchronized long next(long spoolEnd) {
        Arrays.setAll(goals, partition -> Math.max(goals[partition], ends.get(partition)));
        spoolGoal = spoolEnd;
        return ++mark;
    }

    /// @param forwarded up to where the spool is
    /// @param ingested up to where each partition is, by number
    synchronized boolean isPassed(long forwarded, Map<Integer, Long> ingested) {
        if (!known || forwarded < spoolGoal) {
            return false;
        }
        for (int partition = 0; partition < goals.length; partition++) {
            if (ingested.getOrDefault(partition, 0L) < goals[partition]) {
                return false;
            }
        }
        return true;
    }
}
