package io.mailblast.tracking;

/// Keys `tracking.*` of the configuration.
///
/// @param brand the name that the public pages (unsubscribe, link warning) show
public record TrackingConfig(String brand) {

    public static final TrackingConfig DEFAULTS = new TrackingConfig("MailBlast");

    public TrackingConfig {
        if (brand.isBlank() || brand.length() > 100) {
            throw new IllegalArgumentException("tracking.brand: " + brand + ", allowed: 1 to 100 characters");
        }
    }
}
