package io.mailblast.simulator.account;

import java.util.concurrent.atomic.AtomicLong;

/// What goes wrong at the provider on purpose. Rates are probabilities for each sending request.
///
/// @param errorRate answered with `error` instead of being accepted
/// @param error the name of a documented SES error
/// @param latencyMs added to each answer
/// @param garbageRate accepted, then answered with what is no JSON
/// @param dropRate accepted, then the connection is closed without an answer
public record Faults(double errorRate, String error, int latencyMs, double garbageRate, double dropRate) {

    public static final Faults NONE = new Faults(0, "InternalServiceErrorException", 0, 0, 0);

    private static final int MAX_LATENCY_MS = 600_000;

    public Faults {
        probability("error_rate", errorRate);
        probability("garbage_rate", garbageRate);
        probability("drop_rate", dropRate);
        if (latencyMs < 0 || latencyMs > MAX_LATENCY_MS) {
            throw new IllegalArgumentException("latency_ms: " + latencyMs + ", allowed: 0 to " + MAX_LATENCY_MS);
        }
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + ", allowed: 0 to 1");
        }
    }

    /// The faults in force, and a draw for each request that a seed decides.
    public static final class Switch {
        private final long seed;
        private final AtomicLong draws = new AtomicLong();
        private volatile Faults current = NONE;

        public Switch(long seed) {
            this.seed = seed;
        }

        public Faults current() {
            return current;
        }

        public void set(Faults faults) {
            current = faults;
        }

        /// True with this probability.
        public boolean strikes(double probability) {
            return probability > 0
                    && new java.util.SplittableRandom(seed + draws.incrementAndGet() * 0x9E3779B97F4A7C15L).nextDouble()
                            < probability;
        }
    }
}
