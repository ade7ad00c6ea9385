package io.mailblast.alerting;

import io.mailblast.monitoring.Signal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// One alert of `alerts.yaml`.
///
/// @param name unique; the `alertname` of Prometheus
/// @param hold for how long the comparison must be true at every evaluation before it fires; zero: at once
/// @param keepFiring for how long it goes on firing after the comparison was last true
/// @param receivers whom it is told, by name; none for an alert that is only shown
/// @param runbook a page of `docs/runbooks/`, without its suffix
/// @param summary a sentence, `{value}` where the value goes
/// @param line where it stands in its file, from 1
public record AlertRule(
        String name,
        Signal signal,
        Comparison comparison,
        double threshold,
        Duration hold,
        Duration keepFiring,
        Severity severity,
        List<String> receivers,
        String runbook,
        String summary,
        int line) {

    /// Which side of the threshold is trouble.
    public enum Comparison {
        ABOVE(">"),
        BELOW("<");

        private final String operator;

        Comparison(String operator) {
            this.operator = operator;
        }
    }

    public AlertRule {
        receivers = List.copyOf(receivers);
    }

    /// A value that is not a number is no value: it matches nothing, as in Prometheus.
    boolean matches(double value) {
        return switch (comparison) {
            case ABOVE -> value > threshold;
            case BELOW -> value < threshold;
        };
    }

    /// Whom it is told at once, by name: whom it names, and, where it is critical and not only shown, whoever
    /// is on call.
    ///
    /// @param onCall empty for nobody
    List<String> told(String onCall) {
        if (severity != Severity.CRITICAL || receivers.isEmpty() || onCall.isEmpty() || receivers.contains(onCall)) {
            return receivers;
        }
        return Stream.concat(receivers.stream(), Stream.of(onCall)).toList();
    }

    /// `api_p95_seconds > 2`.
    public String expression() {
        return signal.spelling() + " " + comparison.operator + " " + number(threshold);
    }

    /// For how long it must hold, as Prometheus writes durations.
    public String holdText() {
        return Durations.format(hold);
    }

    /// The same over the exported gauge.
    String promql() {
        return signal.metric() + " " + comparison.operator + " " + number(threshold);
    }

    /// The summary with a value in it.
    String summary(double value) {
        return summary.replace("{value}", signal.unit().format(value));
    }

    /// With shorter times, for drills.
    ///
    /// @param scale above 0, at most 1
    AlertRule scaled(double scale) {
        return new AlertRule(
                name,
                signal,
                comparison,
                threshold,
                scaled(hold, scale),
                scaled(keepFiring, scale),
                severity,
                receivers,
                runbook,
                summary,
                line);
    }

    static Duration scaled(Duration duration, double scale) {
        return Duration.ofMillis(Math.round(duration.toMillis() * scale));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
