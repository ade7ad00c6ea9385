package io.mailblast.event;

import java.time.Duration;

/// Keys `event_log.*` of the configuration.
///
/// @param durability when an event counts as taken: `fsync` survives a power cut, `os` every crash of a process
/// @param segmentBytes the size of one file of the log
/// @param maxBytes of all files that are not ingested yet; beyond it opens are refused with 503
/// @param keep for how long what is ingested is kept, so that a database that is restored to an earlier time gets its
///     events again: as long as the oldest backup that may be restored; at most half of `max_bytes` is, and less
///     where the disk has no room; 0s to 3650d
/// @param ingestBatch events that become rows in one transaction, 1 to 100,000
/// @param softBounces of different campaigns within 90 days, after which an address is suppressed, 2 to 100
public record EventLogConfig(
        Durability durability, int segmentBytes, long maxBytes, Duration keep, int ingestBatch, int softBounces) {

    /// When an append is answered.
    public enum Durability {
        FSYNC,
        OS
    }

    private static final Duration LONGEST = Duration.ofDays(3_650);

    public static final EventLogConfig DEFAULTS =
            new EventLogConfig(Durability.FSYNC, 64 << 20, 8L << 30, Duration.ofDays(2), 100_000, 7);

    public EventLogConfig {
        if (segmentBytes < 64 << 10 || segmentBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "event_log.segment_bytes: " + segmentBytes + ", allowed: 65536 to 1073741824");
        }
        if (maxBytes < 2L * segmentBytes) {
            throw new IllegalArgumentException("event_log.max_bytes: " + maxBytes + ", allowed: at least two segments");
        }
        if (keep.isNegative() || keep.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("event_log.keep: " + keep + ", allowed: 0s to 3650d");
        }
        if (ingestBatch < 1 || ingestBatch > 100_000) {
            throw new IllegalArgumentException("event_log.ingest_batch: " + ingestBatch + ", allowed: 1 to 100000");
        }
        if (softBounces < 2 || softBounces > 100) {
            throw new IllegalArgumentException("event_log.soft_bounces: " + softBounces + ", allowed: 2 to 100");
        }
    }

    /// The same for a log of which nothing has to be read twice.
    public EventLogConfig keepingNothing() {
        return new EventLogConfig(durability, segmentBytes, maxBytes, Duration.ZERO, ingestBatch, softBounces);
    }
}
