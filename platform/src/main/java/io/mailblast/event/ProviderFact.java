package io.mailblast.event;

import java.time.Instant;

/// By what a provider's fact is known, beside its kind, so that one that is told twice counts once.
///
/// @param messageId the provider's identifier of the message, 1 to 200 characters
/// @param recipient what stands for the recipient within the message, such as a digest of the address, 1 to 100
///     characters
/// @param sentAt when the provider took the message: the same in every telling, so it says which partition is looked at
public record ProviderFact(String messageId, String recipient, Instant sentAt) {

    private static final int MAX_MESSAGE_ID = 200;
    private static final int MAX_RECIPIENT = 100;

    public ProviderFact {
        messageId = Event.plain(messageId, MAX_MESSAGE_ID);
        recipient = Event.plain(recipient, MAX_RECIPIENT);
        if (messageId.isEmpty() || recipient.isEmpty()) {
            throw new IllegalArgumentException("a provider's fact names its message and recipient");
        }
        sentAt = Event.micros(sentAt);
    }
}
