package io.mailblast.delivery;

/// A provider that takes mails. Safe to use from many threads; blocks until there is an outcome.
public interface Delivery extends AutoCloseable {

    /// Tries once. Never throws for what a provider or a network can do, and never repeats by itself: a retry after an
    /// ambiguous failure could send twice.
    Outcome send(Mail mail);

    /// What the account allows at the moment.
    ///
    /// @throws ProviderUnavailableException when the provider does not say
    Quota quota();

    @Override
    void close();

    /// @param perSecond mails a second
    /// @param perDay mails in 24 hours; negative for no limit
    /// @param sentToday in the last 24 hours
    /// @param enabled whether the account may send at all
    record Quota(double perSecond, double perDay, double sentToday, boolean enabled) {}

    /// The provider gave no answer to a question that sends nothing, so it can be asked again.
    final class ProviderUnavailableException extends RuntimeException {
        public ProviderUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
