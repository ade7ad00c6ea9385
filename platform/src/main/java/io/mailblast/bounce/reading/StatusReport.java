package io.mailblast.bounce.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The fields of a delivery status report (RFC 3464), wherever they stand: in their own part, or, where a server or a
/// forwarder broke the MIME, in plain text.
final class StatusReport {

    private static final int MAX_RECIPIENTS = 100;

    /// PowerMTA's own judgement stands beside the diagnostic.
    private static final String CATEGORY = "x-powermta-bouncecategory";

    private static final Pattern FIELD = Pattern.compile("^\\s?([A-Za-z][A-Za-z-]{3,40})\\s*:\\s*(.*)$");
    private static final Pattern TYPED = Pattern.compile("[A-Za-z0-9_-]{1,40}\\s?;");
    private static final Pattern PRESENT =
            Pattern.compile("(?im)^\\s?(?:final|original)-recipient\\s*:\\s*[a-z0-9-]+\\s*;");
    private static final Pattern REPORTER = Pattern.compile("(?im)^\\s?reporting-mta\\s*:\\s*(.{1,250})$");
    private static final Set<String> OF_A_RECIPIENT = Set.of(
            "final-recipient",
            "original-recipient",
            "x-actual-recipient",
            "action",
            "status",
            "diagnostic-code",
            "remote-mta",
            CATEGORY);
    private static final Set<String> NAMES =
            Set.of("final-recipient", "original-recipient", "x-actual-recipient", "x-failed-recipients");

    private StatusReport() {}

    /// What a report says of one recipient.
    ///
    /// @param type of the diagnostic, as `smtp` or `x-unix`; empty where there is none
    /// @param comment that stands behind the status
    record Entry(
            String address,
            String action,
            EnhancedStatus status,
            String comment,
            String type,
            String diagnostic,
            String remote) {}

    static boolean isIn(String text) {
        return PRESENT.matcher(text).find();
    }

    static List<Entry> read(String text) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> block = new HashMap<>();
        String reporter = reporter(text);
        String last = "";
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("--")) {
                last = "";
                if (isWhole(block)) {
                    close(block, reporter, entries);
                }
                continue;
            }
            Matcher field = FIELD.matcher(line);
            boolean folded = !last.isEmpty() && Character.isWhitespace(line.charAt(0));
            if (!folded && field.matches()) {
                last = field.group(1).toLowerCase(Locale.ROOT);
                if (OF_A_RECIPIENT.contains(last)) {
                    if (block.containsKey(last)) {
                        close(block, reporter, entries);
                    }
                    block.put(last, field.group(2).strip());
                }
            } else if (!last.isEmpty() && block.containsKey(last)) {
                block.merge(last, line.strip(), (before, more) -> before + " " + more);
            }
            if (entries.size() >= MAX_RECIPIENTS) {
                return entries;
            }
        }
        close(block, reporter, entries);
        return entries;
    }

    /// Who reports: where no other server is named, it refused itself.
    private static String reporter(String text) {
        Matcher matcher = REPORTER.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static boolean isWhole(Map<String, String> block) {
        return block.containsKey("action") && NAMES.stream().anyMatch(block::containsKey);
    }

    private static void close(Map<String, String> block, String reporter, List<Entry> entries) {
        if (NAMES.stream().anyMatch(block::containsKey)) {
            entries.add(entry(block, reporter));
        }
        block.clear();
    }

    private static Entry entry(Map<String, String> block, String reporter) {
        String status = block.getOrDefault("status", "");
        String diagnostic = block.getOrDefault("diagnostic-code", "");
        int semicolon = diagnostic.indexOf(';');
        boolean typed = TYPED.matcher(diagnostic).lookingAt();
        return new Entry(
                address(block),
                block.getOrDefault("action", "").toLowerCase(Locale.ROOT).strip(),
                EnhancedStatus.of(status),
                (status.replaceFirst("^\\s*[\\d.]*\\s*", "") + category(block)).strip(),
                typed ? diagnostic.substring(0, semicolon).strip().toLowerCase(Locale.ROOT) : "",
                typed ? diagnostic.substring(semicolon + 1).strip() : diagnostic,
                value(block.getOrDefault("remote-mta", reporter)).toLowerCase(Locale.ROOT));
    }

    private static String category(Map<String, String> block) {
        return block.containsKey(CATEGORY) ? " " + CATEGORY + ": " + block.get(CATEGORY) : "";
    }

    private static String address(Map<String, String> block) {
        for (String name : List.of("final-recipient", "original-recipient", "x-actual-recipient")) {
            String address = Addresses.first(value(block.getOrDefault(name, "")));
            if (!address.isEmpty()) {
                return address;
            }
        }
        return "";
    }

    private static String value(String typed) {
        return typed.substring(typed.indexOf(';') + 1).strip();
    }
}
