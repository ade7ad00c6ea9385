package io.mailblast.alerting;

import java.util.Locale;

/// How bad it is. `NONE` is for the watchdog, which tells nobody of trouble.
public enum Severity {
    NONE,
    WARNING,
    CRITICAL;

    /// As `alerts.yaml` and labels write it.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
