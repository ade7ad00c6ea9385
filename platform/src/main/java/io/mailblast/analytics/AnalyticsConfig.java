package io.mailblast.analytics;

import java.time.Duration;

/// Keys `analytics.*` of the configuration.
///
/// @param cacheFor how old a cached answer may be; 0ms turns the cache off
/// @param cacheEntries answers that are kept, 1 to 1,000,000
public record AnalyticsConfig(Duration cacheFor, int cacheEntries) {

    public static final AnalyticsConfig DEFAULTS = new AnalyticsConfig(Duration.ofSeconds(5), 10_000);

    public AnalyticsConfig {
        if (cacheFor.isNegative() || cacheFor.toHours() > 1) {
            throw new IllegalArgumentException("analytics.cache_for: " + cacheFor + ", allowed: 0ms to 1h");
        }
        if (cacheEntries < 1 || cacheEntries > 1_000_000) {
            throw new IllegalArgumentException("analytics.cache_entries: " + cacheEntries + ", allowed: 1 to 1000000");
        }
    }
}
