package io.mailblast.report;

import io.mailblast.history.Resolution;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a report is about: the last day, week or 30 days.
public enum Period {
    DAILY(Duration.ofDays(1), Resolution.MINUTE),
    WEEKLY(Duration.ofDays(7), Resolution.MINUTE),
    MONTHLY(Duration.ofDays(30), Resolution.HOUR);

    private final Duration length;
    private final Resolution resolution;

    Period(Duration length, Resolution resolution) {
        this.length = length;
        this.resolution = resolution;
    }

    Duration length(double timeScale) {
        return Duration.ofMillis(Math.round(length.toMillis() * timeScale));
    }

    /// How finely it is looked at.
    Resolution resolution() {
        return resolution;
    }

    /// `daily`.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Period> of(String spelling) {
        return Arrays.stream(values())
                .filter(each -> each.spelling().equals(spelling))
                .findFirst();
    }

    /// When the last one was due: today or yesterday; on a Monday; on the first of a month.
    ///
    /// @param at of the day, in UTC
    Instant due(Instant now, LocalTime at) {
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        LocalDate day = day(today);
        return instant(day, at).isAfter(now) ? instant(day(day.minusDays(1)), at) : instant(day, at);
    }

    /// The last day, up to and with this one, on which it is due.
    private LocalDate day(LocalDate today) {
        return switch (this) {
            case DAILY -> today;
            case WEEKLY -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTHLY -> today.withDayOfMonth(1);
        };
    }

    private static Instant instant(LocalDate day, LocalTime at) {
        return day.atTime(at).toInstant(ZoneOffset.UTC);
    }
}
