package io.mailblast.analytics;

import java.time.Duration;

/// Keys `analytics.*` of the configuration.
///
/// @param cacheFor how old a cached answer may be; 0ms turns the cache off
/// @param cacheEntries answers that are kept, 1 to 1,000,000
/// @param replicaUrl of a replica of the database that answers instead of it, in the form of `database.url`;
///     empty for none
/// @param replicaLag how far behind the replica may be; beyond that, and when it does not answer, the database
///     does
public record AnalyticsConfig(Duration cacheFor, int cacheEntries, String replicaUrl, Duration replicaLag) {

    /// Something commits every ten seconds; nearer than that no replica can be seen to be.
    private static final Duration LEAST_LAG = Duration.ofSeconds(15);

    public static final AnalyticsConfig DEFAULTS =
            new AnalyticsConfig(Duration.ofSeconds(5), 10_000, "", Duration.ofSeconds(30));

    public AnalyticsConfig {
        if (cacheFor.isNegative() || cacheFor.toHours() > 1) {
            throw new IllegalArgumentException("analytics.cache_for: " + cacheFor + ", allowed: 0ms to 1h");
        }
        if (cacheEntries < 1 || cacheEntries > 1_000_000) {
            throw new IllegalArgumentException("analytics.cache_entries: " + cacheEntries + ", allowed: 1 to 1000000");
        }
        if (!replicaUrl.isEmpty() && !replicaUrl.matches("(jdbc:postgresql|postgresql|postgres)://.+")) {
            throw new IllegalArgumentException(
                    "analytics.replica_url: (hidden), allowed: jdbc:postgresql://HOST:PORT/DATABASE or postgresql://USER@HOST:PORT/DATABASE");
        }
        if (replicaLag.compareTo(LEAST_LAG) < 0 || replicaLag.toHours() > 1) {
            throw new IllegalArgumentException("analytics.replica_lag: " + replicaLag + ", allowed: 15s to 1h");
        }
    }

    /// Without the URL, which may hold a password, so that a configuration can be logged.
    @Override
    public String toString() {
        return "AnalyticsConfig[cacheFor=" + cacheFor + ", cacheEntries=" + cacheEntries + ", replica="
                + !replicaUrl.isEmpty() + "]";
    }
}
