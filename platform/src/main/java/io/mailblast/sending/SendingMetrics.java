package io.mailblast.sending;

import io.mailblast.delivery.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// What a worker says of its sending: `mailblast_delivery_seconds` by outcome, `mailblast_messages_skipped_total`.
final class SendingMetrics {

    private static final Duration[] LIMITS = IntStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 15_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final double LEAST_WINDOW_SECONDS = 0.05;

    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final MeterRegistry registry;
    private final Counter skipped;
    private final LongAdder begun = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final Counter throttled;
    private volatile long sampledNs = System.nanoTime();
    private volatile long sampledBegun;
    private volatile double attemptsPerSecond;

    SendingMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.skipped = Counter.builder("mailblast.messages.skipped")
                .description("Recipients who were suppressed or gone when their turn came")
                .register(registry);
        this.throttled = Counter.builder("mailblast.provider.throttled")
                .description("Answers of the provider that it is sent to too fast")
                .register(registry);
    }

    void throttled() {
        throttled.increment();
    }

    /// What was begun a second, of late: in about the last two seconds, or since the last [#sample] where that is more.
    double attemptsPerSecond() {
        double seconds = (System.nanoTime() - sampledNs) / 1e9;
        double current = seconds < LEAST_WINDOW_SECONDS ? 0 : (begun.sum() - sampledBegun) / seconds;
        return Math.max(attemptsPerSecond, current);
    }

    /// To be called about once a second, by one thread.
    void sample() {
        long now = System.nanoTime();
        long total = begun.sum();
        double current = (total - sampledBegun) / Math.max(0.001, (now - sampledNs) / 1e9);
        attemptsPerSecond = (attemptsPerSecond + current) / 2;
        sampledNs = now;
        sampledBegun = total;
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
        timers.computeIfAbsent(kind, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String kind) {
        return Timer.builder("mailblast.delivery")
                .description("One attempt at the provider, by what it came to")
                .tag("outcome", kind)
                .serviceLevelObjectives(LIMITS)
                .register(registry);
    }

    long skippedTotal() {
        return (long) skipped.count();
    }

    long begunTotal() {
        return begun.sum();
    }

    long acceptedTotal() {
        return accepted.sum();
    }
}
