package io.mailblast.validation.engine;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Requests of some kinds in some seconds, together.
///
/// @param latencyUs of all that were sent, errors among them, from the intended start
public record Tally(Histogram latencyUs, Map<Outcome, Long> outcomes) {

    public static Tally empty() {
        return new Tally(new Histogram(3), new EnumMap<>(Outcome.class));
    }

    public long all() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    public long good() {
        return outcomes.getOrDefault(Outcome.GOOD, 0L);
    }

    public long errors() {
        return all() - good();
    }

    /// Errors that were no refusal because of overload.
    public long failures() {
        return errors() - outcomes.getOrDefault(Outcome.SHED, 0L);
    }

    /// @return 0 where there were no requests
    public double errorRate() {
        return all() == 0 ? 0 : (double) errors() / all();
    }

    public double latencyMs(double percentile) {
        return latencyUs.getValueAtPercentile(percentile) / 1e3;
    }

    void add(Second second) {
        second.addTo(latencyUs);
        for (Outcome outcome : Outcome.values()) {
            long more = second.count(outcome);
            if (more > 0) {
                outcomes.merge(outcome, more, Long::sum);
            }
        }
    }
}
