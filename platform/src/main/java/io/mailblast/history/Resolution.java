package io.mailblast.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How finely history is kept, and for how long. Each is made of the one before.
public enum Resolution {
    FINE("10s", Duration.ofSeconds(10), Duration.ofDays(2)),
    MINUTE("1m", Duration.ofMinutes(1), Duration.ofDays(35)),
    HOUR("1h", Duration.ofHours(1), Duration.ofDays(400));

    private static final double FINEST_SCALE = 0.1;

    private final String spelling;
    private final Duration step;
    private final Duration kept;

    Resolution(String spelling, Duration step, Duration kept) {
        this.spelling = spelling;
        this.step = step;
        this.kept = kept;
    }

    /// As the API writes it.
    public String spelling() {
        return spelling;
    }

    /// What a row stands for. However much time is scaled, not less than a second: what is measured more often is the
    /// measuring.
    public Duration step(double timeScale) {
        return scaled(step, Math.max(timeScale, FINEST_SCALE));
    }

    Duration kept(double timeScale) {
        return scaled(kept, Math.max(timeScale, FINEST_SCALE));
    }

    /// As the table spells it.
    int seconds() {
        return Math.toIntExact(step.toSeconds());
    }

    static Optional<Resolution> of(String spelling) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(spelling.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private static Duration scaled(Duration duration, double timeScale) {
        return Duration.ofMillis(Math.max(1, Math.round(duration.toMillis() * timeScale)));
    }
}
