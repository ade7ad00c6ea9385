package io.mailblast.event;

import java.time.Duration;

/// Takes events and makes them durable. Many append at once. What was taken is read, and becomes rows, as one or
/// several [EventLog].
public interface EventSink extends AutoCloseable {

    /// By which the database knows what this node has taken: the same for as long as it is kept, another once it was
    /// lost.
    String name();

    /// Returns when the event is durable, as far as was asked for ([EventLogConfig#durability]), and only then.
    ///
    /// @throws LogFullException when there is no room; nothing was written
    /// @throws LogUnavailableException when it is closed, failed or overloaded; whether it has the event is not
    /// known
    void append(Event event);

    /// Whether an event would have to wait for others: so many wait to be durable, or the first of them has waited for
    /// so long. Costs next to nothing.
    boolean isBusy(int waiting, Duration longest);

    /// A mark after the last event that was taken. Marks only grow and say nothing else.
    long end();

    /// Takes no more events, ends what is under way, and closes. Can be called twice.
    @Override
    void close();
}
