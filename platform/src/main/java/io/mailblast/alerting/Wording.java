package io.mailblast.alerting;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a notice is put into words, wherever it goes.
final class Wording {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /// What could end a line, here or in whatever reads the text next.
    private static final Pattern BREAKS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

    private Wording() {}

    /// `[critical] Worker Crash`, `[resolved] Worker Crash`, `[warning] 3 alerts, 1 resolved`. One line.
    static String headline(Notice notice) {
        List<Notice.Item> firing =
                notice.items().stream().filter(Notice.Item::firing).toList();
        String state = firing.isEmpty() ? "resolved" : notice.severity().spelling();
        if (notice.items().size() == 1) {
            return "[" + state + "] " + name(notice.items().getFirst());
        }
        int resolved = notice.items().size() - firing.size();
        return "[" + state + "] " + (firing.isEmpty() ? counted(resolved) : both(firing, resolved));
    }

    private static String both(List<Notice.Item> firing, int resolved) {
        String names = firing.size() == 1 ? name(firing.getFirst()) : counted(firing.size());
        return names + (resolved == 0 ? "" : ", " + resolved + " resolved");
    }

    private static String counted(int alerts) {
        return alerts + " alerts";
    }

    /// With what is new about it, where nobody has acknowledged it in time.
    private static String name(Notice.Item item) {
        return oneLine(item.name()) + (item.firing() && item.escalated() ? " (escalated)" : "");
    }

    /// Which installation it is: host and port of the console.
    static String installation(String console) {
        return Optional.ofNullable(URI.create(console).getAuthority()).orElse(console);
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    static String runbook(Notice.Item item) {
        return "docs/runbooks/" + oneLine(item.runbook()) + ".md";
    }

    /// Without anything that could end a header, a line or a field.
    static String oneLine(String text) {
        return BREAKS.matcher(text).replaceAll(" ").strip();
    }

    /// At most so many UTF-16 units, and no half of a surrogate pair; `…` where something is missing.
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
