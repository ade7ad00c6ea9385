package io.mailblast.simulator.record;

import java.util.Locale;
import java.util.Optional;

/// What can come of an accepted mail. Names in lower case are the spelling in the record.
public enum Fact {
    DELIVERED,
    BOUNCED,
    COMPLAINED,
    OPENED,
    CLICKED,
    UNSUBSCRIBED,
    AUTO_REPLIED,
    /// Nothing more will come of this mail, and every notification about it was delivered or given up.
    SETTLED;

    /// The spelling in the record and on pages.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The fact with this spelling, if there is one.
    public static Optional<Fact> of(String spelling) {
        for (Fact fact : values()) {
            if (fact.spelling().equals(spelling)) {
                return Optional.of(fact);
            }
        }
        return Optional.empty();
    }
}
