package io.mailblast.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A provider that takes mails. Safe to use from many threads; blocks until there is an outcome.
public interface Delivery extends AutoCloseable {

    /// Takes a way to the provider, before the intent to send is committed: so a provider that cannot be
    /// reached leaves no message begun.
    ///
    /// @throws ProviderUnavailableException when there is none
    Way reserve();

    /// What can be done to a mail before it is begun, such as a signature, so that less goes on while it is
    /// under way. [Way#send] does it to those that went round this.
    default Mail prepare(Mail mail) {
        return mail;
    }

    /// How many mails [Way#send(List)] had better be given at once, at most; 1 where nothing is gained by more.
    default int burst() {
        return 1;
    }

    /// Where the provider takes many mails of one content in one request.
    default Optional<BulkDelivery> bulk() {
        return Optional.empty();
    }

    /// Why a mail to this address had better not be begun now, with the time after which to ask again: its
    /// domain has as many mails as it takes, or asked for a pause. Nothing is reserved by asking. Empty where
    /// it may go.
    default Optional<Outcome.Deferred> busy(String to) {
        return Optional.empty();
    }

    /// By which the account is known whose rate all workers share; without secrets.
    String account();

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
            return new Outcome.Deferred(String.valueOf(e.getMessage()), Duration.ofSeconds(2), Outcome.Scope.PROVIDER);
        }
    }

    /// A way to the provider, for one thread at a time.
    interface Way extends AutoCloseable {

        /// Tries once. Never throws for what a provider or a network can do, and never repeats by itself: a
        /// retry after an ambiguous failure could send twice.
        Outcome send(Mail mail);

        /// Tries each once, in their order, and soon.
        ///
        /// @param mails up to [Delivery#burst]
        /// @return outcomes of the first of them, at least of one; of the others no byte was written
        default List<Outcome> send(List<Mail> mails) {
            return mails.stream().map(this::send).toList();
        }

        /// Gives it back, whatever became of the mail.
        @Override
        void close();
    }

    /// @param perSecond mails a second
    /// @param perDay mails in 24 hours; negative for no limit
    /// @param sentToday in the last 24 hours
    /// @param enabled whether the account may send at all
    record Quota(double perSecond, double perDay, double sentToday, boolean enabled) {}

    /// The provider cannot be reached, or did not answer a question that sends nothing, so it can be asked
    /// again.
    final class ProviderUnavailableException extends RuntimeException {
        public ProviderUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }

        public ProviderUnavailableException(String message) {
            super(message);
        }
    }
}
