package io.mailblast.alerting;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How one rule stands for one series of its signal, after an evaluation. [#next] is all there is to the semantics, and
/// they are Prometheus's (`rules/alerting.go`, `AlertingRule.Eval`): an alert is pending from the first evaluation at
/// which the comparison is true, fires once it was so at every evaluation for as long as the rule holds it, goes on
/// firing for `keepFiring` after the comparison was last true, and is resolved then. A pending one whose comparison is
/// false, or has no value, is forgotten.
///
/// @param value at the last evaluation at which the comparison was true
/// @param activeAt when it became pending
/// @param firedAt null until it fires
/// @param doubtedSince the first evaluation at which the comparison was not true any more, while it is kept firing
/// @param resolvedAt null until it is resolved
record Alert(
        Phase phase,
        double value,
        Instant activeAt,
        @Nullable Instant firedAt,
        @Nullable Instant doubtedSince,
        @Nullable Instant resolvedAt) {

    /// In the order of an alert's life. What is pending may end without having fired.
    enum Phase {
        PENDING,
        FIRING,
        RESOLVED
    }

    /// One evaluation.
    ///
    /// @param before null where nothing was known
    /// @param value of the signal; not a number where it has none
    /// @param now not before the last evaluation
    /// @return how it stands now; null for nothing to be known
    static @Nullable Alert next(AlertRule rule, @Nullable Alert before, double value, Instant now) {
        if (rule.matches(value)) {
            return matched(rule, before, value, now);
        }
        if (before == null || before.phase == Phase.PENDING) {
            return null;
        }
        return before.phase == Phase.RESOLVED ? before : unmatched(rule, before, now);
    }

    /// The same with all its times by so much later.
    Alert shifted(Duration by) {
        return new Alert(
                phase,
                value,
                activeAt.plus(by),
                firedAt == null ? null : firedAt.plus(by),
                doubtedSince == null ? null : doubtedSince.plus(by),
                resolvedAt == null ? null : resolvedAt.plus(by));
    }

    private static Alert matched(AlertRule rule, @Nullable Alert before, double value, Instant now) {
        Alert open = before != null && before.phase != Phase.RESOLVED ? before : null;
        Instant activeAt = open == null ? now : open.activeAt;
        Instant firedAt = open == null ? null : open.firedAt;
        if (firedAt == null && Duration.between(activeAt, now).compareTo(rule.hold()) >= 0) {
            firedAt = now;
        }
        return new Alert(firedAt == null ? Phase.PENDING : Phase.FIRING, value, activeAt, firedAt, null, null);
    }

    private static Alert unmatched(AlertRule rule, Alert firing, Instant now) {
        Instant since = firing.doubtedSince == null ? now : firing.doubtedSince;
        boolean kept = Duration.between(since, now).compareTo(rule.keepFiring()) < 0;
        return new Alert(
                kept ? Phase.FIRING : Phase.RESOLVED,
                firing.value,
                firing.activeAt,
                firing.firedAt,
                kept ? since : null,
                kept ? null : now);
    }
}
