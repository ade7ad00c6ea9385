package io.mailblast.simulator.http;

import java.time.Duration;

/// How patiently a request is repeated: pauses double from `first` up to `longest`, until `patience` has passed
/// since the first attempt.
public record Retry(Duration first, Duration longest, Duration patience) {

    /// The pause before the attempt after `attempts` failed ones.
    public Duration pause(int attempts) {
        long factor = 1L << Math.min(Math.max(attempts - 1, 0), 20);
        Duration pause = first.multipliedBy(factor);
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
