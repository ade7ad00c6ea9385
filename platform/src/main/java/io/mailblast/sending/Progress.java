package io.mailblast.sending;

/// What a worker says of its progress, for whoever watches it.
///
/// @param finished pieces of work that came to their end since the start; only grows
/// @param waiting pieces that this worker could bring to their end now, or could claim
/// @param makingMs for how long the oldest mail that is in the making has been so
/// @param reason why it rightly does not at the moment; empty when it should
public record Progress(long finished, long waiting, long makingMs, String reason) {}
