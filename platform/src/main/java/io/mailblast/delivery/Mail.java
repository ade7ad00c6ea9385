package io.mailblast.delivery;

import io.mailblast.mime.MessageBytes;

/// One message, ready for a provider.
///
/// @param from the envelope sender
/// @param to the one recipient
/// @param message the whole of it
/// @param tag comes back with the provider's events, and says which message they are about
/// @param campaign groups the mails of one campaign in the provider's own statistics
public record Mail(String from, String to, MessageBytes message, String tag, String campaign) {

    /// The name of the tag that carries [#tag].
    public static final String TAG_NAME = "mailblast-message";

    /// The name of the tag that carries [#campaign].
    public static final String CAMPAIGN_TAG_NAME = "mailblast-campaign";

    /// @param mime the whole message (RFC 5322); not copied, so not to be changed
    public Mail(String from, String to, byte[] mime, String tag, String campaign) {
        this(from, to, MessageBytes.of(mime), tag, campaign);
    }

    /// The whole message, in an array of its own.
    public byte[] mime() {
        return message.toBytes();
    }

    /// The same mail with header fields before its own.
    ///
    /// @param fields whole lines of ASCII
    public Mail after(byte[] fields) {
        return new Mail(from, to, message.after(fields), tag, campaign);
    }

    /// The same mail from another envelope sender, to whom it returns when it bounces.
    public Mail returningTo(String sender) {
        return new Mail(sender, to, message, tag, campaign);
    }
}
