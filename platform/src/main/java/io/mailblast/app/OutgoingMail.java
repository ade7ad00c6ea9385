package io.mailblast.app;

import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.DeliveryConfig;
import io.mailblast.delivery.SesDelivery;
import io.mailblast.delivery.SmtpDelivery;

/// The way that mails leave by, as configured.
final class OutgoingMail {

    private OutgoingMail() {}

    /// @throws ConfigurationException for a key of DKIM that cannot be used
    static Delivery open(Configuration config) {
        return switch (config.delivery().provider()) {
            case SES -> SesDelivery.open(config.ses());
            case SMTP -> bySmtp(config);
        };
    }

    /// So that `up` stops where its worker could not start.
    ///
    /// @throws ConfigurationException as [#open]
    static void check(Configuration config) {
        if (config.delivery().provider() == DeliveryConfig.Provider.SMTP) {
            bySmtp(config).close();
        }
    }

    private static Delivery bySmtp(Configuration config) {
        try {
            return SmtpDelivery.open(config.smtp(), config.dkim(), config.keys());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
