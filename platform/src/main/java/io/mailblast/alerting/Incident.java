package io.mailblast.alerting;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// One firing of one rule, from pending on, with what people did about it.
///
/// @param rule its name
/// @param summary as it was worded at the last evaluation at which the comparison was true
record Incident(
        long id,
        String rule,
        Severity severity,
        Alert alert,
        String summary,
        Optional<Acknowledgement> acknowledgement,
        Optional<Instant> escalatedAt) {

    /// Identifiers are times, in microseconds since 1970, so that none is asked of a database that may be away.
    private static final AtomicLong LAST_ID = new AtomicLong();

    /// @param by the address of whoever takes care of it
    record Acknowledgement(Instant at, String by) {}

    static Incident begun(AlertRule rule, Alert alert) {
        return new Incident(
                LAST_ID.updateAndGet(
                        last -> Math.max(last + 1, ChronoUnit.MICROS.between(Instant.EPOCH, alert.activeAt()))),
                rule.name(),
                rule.severity(),
                alert,
                rule.summary(alert.value()),
                Optional.empty(),
                Optional.empty());
    }

    Incident with(AlertRule current, Alert next) {
        String worded = next.phase() == Alert.Phase.RESOLVED ? summary : current.summary(next.value());
        return new Incident(id, rule, current.severity(), next, worded, acknowledgement, escalatedAt);
    }

    Incident with(Alert next) {
        return new Incident(id, rule, severity, next, summary, acknowledgement, escalatedAt);
    }

    Incident with(Optional<Acknowledgement> taken) {
        return new Incident(id, rule, severity, alert, summary, taken, escalatedAt);
    }

    Incident escalated(Instant at) {
        return new Incident(id, rule, severity, alert, summary, acknowledgement, Optional.of(at));
    }

    /// The same with all times of the alert's by so much later, since the clock was set.
    Incident shifted(Duration by) {
        return new Incident(
                id, rule, severity, alert.shifted(by), summary, acknowledgement, escalatedAt.map(at -> at.plus(by)));
    }

    boolean isFiring() {
        return alert.phase() == Alert.Phase.FIRING;
    }
}
