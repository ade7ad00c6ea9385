package io.mailblast.validation.verdict;

import io.mailblast.validation.plan.Fact;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What is known once jobs are over. Guarded by itself.
public final class Facts {

    /// @param samples how many things it was worked out from
    public record Known(double value, long samples) {}

    private final Map<Fact, Known> facts = new EnumMap<>(Fact.class);

    public synchronized void put(Fact fact, double value, long samples) {
        if (Double.isFinite(value)) {
            facts.put(fact, new Known(value, samples));
        }
    }

    public synchronized void add(Fact fact, double value, long samples) {
        Known before = facts.getOrDefault(fact, new Known(0, 0));
        facts.put(fact, new Known(before.value + value, before.samples + samples));
    }

    public synchronized Optional<Known> find(Fact fact) {
        return Optional.ofNullable(facts.get(fact));
    }

    public synchronized Map<Fact, Known> all() {
        return new EnumMap<>(facts);
    }
}
