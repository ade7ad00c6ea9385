package io.mailblast.campaign;

import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The moment that a person means: an RFC 3339 time, or a local date and time in an IANA time zone.
///
/// Where clocks are put back a local time comes twice, and the first of the two is meant; who means the second
/// gives its offset. Where they are put forward some do not exist, and are refused: nobody can say which was
/// meant.
///
/// @param zone in which the person thinks, for showing the time again
record ScheduleTime(Instant at, String zone) {

    private static final int LONGEST_YEARS = 5;

    /// @param at such as `2026-10-25T09:00:00+01:00`, or `2026-10-25T09:00` with a zone
    /// @param zone such as `Europe/Berlin`; null for UTC where `at` has an offset
    /// @throws io.mailblast.http.ProblemException 400 for what is no moment between now and five years from now
    static ScheduleTime of(String at, @Nullable String zone, Instant now) {
        ZoneId known = zone(zone);
        Instant instant = known == null ? withOffset(at) : inZone(at, known);
        if (!instant.isAfter(now)) {
            throw wrong("at", "must lie in the future; to send now, use send");
        }
        if (instant.isAfter(
                now.atOffset(ZoneOffset.UTC).plusYears(LONGEST_YEARS).toInstant())) {
            throw wrong("at", "must lie within " + LONGEST_YEARS + " years");
        }
        return new ScheduleTime(instant, known == null ? "UTC" : known.getId());
    }

    private static @Nullable ZoneId zone(@Nullable String zone) {
        if (zone == null) {
            return null;
        }
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw wrong("time_zone", "is not a time zone of the IANA database, such as Europe/Berlin");
        }
        return ZoneId.of(zone);
    }

    private static Instant withOffset(String at) {
        try {
            return OffsetDateTime.parse(at).toInstant();
        } catch (DateTimeParseException e) {
            throw isLocal(at)
                    ? wrong("time_zone", "is missing; a time without an offset needs it")
                    : wrong("at", "must be a time such as 2026-10-25T09:00:00+01:00");
        }
    }

    private static Instant inZone(String at, ZoneId zone) {
        if (!isLocal(at)) {
            try {
                return OffsetDateTime.parse(at).toInstant();
            } catch (DateTimeParseException e) {
                throw wrong("at", "must be a time such as 2026-10-25T09:00, or one with an offset");
            }
        }
        LocalDateTime local = LocalDateTime.parse(at);
        ZoneOffsetTransition gap = zone.getRules().getTransition(local);
        if (gap != null && gap.isGap()) {
            throw wrong(
                    "at",
                    "does not exist in " + zone + ": clocks go from " + gap.getDateTimeBefore() + " to "
                            + gap.getDateTimeAfter());
        }
        // Of two, the one with the earlier offset: java.time's rule for overlaps.
        return local.atZone(zone).toInstant();
    }

    private static boolean isLocal(String at) {
        try {
            LocalDateTime.parse(at);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static RuntimeException wrong(String field, String message) {
        return Problem.badInput(List.of(new FieldError(field, message))).asException();
    }
}
