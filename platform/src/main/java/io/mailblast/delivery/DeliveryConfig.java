package io.mailblast.delivery;

import java.util.Locale;

/// Keys `delivery.*` of the configuration.
///
/// @param provider who takes the mails: `ses` (keys `ses.*`) or `smtp` (keys `smtp.*`)
public record DeliveryConfig(Provider provider) {

    public static final DeliveryConfig DEFAULTS = new DeliveryConfig(Provider.SES);

    /// Who takes the mails.
    public enum Provider {
        SES,
        SMTP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
