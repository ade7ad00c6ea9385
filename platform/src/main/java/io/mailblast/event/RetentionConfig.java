package io.mailblast.event;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Keys `retention.*` of the configuration: how long the rows of single events are kept after the end of their
/// month. Figures (totals, uniques, hours) stay.
///
/// @param opens rows of opens: who opened when, with what; 0 for good, or 30 days or more
/// @param clicks rows of clicks; 0 for good, or 30 days or more
/// @param others rows of deliveries, bounces, complaints and unsubscribes; 0 for good, or 30 days or more.
///     Suppressions stay
/// @param archive a folder into which rows of events, facts of messages and recipients are written before they are
///     forgotten, as Parquet files that this installation never deletes; none unless set. Of the API's nodes
public record RetentionConfig(Duration opens, Duration clicks, Duration others, String archive) {

    public static final RetentionConfig DEFAULTS = new RetentionConfig(Duration.ZERO, Duration.ZERO, Duration.ZERO, "");

    private static final Duration LEAST = Duration.ofDays(30);

    public RetentionConfig {
        if (!isGood(opens)) {
            throw new IllegalArgumentException("retention.opens: " + opens + ", allowed: 0d (for good), 30d or more");
        }
        if (!isGood(clicks)) {
            throw new IllegalArgumentException("retention.clicks: " + clicks + ", allowed: 0d (for good), 30d or more");
        }
        if (!isGood(others)) {
            throw new IllegalArgumentException("retention.others: " + others + ", allowed: 0d (for good), 30d or more");
        }
    }

    /// The folder, where there is to be one.
    public Optional<Path> archiveFolder() {
        return archive.isBlank() ? Optional.empty() : Optional.of(Path.of(archive.strip()));
    }

    private static boolean isGood(Duration keep) {
        return keep.isZero() || keep.compareTo(LEAST) >= 0;
    }

    /// 0 for good.
    Duration of(EventKind kind) {
        return switch (kind) {
            case OPENED -> opens;
            case CLICKED -> clicks;
            case DELIVERED, BOUNCED, COMPLAINED, UNSUBSCRIBED, PROBED -> others;
        };
    }
}
