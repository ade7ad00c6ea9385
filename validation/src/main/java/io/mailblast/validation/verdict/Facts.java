package io.mailblast.validation.verdict;

import io.mailblast.validation.plan.Fact;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What is known once jobs are over. Guarded by itself.
public final class Facts {

    /// @param samples how many things it was worked out from
    public record Known(double value, long samples) {}

    private final Map<Fact, Known> facts = new EnumMap<>(Fact.class);
    private final Map<String, Map<Fact, Known>> ofPhases = new HashMap<>();

    public synchronized void put(Fact fact, double value, long samples) {
        if (Double.isFinite(value)) {
            facts.put(fact, new Known(value, samples));
        }
    }

    /// One of a phase's job, and of the whole run until another phase has one.
    public synchronized void put(String phase, Fact fact, double value, long samples) {
        put(fact, value, samples);
        if (Double.isFinite(value)) {
            ofPhases.computeIfAbsent(phase, _ -> new EnumMap<>(Fact.class)).put(fact, new Known(value, samples));
        }
    }

    public synchronized Optional<Known> find(String phase, Fact fact) {
        return Optional.ofNullable(ofPhases.getOrDefault(phase, Map.of()).get(fact));
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
