package io.mailblast.alerting;

import io.mailblast.alerting.Evaluation.Change;
import io.mailblast.alerting.Lane.Status;
import io.mailblast.alerting.Lane.Wish;
import io.mailblast.alerting.Silences.Silence;
import io.mailblast.monitoring.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One evaluation after the other: what fires, what people did about it, what is written, and what each receiver is to
/// know. While the database is away it goes on from memory, and writes what changed once it is back. Used by one
/// thread.
final class Watch {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /// How long what is resolved is kept at hand for receivers that have yet to take it.
    private static final Duration LINGER = Duration.ofHours(1);

    private final Map<String, AlertRule> rules;
    private final Escalation escalation;
    private final Incidents incidents;
    private final Silences silences;
    private final List<Lane> lanes;
    private final Evaluation evaluation;

    /// Changed, and not written yet.
    private final Map<Long, Incident> unsaved = new LinkedHashMap<>();

    /// Was pending, may have been written, and is no more.
    private final Set<Long> forgotten = new HashSet<>();

    private final Map<Long, Incident> resolved = new HashMap<>();
    private List<Silence> silenced = List.of();

    /// @param onCall the receiver of what is critical, and of what nobody took; empty for nobody
    /// @param after how long a warning may wait for somebody to take it
    record Escalation(String onCall, Duration after) {}

    /// Goes on from what the database knows.
    Watch(
            AlertRules rules,
            Escalation escalation,
            Incidents incidents,
            Silences silences,
            List<Lane> lanes,
            Instant now) {
        this.rules = rules.rules().stream().collect(Collectors.toMap(AlertRule::name, Function.identity()));
        this.escalation = escalation;
        this.incidents = incidents;
        this.silences = silences;
        this.lanes = lanes;
        this.evaluation = new Evaluation(rules, incidents.open());
        lanes.forEach(Lane::recall);
        incidents.resolvedSince(now.minus(LINGER)).forEach(each -> resolved.put(each.id(), each));
    }

    /// @param readings signals that have no value are missing
    /// @param now not before the last time
    void look(Map<Signal, Double> readings, Instant now) {
        evaluation.at(readings, now).forEach(this::take);
        resolved.values()
                .removeIf(each -> each.alert().resolvedAt() != null
                        && each.alert().resolvedAt().isBefore(now.minus(LINGER)));
        boolean reached = exchange(now);
        escalate(now);
        if (reached) {
            save();
        }
        lanes.forEach(lane -> lane.want(wishes(lane.name(), now)));
    }

    private void take(Change change) {
        change.after()
                .ifPresentOrElse(
                        after -> unsaved.put(after.id(), after),
                        () -> change.before().ifPresent(gone -> {
                            unsaved.remove(gone.id());
                            forgotten.add(gone.id());
                        }));
        change.after().ifPresent(after -> {
            if (change.fires()) {
                LOG.warn("alert=firing name=\"{}\" summary=\"{}\"", after.rule(), after.summary());
            } else if (change.resolves()) {
                LOG.info("alert=resolved name=\"{}\"", after.rule());
                resolved.put(after.id(), after);
            }
        });
    }

    /// Learns what people did.
    ///
    /// @return whether the database is there
    private boolean exchange(Instant now) {
        try {
            Map<Long, Incident.Acknowledgement> taken = incidents.acknowledgements();
            for (Incident each : evaluation.open()) {
                Optional<Incident.Acknowledgement> by = Optional.ofNullable(taken.get(each.id()));
                if (by.isPresent() && !by.equals(each.acknowledgement())) {
                    evaluation.replace(each.with(by));
                }
            }
            silenced = silences.current(now);
            return true;
        } catch (RuntimeException e) {
            LOG.debug("alerting goes on without the database", e);
            return false;
        }
    }

    private void escalate(Instant now) {
        if (escalation.onCall().isEmpty()) {
            return;
        }
        for (Incident each : evaluation.open()) {
            Instant firedAt = each.alert().firedAt();
            if (firedAt != null
                    && each.severity() == Severity.WARNING
                    && notifies(each)
                    && each.acknowledgement().isEmpty()
                    && each.escalatedAt().isEmpty()
                    && Duration.between(firedAt, now).compareTo(escalation.after()) >= 0) {
                Incident escalated = each.escalated(now);
                evaluation.replace(escalated);
                unsaved.put(escalated.id(), escalated);
                LOG.warn("alert=escalated name=\"{}\" to={}", each.rule(), escalation.onCall());
            }
        }
    }

    private void save() {
        try {
            incidents.save(unsaved.values(), forgotten);
            unsaved.clear();
            forgotten.clear();
        } catch (RuntimeException e) {
            LOG.warn("alerting=unsaved incidents={} reason=\"{}\"", unsaved.size(), e.getMessage());
        }
    }

    private Map<Long, Wish> wishes(String receiver, Instant now) {
        Map<Long, Wish> wishes = new HashMap<>();
        Collection<Incident> open = evaluation.open();
        Set<Signal> critical = open.stream()
                .filter(each -> each.isFiring() && each.severity() == Severity.CRITICAL)
                .map(each -> rule(each).signal())
                .collect(Collectors.toSet());
        for (Incident each : open) {
            if (each.isFiring() && concerns(receiver, each)) {
                Status status = isQuiet(each, critical, now) ? Status.QUIET : status(each);
                wishes.put(each.id(), new Wish(status, item(each)));
            }
        }
        resolved.values().forEach(each -> wishes.put(each.id(), new Wish(Status.RESOLVED, item(each))));
        return wishes;
    }

    private AlertRule rule(Incident incident) {
        return Objects.requireNonNull(rules.get(incident.rule()), "what is open has a rule");
    }

    private boolean notifies(Incident incident) {
        return !rule(incident).receivers().isEmpty();
    }

    private boolean concerns(String receiver, Incident incident) {
        if (receiver.equals(Receivers.WEBHOOK) || receiver.equals(Receivers.ALERTMANAGER)) {
            return true;
        }
        boolean onCall = receiver.equals(escalation.onCall())
                && notifies(incident)
                && (incident.severity() == Severity.CRITICAL
                        || incident.escalatedAt().isPresent());
        return onCall || rule(incident).receivers().contains(receiver);
    }

    private boolean isQuiet(Incident incident, Set<Signal> critical, Instant now) {
        boolean inhibited = incident.severity() == Severity.WARNING
                && critical.contains(rule(incident).signal());
        return inhibited || silenced.stream().anyMatch(silence -> silence.covers(incident.rule(), now));
    }

    private static Status status(Incident incident) {
        if (incident.acknowledgement().isPresent()) {
            return Status.ACKNOWLEDGED;
        }
        return incident.escalatedAt().isPresent() ? Status.ESCALATED : Status.FIRING;
    }

    private Notice.Item item(Incident incident) {
        Alert alert = incident.alert();
        AlertRule rule = rules.get(incident.rule());
        return new Notice.Item(
                Long.toString(incident.id()),
                "mailblast/" + incident.rule(),
                incident.rule(),
                incident.severity(),
                incident.summary(),
                rule == null ? "" : rule.expression(),
                rule == null ? "" : rule.signal().unit().format(alert.value()),
                rule == null ? "" : rule.runbook(),
                rule == null ? List.of() : rule.receivers(),
                Objects.requireNonNull(alert.firedAt(), "what is told of has fired"),
                Optional.ofNullable(alert.resolvedAt()),
                incident.acknowledgement().map(Incident.Acknowledgement::by),
                incident.escalatedAt().isPresent());
    }
}
