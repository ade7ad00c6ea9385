package io.mailblast.tracking;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What recipients and others do to the public routes.
final class TrackingMetrics {

    /// Answered, and in the log.
    final Counter opens;

    final Counter clicks;
    final Counter unsubscribes;

    /// Well-formed identifiers that this installation never issued.
    final Counter forged;

    final Counter malformed;

    /// Links of real messages that nobody here signed: shown, not followed, not counted as a click.
    final Counter unsigned;

    /// Answered without a place in the log, which was full or failed.
    final Counter unrecorded;

    TrackingMetrics(MeterRegistry registry) {
        opens = counter(registry, "opens", "Opens taken");
        clicks = counter(registry, "clicks", "Clicks taken");
        unsubscribes = counter(registry, "unsubscribes", "Unsubscribes taken");
        forged = counter(registry, "forged", "Requests with an identifier that was never issued");
        malformed = counter(registry, "malformed", "Requests with an identifier or link that is not well-formed");
        unsigned = counter(registry, "unsigned", "Links of real messages without a good signature");
        unrecorded = counter(registry, "unrecorded", "Requests whose event the log could not take");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("mailblast.tracking." + name)
                .description(description)
                .register(registry);
    }
}
