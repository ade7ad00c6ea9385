package io.mailblast.delivery;

import java.util.List;
import java.util.Map;

/// A provider that takes many mails of one content in one request. Safe to use from many threads; blocks until
/// there are outcomes.
public interface BulkDelivery {

    /// How many mails one request may have at most.
    int most();

    /// Tries once. Never throws for what a provider or a network can do, and never repeats by itself what may
    /// have been taken: a lost answer leaves all mails of its request in doubt.
    ///
    /// @param mails 1 to [#most]
    /// @return an outcome for each, in their order
    List<Outcome> send(Content content, List<Recipient> mails);

    /// What the mails of a request share. The texts have variables such as `{{{v0}}}`, for which each recipient
    /// has values.
    ///
    /// @param from address, or name and address, as a header shows it
    /// @param replyTo address; empty for none
    /// @param campaign groups the mails in the provider's own statistics
    record Content(String from, String replyTo, String subject, String text, String html, String campaign) {}

    /// What one mail has for itself.
    ///
    /// @param to the address
    /// @param values of every variable of the content, escaped for where they stand
    /// @param headers of this mail alone, such as List-Unsubscribe
    /// @param tag comes back with the provider's events, and says which message they are about
    record Recipient(String to, Map<String, String> values, Map<String, String> headers, String tag) {

        public Recipient {
            values = Map.copyOf(values);
            headers = Map.copyOf(headers);
        }
    }
}
