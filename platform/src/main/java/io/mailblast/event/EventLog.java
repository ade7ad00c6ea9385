package io.mailblast.event;

import java.time.Duration;
import java.util.List;

/// Events in the order in which they were taken. One reads them from a position that it keeps itself, in the
/// transaction
/// with which it makes rows.
///
/// Positions grow, also from one log to the one that follows it in the same place, and say nothing else.
public interface EventLog {

    /// By which the database knows this log: the same for as long as its content is, another once it was lost.
    String name();

    /// What stands at a position and after it, in order.
    ///
    /// @param from where a batch ended, or [#start]
    /// @param max at most so many entries; fewer where they are large
    Batch read(long from, int max);

    /// Waits until there is something to read after a position.
    ///
    /// @return whether there is
    boolean await(long position, Duration patience) throws InterruptedException;

    /// Whether there may be more than so many events after a position. Costs next to nothing.
    boolean holdsMore(long position, int events);

    /// The first position that is still kept.
    long start();

    /// The position after the last event that was taken.
    long end();

    /// Up to here a reader can have been before the log was last opened, or has been since: whoever remembers a
    /// position beyond it remembers another log.
    long reach();

    /// Says that nothing before a position will be read again.
    void trim(long upTo);

    /// Some entries and where the next ones begin.
    record Batch(List<Entry> entries, long next) {}

    /// What stands in a log.
    sealed interface Entry {

        long position();

        /// A whole record, as the codec wrote it.
        record Recorded(long position, byte[] payload) implements Entry {}

        /// Bytes between good records that are none: damage. Never skipped in silence.
        ///
        /// @param bytes the beginning of what stands there
        record Damaged(long position, byte[] bytes, String reason) implements Entry {}
    }
}
