package io.mailblast.validation.peer;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.plan.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `vegeta encode --to csv` writes: a line for each answer, without a header. What was asked is told by
/// its address.
final class VegetaLines {

    private static final int COLUMNS = 12;
    private static final int BEGUN = 0;
    private static final int STATUS = 1;
    private static final int LATENCY = 2;
    private static final int ERROR = 5;
    private static final int URL = 10;
    private static final int HEADERS = 11;

    private static final Pattern TRACKING = Pattern.compile("https?://[^/]+/track/(open|click)/([^?]*)(?:\\?(.*))?");
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private VegetaLines() {}

    static List<Told> read(String line) {
        List<String> columns = columns(line);
        if (columns.size() != COLUMNS) {
            return List.of();
        }
        Matcher tracking = TRACKING.matcher(columns.get(URL));
        if (!tracking.matches()) {
            return List.of();
        }
        try {
            Endpoint endpoint = endpoint(tracking);
            return List.of(new Told.Answered(
                    endpoint,
                    Long.parseLong(columns.get(BEGUN)),
                    Long.parseLong(columns.get(LATENCY)),
                    outcome(endpoint, Integer.parseInt(columns.get(STATUS)), columns)));
        } catch (NumberFormatException e) {
            return List.of();
        }
    }

    private static Endpoint endpoint(Matcher tracking) {
        boolean malformed = !WELL_FORMED.matcher(tracking.group(2)).matches()
                || (tracking.group(3) != null && tracking.group(3).startsWith("url=javascript:"));
        return malformed
                ? Endpoint.TRACK_MALFORMED
                : tracking.group(1).equals("open") ? Endpoint.TRACK_OPEN : Endpoint.TRACK_CLICK;
    }

    private static Outcome outcome(Endpoint endpoint, int status, List<String> columns) {
        if (status == 0) {
            String error = columns.get(ERROR).toLowerCase(Locale.ROOT);
            return error.contains("timeout") || error.contains("deadline exceeded") ? Outcome.TIMEOUT : Outcome.RESET;
        }
        boolean good = switch (endpoint) {
            case TRACK_OPEN -> status == 200;
            case TRACK_CLICK -> status == 302;
            default -> status == 400 || status == 404;
        };
        return good ? Outcome.GOOD : Outcome.ofUnexpected(status, saysWhen(columns.get(HEADERS)));
    }

    private static boolean saysWhen(String headers) {
        try {
            return new String(Base64.getDecoder().decode(headers), StandardCharsets.ISO_8859_1)
                    .toLowerCase(Locale.ROOT)
                    .contains("retry-after:");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Of a line whose values stand in quotes where they hold a comma or a quote, which is doubled then
    /// (RFC 4180).
    private static List<String> columns(String line) {
        List<String> columns = new ArrayList<>(COLUMNS);
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                value.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                columns.add(value.toString());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        columns.add(value.toString());
        return columns;
    }
}
