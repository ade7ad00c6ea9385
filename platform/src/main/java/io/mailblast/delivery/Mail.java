package io.mailblast.delivery;

/// One message, ready for a provider.
///
/// @param from the envelope sender
/// @param to the one recipient
/// @param mime the whole message (RFC 5322); not copied, so not to be changed
/// @param tag comes back with the provider's events, and says which message they are about
/// @param campaign groups the mails of one campaign in the provider's own statistics
public record Mail(String from, String to, byte[] mime, String tag, String campaign) {

    /// The name of the tag that carries [#tag].
    public static final String TAG_NAME = "mailblast-message";

    /// The name of the tag that carries [#campaign].
    public static final String CAMPAIGN_TAG_NAME = "mailblast-campaign";
}
