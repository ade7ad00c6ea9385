/// Alerts from one source, `alerts.yaml`: signals of [io.mailblast.monitoring] come in; what is pending, firing and
/// resolved goes out, to people and to Prometheus, with the same meaning in both.
@org.jspecify.annotations.NullMarked
package io.mailblast.alerting;
