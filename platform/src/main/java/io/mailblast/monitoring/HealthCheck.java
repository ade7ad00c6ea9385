package io.mailblast.monitoring;

import java.util.Optional;
import java.util.function.Supplier;

/// Something without which this process cannot do its work.
///
/// @param name such as `database`
/// @param problem what is wrong with it, as a sentence for an operator; empty when nothing is. Answers within a second
///     or two, and is asked by whoever asks for health.
public record HealthCheck(String name, Supplier<Optional<String>> problem) {}
