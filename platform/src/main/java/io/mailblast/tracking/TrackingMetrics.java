package io.mailblast.tracking;

import io.mailblast.event.EventKind;
import io.mailblast.http.HttpMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What recipients and others do to the public routes.
final class TrackingMetrics {

    /// Answered, and in the log.
    final Counter opens;

    final Counter clicks;

    final Counter probes;
    final Counter unsubscribes;

    /// Well-formed identifiers that this installation never issued.
    final Counter forged;

    final Counter malformed;

    /// Links of real messages that nobody here signed: shown, not followed, not counted as a click.
    final Counter unsigned;

    /// Answered without a place in the log, which was full, failed, or had too much to do.
    final Counter unrecorded;

    /// Of these, those that were not even tried, because the log had too much to do.
    final Counter shed;

    private final Counter suspicious;

    TrackingMetrics(MeterRegistry registry) {
        opens = counter(registry, "opens", "Opens taken");
        clicks = counter(registry, "clicks", "Clicks taken");
        probes = counter(registry, "probes", "HEAD requests for links and pixels taken");
        unsubscribes = counter(registry, "unsubscribes", "Unsubscribes taken");
        forged = counter(registry, "forged", "Requests with an identifier that was never issued");
        malformed = counter(registry, "malformed", "Requests with an identifier or link that is not well-formed");
        unsigned = counter(registry, "unsigned", "Links of real messages without a good signature");
        unrecorded = counter(registry, "unrecorded", "Requests whose event the log could not take");
        shed = counter(registry, "shed", "Requests whose event was not recorded because too many wait for the disk");
        suspicious = HttpMetrics.suspicious(registry, "forged");
    }

    /// An open, click or probe is in the log.
    void taken(EventKind kind) {
        (switch (kind) {
                    case OPENED -> opens;
                    case CLICKED -> clicks;
                    default -> probes;
                })
                .increment();
    }

    /// Somebody guesses identifiers.
    void forged() {
        forged.increment();
        suspicious.increment();
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder("mailblast.tracking." + name)
                .description(description)
                .register(registry);
    }
}
