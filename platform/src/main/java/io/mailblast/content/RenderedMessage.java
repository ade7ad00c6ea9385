package io.mailblast.content;

/// One recipient's message as a person sees it: personalised, before it is put into its wire form.
///
/// @param trackingId names this message in links, in the provider's tag and in Message-ID
/// @param unsubscribeUrl of one click (RFC 8058)
public record RenderedMessage(String subject, String html, String text, String trackingId, String unsubscribeUrl) {}
