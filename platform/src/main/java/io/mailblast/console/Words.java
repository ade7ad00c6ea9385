package io.mailblast.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// How figures and times read on a page.
final class Words {

    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Words() {}

    static String count(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    /// @param share from 0 to 1
    static String percent(double share) {
        double percent = share * 100;
        return String.format(Locale.ENGLISH, percent != 0 && percent < 10 ? "%.2f" : "%.1f", percent) + "%";
    }

    /// A part of a whole, where there is one; while the whole still lags behind, nothing.
    static String percent(long part, long whole) {
        return whole == 0 || part > whole ? "–" : percent((double) part / whole);
    }

    static String plural(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    static String when(Instant time) {
        return WHEN.format(time) + " UTC";
    }

    static String duration(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        if (seconds < 60) {
            return plural(seconds, "second", "seconds");
        }
        if (seconds < 7_200) {
            return plural((seconds + 30) / 60, "minute", "minutes");
        }
        return time.toHours() < 48 ? plural(time.toHours(), "hour", "hours") : plural(time.toDays(), "day", "days");
    }

    /// `24h` as people read it.
    static String range(String range) {
        long number = Long.parseLong(range.substring(0, range.length() - 1));
        return range.endsWith("h") ? plural(number, "hour", "hours") : plural(number, "day", "days");
    }

    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " bytes";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ENGLISH, "%.1f KB", bytes / 1_000.0)
                : String.format(Locale.ENGLISH, "%.1f MB", bytes / 1_000_000.0);
    }

    /// A path with a query of those names that have a value.
    static String link(String path, String... namesAndValues) {
        StringBuilder link = new StringBuilder(path);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!namesAndValues[i + 1].isEmpty()) {
                link.append(link.indexOf("?") < 0 ? '?' : '&')
                        .append(namesAndValues[i])
                        .append('=')
                        .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
            }
        }
        return link.toString();
    }

    /// `in_doubt` as people read it.
    static String state(String spelling) {
        String words = spelling.replace('_', ' ');
        return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /// How a state is coloured; the word beside it says the same.
    static String tone(String state) {
        return switch (state) {
            case "sent", "done", "accepted", "verified", "resolved", "met", "pass", "up" -> "good";
            case "sending", "queueing", "running", "begun", "waiting" -> "busy";
            case "paused", "held", "scheduled", "cancelling", "in_doubt", "deferred", "pending", "warning" -> "warn";
            case "failed", "refused", "firing", "critical", "hard_bounce", "complaint", "missed", "fail", "silent" ->
                "bad";
            default -> "plain";
        };
    }
}
