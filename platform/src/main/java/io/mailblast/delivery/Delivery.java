package io.mailblast.delivery;

import java.time.Duration;

/// A provider that takes mails. Safe to use from many threads; blocks until there is an outcome.
public interface Delivery extends AutoCloseable {

    /// Takes a way to the provider, before the intent to send is committed: so a provider that cannot be reached leaves
    /// no message begun.
    ///
    /// @throws ProviderUnavailableException when there is none
    Way reserve();

    /// What the account allows at the moment.
    ///
    /// @throws ProviderUnavailableException when the provider does not say
    Quota quota();

    @Override
    void close();

    /// Tries once, on a way of its own.
    default Outcome send(Mail mail) {
        try (Way way = reserve()) {
            return way.send(mail);
        } catch (ProviderUnavailableException e) {
            return new Outcome.Deferred(String.valueOf(e.getMessage()), Duration.ofSeconds(2));
        }
    }

    /// A way to the provider, for one thread at a time.
    interface Way extends AutoCloseable {

        /// Tries once. Never throws for what a provider or a network can do, and never repeats by itself: a retry after
        /// an ambiguous failure could send twice.
        Outcome send(Mail mail);

        /// Gives it back, whatever became of the mail.
        @Override
        void close();
    }

    /// @param perSecond mails a second
    /// @param perDay mails in 24 hours; negative for no limit
    /// @param sentToday in the last 24 hours
    /// @param enabled whether the account may send at all
    record Quota(double perSecond, double perDay, double sentToday, boolean enabled) {}

    /// The provider cannot be reached, or did not answer a question that sends nothing, so it can be asked again.
    final class ProviderUnavailableException extends RuntimeException {
        public ProviderUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }

        public ProviderUnavailableException(String message) {
            super(message);
        }
    }
}
