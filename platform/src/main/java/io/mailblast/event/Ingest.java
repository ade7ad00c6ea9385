package io.mailblast.event;

import java.time.Duration;

/// How far what was taken has become rows.
public interface Ingest {

    /// Where what was taken ends; only grows. Compares with [#passed].
    long end();

    /// Up to where it is ingested and committed; less than any place while that is not known.
    long passed();

    /// How many bytes of what was taken are not ingested; 0 when all is.
    long lagBytes();

    /// Whether all that was taken before a mark ([EventSink#end]) is ingested and committed; no where that is not
    /// known.
    boolean isPassed(long mark);

    /// Waits until everything that was taken at the time of the call is ingested.
    ///
    /// @return false when that took longer than `patience`
    boolean awaitDrained(Duration patience) throws InterruptedException;
}
