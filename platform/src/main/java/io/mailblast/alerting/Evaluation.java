package io.mailblast.alerting;

import io.mailblast.monitoring.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is pending and firing, in memory: the state goes on while the database, which is one of the things watched, is
/// away. Used by one thread.
final class Evaluation {

    private AlertRules rules;
    private final Map<String, Incident> open = new HashMap<>();

    /// What an evaluation changed of one incident.
    ///
    /// @param before empty where it begins
    /// @param after empty where it was pending and is forgotten
    record Change(Optional<Incident> before, Optional<Incident> after) {

        boolean fires() {
            return after.filter(Incident::isFiring).isPresent()
                    && before.filter(Incident::isFiring).isEmpty();
        }

        boolean resolves() {
            return after.filter(each -> each.alert().phase() == Alert.Phase.RESOLVED)
                    .isPresent();
        }
    }

    /// @param known what was open when somebody last evaluated; what of it has no rule any more is resolved at
    ///     once
    Evaluation(AlertRules rules, Collection<Incident> known) {
        this.rules = rules;
        known.forEach(each -> open.put(each.rule(), each));
    }

    /// @param readings signals that have no value are missing
    /// @param now not before the last evaluation's
    /// @return what is not as it was
    List<Change> at(Map<Signal, Double> readings, Instant now) {
        List<Change> changes = new ArrayList<>();
        Map<String, Incident> unruled = new HashMap<>(open);
        for (AlertRule rule : rules.rules()) {
            Incident known = unruled.remove(rule.name());
            double value = readings.getOrDefault(rule.signal(), Double.NaN);
            Alert next = Alert.next(rule, known == null ? null : known.alert(), value, now);
            keep(known, next(rule, known, next), changes);
        }
        unruled.values().forEach(each -> keep(each, ended(each, now), changes));
        return changes;
    }

    private static @Nullable Incident next(AlertRule rule, @Nullable Incident known, @Nullable Alert next) {
        if (next == null) {
            return null;
        }
        return known == null ? Incident.begun(rule, next) : known.with(rule, next);
    }

    private static @Nullable Incident ended(Incident incident, Instant now) {
        Alert alert = incident.alert();
        return alert.phase() == Alert.Phase.PENDING
                ? null
                : incident.with(
                        new Alert(Alert.Phase.RESOLVED, alert.value(), alert.activeAt(), alert.firedAt(), null, now));
    }

    private void keep(@Nullable Incident known, @Nullable Incident next, List<Change> changes) {
        if (next == null || next.alert().phase() == Alert.Phase.RESOLVED) {
            if (known != null) {
                open.remove(known.rule());
            }
        } else {
            open.put(next.rule(), next);
        }
        Change change = new Change(Optional.ofNullable(known), Optional.ofNullable(next));
        if (!change.before().equals(change.after())) {
            changes.add(change);
        }
    }

    /// From the next evaluation on; what has no rule any more is resolved then.
    void change(AlertRules next) {
        rules = next;
    }

    /// Keeps how long everything has lasted, since the clock was set.
    ///
    /// @return all that is open, as it is now
    List<Incident> shift(Duration by) {
        open.replaceAll((rule, each) -> each.shifted(by));
        return open();
    }

    /// What is pending or firing.
    List<Incident> open() {
        return List.copyOf(open.values());
    }

    /// Takes over what was done about an incident.
    void replace(Incident incident) {
        open.computeIfPresent(incident.rule(), (rule, known) -> known.id() == incident.id() ? incident : known);
    }
}
