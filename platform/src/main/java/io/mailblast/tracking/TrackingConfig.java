package io.mailblast.tracking;

import java.time.Duration;

/// Keys `tracking.*` of the configuration.
///
/// @param brand the name that public pages show where no campaign's sender is known: the link warning, and an
///     unsubscribe page while the database is away
/// @param maxWaiting opens and clicks that may wait for the disk at once, 10 to 1,000,000; beyond it opens are
///     answered 503, and clicks redirected unrecorded
/// @param maxWait how long the disk may take for what it was given before the same happens; 10 ms to 1 min
/// @param unseenLink whether mails with links have one more that no person sees: whoever follows it is a scanner, and
///     so is whoever clicks within seconds of it
public record TrackingConfig(String brand, int maxWaiting, Duration maxWait, boolean unseenLink) {

    /// 2,000 at once are 50 ms of what two cores take.
    public static final TrackingConfig DEFAULTS = new TrackingConfig("MailBlast", 2_000, Duration.ofMillis(500), true);

    public TrackingConfig {
        if (brand.isBlank() || brand.length() > 100) {
            throw new IllegalArgumentException("tracking.brand: " + brand + ", allowed: 1 to 100 characters");
        }
        if (maxWaiting < 10 || maxWaiting > 1_000_000) {
            throw new IllegalArgumentException("tracking.max_waiting: " + maxWaiting + ", allowed: 10 to 1000000");
        }
        if (maxWait.toMillis() < 10 || maxWait.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("tracking.max_wait: " + maxWait + ", allowed: 10ms to 1m");
        }
    }
}
