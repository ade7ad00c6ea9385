package io.mailblast.content;

/// One recipient's message, ready for a provider.
///
/// @param trackingId names this message in links, in the provider's tag and in Message-ID
/// @param mime the whole message (RFC 5322) with CRLF line ends; lines have at most 998 characters of ASCII
public record WireMessage(String trackingId, byte[] mime) {}
