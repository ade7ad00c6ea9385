package io.mailblast.sending;

import io.mailblast.delivery.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// What a worker says of its sending: `mailblast_delivery_seconds` by outcome, `mailblast_messages_skipped_total`.
final class SendingMetrics {

    private final MeterRegistry registry;
    private final Counter skipped;
    private final LongAdder begun = new LongAdder();
    private final LongAdder accepted = new LongAdder();

    SendingMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.skipped = Counter.builder("mailblast.messages.skipped")
                .description("Recipients who were suppressed or gone when their turn came")
                .register(registry);
    }

    void begun() {
        begun.increment();
    }

    void skipped() {
        skipped.increment();
    }

    void delivered(Outcome outcome, long nanos) {
        String kind = switch (outcome) {
            case Outcome.Accepted a -> "accepted";
            case Outcome.Deferred d -> "deferred";
            case Outcome.Refused r -> "refused";
            case Outcome.InDoubt d -> "in_doubt";
        };
        if (outcome instanceof Outcome.Accepted) {
            accepted.increment();
        }
        Timer.builder("mailblast.delivery")
                .description("One attempt at the provider, by what it came to")
                .tag("outcome", kind)
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    long begunTotal() {
        return begun.sum();
    }

    long acceptedTotal() {
        return accepted.sum();
    }
}
