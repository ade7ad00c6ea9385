package io.mailblast.alerting;

import io.mailblast.alerting.Evaluation.Change;
import io.mailblast.alerting.Lane.Status;
import io.mailblast.alerting.Lane.Wish;
import io.mailblast.alerting.Silences.Silence;
import io.mailblast.monitoring.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One evaluation after the other: what fires, what people did about it, what is written, and what each receiver is to
/// know. While the database is away it goes on from memory, and writes what changed once it is back. Used by one
/// thread.
final class Watch {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /// How long what is resolved is kept at hand for a receiver that is being told of it.
    private static final Duration LINGER = Duration.ofMinutes(30);

    /// The same, for one that has yet to take its end.
    private static final Duration LONGEST_LINGER = Duration.ofDays(1);

    /// How long what is resolved stays on record, as long as figures do.
    private static final Duration KEPT = Duration.ofDays(400);

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
    private Map<String, AlertRule> rules;
    private List<Silence> silenced = List.of();
    private Instant prunedAt = Instant.EPOCH;

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
        this.rules = byName(rules);
        this.escalation = escalation;
        this.incidents = incidents;
        this.silences = silences;
        this.lanes = lanes;
        this.evaluation = new Evaluation(
                rules,
                incidents.open().stream().map(each -> notAfter(each, now)).toList());
        lanes.forEach(Lane::recall);
        incidents.resolvedSince(now.minus(LONGEST_LINGER)).forEach(each -> resolved.put(each.id(), each));
    }

    /// From the next [#look] on; what has no rule any more is resolved then.
    void change(AlertRules next) {
        rules = byName(next);
        evaluation.change(next);
    }

    /// The clock was set: what is open has lasted as long as before.
    void shift(Duration by) {
        evaluation.shift(by).forEach(each -> unsaved.put(each.id(), each));
        resolved.replaceAll((id, each) -> each.shifted(by));
        prunedAt = Instant.EPOCH;
    }

    /// @param readings signals that have no value are missing
    /// @param now not before the last time
    void look(Map<Signal, Double> readings, Instant now) {
        evaluation.at(readings, now).forEach(this::take);
        resolved.values().removeIf(each -> isSettled(each, now));
        boolean reached = exchange(now);
        Set<Signal> critical = critical();
        escalate(critical, now);
        if (reached) {
            save();
            prune(now);
        }
        lanes.forEach(lane -> lane.want(wishes(lane.name(), critical, now)));
    }

    private static Map<String, AlertRule> byName(AlertRules rules) {
        return rules.rules().stream().collect(Collectors.toMap(AlertRule::name, Function.identity()));
    }

    /// What is from the future was written before the clock was set back. It has lasted until now.
    private static Incident notAfter(Incident incident, Instant now) {
        Alert alert = incident.alert();
        Instant latest = Stream.of(alert.firedAt(), alert.doubtedSince())
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(alert.activeAt());
        return latest.isAfter(now) ? incident.shifted(Duration.between(latest, now)) : incident;
    }

    private boolean isSettled(Incident ended, Instant now) {
        Instant at = Objects.requireNonNull(ended.alert().resolvedAt(), "what is resolved was so at some time");
        boolean owed = lanes.stream().anyMatch(lane -> lane.owes(ended.id()));
        return at.isBefore(now.minus(owed ? LONGEST_LINGER : LINGER));
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

    /// Signals of which something critical fires: their warnings are kept quiet.
    private Set<Signal> critical() {
        return evaluation.open().stream()
                .filter(each -> each.isFiring() && each.severity() == Severity.CRITICAL)
                .map(each -> rule(each).signal())
                .collect(Collectors.toSet());
    }

    private void escalate(Set<Signal> critical, Instant now) {
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
                    && !isQuiet(each, critical, now)
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

    private void prune(Instant now) {
        if (prunedAt.isAfter(now.minus(Duration.ofHours(1)))) {
            return;
        }
        prunedAt = now;
        try {
            incidents.prune(now.minus(KEPT));
        } catch (RuntimeException e) {
            LOG.warn("alerting=not_pruned reason=\"{}\"", e.getMessage());
        }
    }

    private Map<Long, Wish> wishes(String receiver, Set<Signal> critical, Instant now) {
        Map<Long, Wish> wishes = new HashMap<>();
        for (Incident each : evaluation.open()) {
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
        boolean escalated = receiver.equals(escalation.onCall())
                && notifies(incident)
                && incident.escalatedAt().isPresent();
        return escalated || rule(incident).told(escalation.onCall()).contains(receiver);
    }

    private boolean isQuiet(Incident incident, Set<Signal> critical, Instant now) {
        boolean inhibited = incident.severity() == Severity.WARNING
                && critical.contains(rule(incident).signal());
        return inhibited || silenced.stream().anyMatch(silence -> silence.covers(incident, now));
    }

    private static Status status(Incident incident) {
        if (incident.acknowledgement().isPresent()) {
            return Status.ACKNOWLEDGED;
        }
        return incident.escalatedAt().isPresent() ? Status.ESCALATED : Status.FIRING;
    }

    /// By which receivers know all firings of a rule.
    static String key(String rule) {
        return "mailblast/" + rule;
    }

    private Notice.Item item(Incident incident) {
        Alert alert = incident.alert();
        AlertRule rule = rules.get(incident.rule());
        return new Notice.Item(
                Long.toString(incident.id()),
                key(incident.rule()),
                incident.rule(),
                incident.severity(),
                incident.summary(),
                rule == null ? "" : rule.expression(),
                rule == null ? "" : rule.signal().unit().format(alert.value()),
                rule == null ? "" : rule.runbook(),
                rule == null ? List.of() : rule.told(escalation.onCall()),
                Objects.requireNonNull(alert.firedAt(), "what is told of has fired"),
                Optional.ofNullable(alert.resolvedAt()),
                incident.acknowledgement().map(Incident.Acknowledgement::by),
                incident.escalatedAt().isPresent());
    }
}
