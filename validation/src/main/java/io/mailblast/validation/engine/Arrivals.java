package io.mailblast.validation.engine;

import java.util.SplittableRandom;

/// When requests are meant to begin. Not for several threads.
public interface Arrivals {

    /// @return when the next one is meant to begin, since the begin of all; `Long.MAX_VALUE` when
    ///     there is no more
    long nextFireTimeNs();

    /// In equal distances, where the rate is equal.
    static Arrivals even(RateProfile profile) {
        return new Arrivals() {
            private double next = 0.5;

            @Override
            public long nextFireTimeNs() {
                return profile.timeOfNs(next++);
            }
        };
    }

    /// As independent people come, a Poisson process: distances are exponential in the count of arrivals.
    static Arrivals random(RateProfile profile, long seed) {
        return new Arrivals() {
            private final SplittableRandom random = new SplittableRandom(seed);
            private double next;

            @Override
            public long nextFireTimeNs() {
                next -= Math.log(1 - random.nextDouble());
                return profile.timeOfNs(next);
            }
        };
    }
}
