package io.mailblast.content;

import io.mailblast.mime.MessageBytes;

/// One recipient's message, ready for a provider.
///
/// @param trackingId names this message in links, in the provider's tag and in Message-ID
/// @param message the whole of it; lines have at most 998 characters of ASCII
public record WireMessage(String trackingId, MessageBytes message) {

    /// The whole message, in an array of its own.
    public byte[] mime() {
        return message.toBytes();
    }
}
