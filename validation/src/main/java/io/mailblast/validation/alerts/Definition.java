package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an alert promises, as `./mailblast alerts list` tells it.
///
/// @param hold how long its condition must last, not scaled
/// @param receivers that are told, by name
public record Definition(String name, String severity, String signal, Duration hold, Set<String> receivers) {

    private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    public static Definition of(JsonNode alert) {
        Set<String> receivers = new TreeSet<>();
        alert.path("notify").forEach(receiver -> receivers.add(receiver.asText()));
        String expression = alert.path("expression").asText();
        return new Definition(
                alert.path("name").asText(),
                alert.path("severity").asText(),
                expression.replaceFirst(" .*", ""),
                duration(alert.path("for").asText()),
                receivers);
    }

    private static Duration duration(String text) {
        Duration total = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            total = total.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        return total;
    }
}
