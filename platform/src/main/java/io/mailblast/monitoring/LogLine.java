package io.mailblast.monitoring;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.http.Json;
import io.mailblast.monitoring.MonitoringConfig.LogFormat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one event as one line of bounded length, masked, without control characters: whatever a message
/// holds, it cannot begin a line of its own (CWE-117). Only a stack trace in text adds lines, each indented.
final class LogLine {

    static final int MAX_MESSAGE = 4_000;
    private static final int MAX_FRAMES = 30;
    private static final int MAX_CAUSES = 5;
    private static final String CUT = "…(cut)";

    private final LogFormat format;

    LogLine(LogFormat format) {
        this.format = format;
    }

    /// The line with its end.
    String of(ILoggingEvent event) {
        String message = message(event);
        String trace = event.getThrowableProxy() == null ? null : trace(event.getThrowableProxy());
        return line(event.getInstant(), event.getLevel().toString(), event.getLoggerName(), message, trace);
    }

    /// A line that no event made.
    String of(Instant at, String level, String logger, String message) {
        return line(at, level, logger, escaped(message), null);
    }

    private String line(Instant at, String level, String logger, String message, @Nullable String trace) {
        Instant time = at.truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        if (format == LogFormat.TEXT) {
            return time + " " + level + (level.length() < 5 ? "  " : " ") + logger + " " + message + "\n"
                    + (trace == null ? "" : trace);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("time", time.toString());
        fields.put("level", level);
        fields.put("logger", logger);
        fields.put("message", message);
        if (trace != null) {
            fields.put("trace", trace);
        }
        try {
            return Json.MAPPER.writeValueAsString(fields) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a log line is no JSON", e);
        }
    }

    private static String message(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(cut(String.valueOf(event.getFormattedMessage()), 2 * MAX_MESSAGE));
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs()
                    .forEach(pair -> text.append(' ')
                            .append(pair.key)
                            .append("=\"")
                            .append(pair.value)
                            .append('"'));
        }
        return clean(text.toString());
    }

    /// Masked before it is cut: half an address is none that a mask knows.
    private static String clean(String text) {
        return cut(escaped(Masks.masked(cut(text, 2 * MAX_MESSAGE))), MAX_MESSAGE);
    }

    private static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end) + CUT;
    }

    /// Control characters, line separators, text direction marks and lone surrogates as `\u001b`; a backslash
    /// stays what it is.
    static String escaped(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int size = Character.charCount(c);
            if (isUnsafe(c)) {
                if (escaped == null) {
                    escaped = new StringBuilder(text.substring(0, i));
                }
                escaped.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> "\\u%04x".formatted(c);
                        });
            } else if (escaped != null) {
                escaped.appendCodePoint(c);
            }
            i += size;
        }
        return escaped == null ? text : escaped.toString();
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String trace(IThrowableProxy thrown) {
        StringBuilder trace = new StringBuilder();
        IThrowableProxy cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            trace.append(depth == 0 ? "    " : "    caused by ")
                    .append(cause.getClassName())
                    .append(": ")
                    .append(clean(cut(String.valueOf(cause.getMessage()), 1_000)))
                    .append('\n');
            StackTraceElementProxy[] frames = cause.getStackTraceElementProxyArray();
            int own = Math.max(1, frames.length - cause.getCommonFrames());
            for (int i = 0; i < Math.min(own, frames.length) && i < MAX_FRAMES; i++) {
                trace.append("        ")
                        .append(escaped(frames[i].getSTEAsString()))
                        .append('\n');
            }
            if (own > MAX_FRAMES) {
                trace.append("        … ").append(own - MAX_FRAMES).append(" more\n");
            }
        }
        return trace.toString();
    }
}
