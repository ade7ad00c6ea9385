package io.mailblast.validation.engine;

/// Arrivals of one kind.
///
/// @param name under which they are recorded
/// @param call of each
public record Stream(String name, Arrivals arrivals, Call call) {}
