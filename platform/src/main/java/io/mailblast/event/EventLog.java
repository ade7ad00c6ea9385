package io.mailblast.event;

import java.time.Duration;
import java.util.List;

/// A durable, ordered log of events. Many append; one reads from a position that it keeps itself, in the
/// transaction with which it makes rows.
///
/// Positions grow, also from one log to the one that follows it in the same place, and say nothing else.
public interface EventLog extends AutoCloseable {

    /// By which the database knows this log: the same for as long as its content is, another once it was lost.
    String name();

    /// Returns when the event is as durable as [EventLogConfig#durability] says, and only then.
    ///
    /// @throws LogFullException when there is no room; nothing was written
    /// @throws LogUnavailableException when the log is closed, failed or overloaded; whether it has the event is
    ///     not known
    void append(Event event);

    /// Whether an event would have to wait for others: so many wait for the disk, or the disk has been at the
    /// first of them for so long. Costs next to nothing.
    boolean isBusy(int waiting, Duration longest);

    /// What stands at a position and after it, in order.
    ///
    /// @param from where a batch ended, or [#start]
    /// @param max at most so many entries; fewer where they are large
    Batch read(long from, int max);

    /// Waits until there is something to read after a position.
    ///
    /// @return whether there is
    boolean await(long position, Duration patience) throws InterruptedException;

    /// The first position that is still kept.
    long start();

    /// The position after the last event that was taken.
    long end();

    /// Up to here a reader can have been before the log was last opened, or has been since: whoever remembers a
    /// position beyond it remembers another log.
    long reach();

    /// Says that nothing before a position will be read again.
    void trim(long upTo);

    /// Takes no more events, ends what is under way, and closes. Can be called twice.
    @Override
    void close();

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
