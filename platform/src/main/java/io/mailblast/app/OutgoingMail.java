package io.mailblast.app;

import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.DeliveryConfig;
import io.mailblast.delivery.SesDelivery;
import io.mailblast.delivery.SmtpDelivery;
import io.mailblast.installation.DeliveryRoutes;
import org.jspecify.annotations.Nullable;

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

    /// Goes the way once, and sends nothing.
    static DeliveryRoutes.Trial tried(Configuration config) {
        String provider = config.delivery().provider().toString();
        long begun = System.nanoTime();
        String account = provider;
        try (Delivery delivery = open(config)) {
            account = delivery.account();
            try (Delivery.Way _ = delivery.reserve()) {
                Delivery.Quota quota = delivery.quota();
                return new DeliveryRoutes.Trial(
                        provider,
                        account,
                        quota.enabled(),
                        quota.enabled() ? null : "The provider does not let this account send.",
                        seconds(begun),
                        known(quota.perSecond()),
                        known(quota.perDay()),
                        known(quota.sentToday()));
            }
        } catch (Delivery.ProviderUnavailableException | ConfigurationException e) {
            return new DeliveryRoutes.Trial(
                    provider, account, false, String.valueOf(e.getMessage()), seconds(begun), null, null, null);
        }
    }

    private static double seconds(long begunNs) {
        return (System.nanoTime() - begunNs) / 1e9;
    }

    private static @Nullable Double known(double limit) {
        return limit < 0 || !Double.isFinite(limit) ? null : limit;
    }

    private static Delivery bySmtp(Configuration config) {
        try {
            return SmtpDelivery.open(config.smtp(), config.dkim(), config.keys());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
