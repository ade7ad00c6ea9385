package io.mailblast.analytics;

import io.mailblast.http.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A stretch of time up to now, cut into hours or days as a clock on the wall of some place shows them: a day has 23 or
/// 25 hours where that place changes its clocks.
///
/// @param starts where each part begins; the first contains the beginning of the range, the last one `end`
/// @param end now
record TimeRange(Interval interval, ZoneId zone, List<Instant> starts, Instant end) {

    private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,3})([hd])");
    private static final Duration LONGEST = Duration.ofDays(365);

    /// Up to here the parts are hours unless said otherwise.
    private static final Duration HOURLY = Duration.ofDays(3);

    /// Hours of more than this would be thousands of points.
    private static final Duration LONGEST_HOURLY = Duration.ofDays(31);

    /// How long a part is.
    enum Interval {
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS);

        private final ChronoUnit unit;

        Interval(ChronoUnit unit) {
            this.unit = unit;
        }

        String spelling() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// @param range such as `36h` or `30d`, 1 hour to 365 days
    /// @param interval `hour`, `day` or `auto`
    /// @param timezone of the IANA time zone database
    /// @throws io.mailblast.http.ProblemException 400 naming the parameter
    static TimeRange of(String range, String interval, String timezone, Instant now) {
        Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches()) {
            throw Problem.badInput("range", "must be hours or days such as 24h or 30d")
                    .asException();
        }
        int count = Integer.parseInt(matcher.group(1));
        Duration length = matcher.group(2).equals("h") ? Duration.ofHours(count) : Duration.ofDays(count);
        if (length.compareTo(LONGEST) > 0) {
            throw Problem.badInput("range", "must be 1h to 365d").asException();
        }
        ZoneId zone = zone(timezone);
        Interval parts = switch (interval) {
            case "hour" -> Interval.HOUR;
            case "day" -> Interval.DAY;
            default -> length.compareTo(HOURLY) <= 0 ? Interval.HOUR : Interval.DAY;
        };
        if (parts == Interval.HOUR && length.compareTo(LONGEST_HOURLY) > 0) {
            throw Problem.badInput("interval", "must be day for ranges of more than 31d")
                    .asException();
        }
        return new TimeRange(parts, zone, starts(now.minus(length), now, parts, zone), now);
    }

    private static List<Instant> starts(Instant from, Instant now, Interval interval, ZoneId zone) {
        List<Instant> starts = new ArrayList<>();
        ZonedDateTime first = from.atZone(zone).truncatedTo(interval.unit);
        for (int i = 0; ; i++) {
            // From the first one each time: a day that a change of clocks has moved must not move the days after it.
            Instant start = first.plus(i, interval.unit).toInstant();
            if (start.isAfter(now)) {
                return starts;
            }
            starts.add(start);
        }
    }

    /// @throws io.mailblast.http.ProblemException 400 naming the parameter
    static ZoneId zone(String timezone) {
        try {
            if (ZoneId.getAvailableZoneIds().contains(timezone)) {
                return ZoneId.of(timezone);
            }
        } catch (DateTimeException e) {
            // Known but without rules: the same answer.
        }
        throw Problem.badInput("timezone", "must be one of the IANA time zone database, such as Europe/Berlin")
                .asException();
    }
}
