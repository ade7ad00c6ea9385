package io.mailblast.simulator.record;

import java.util.Locale;

/// The door through which a mail came.
public enum Channel {
    SES,
    SMTP;

    /// The spelling in the record.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Channel of(String spelling) {
        return spelling.equals("smtp") ? SMTP : SES;
    }
}
