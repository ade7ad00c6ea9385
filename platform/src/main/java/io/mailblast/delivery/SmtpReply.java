package io.mailblast.delivery;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server's reply (RFC 5321 §4.2), of one line or several.
///
/// @param lines without code and separator; at least one
record SmtpReply(int code, List<String> lines) {

    private static final int LONGEST_LINE = 4_096;
    private static final int MOST_LINES = 128;
    private static final Pattern ENHANCED = Pattern.compile("([245]\\.\\d{1,3}\\.\\d{1,3})(?:\\s|$)");
    private static final Pattern QUEUED_AS =
            Pattern.compile("(?i)(?:queued as|queue-?id[:=]?|\\bid[:=]|accepted message)\\s*<?([^\\s<>();,]{3,100})");

    /// What came is no reply of SMTP.
    static final class GarbageException extends IOException {
        GarbageException(String message) {
            super(message);
        }
    }

    /// @throws GarbageException for anything that is no reply
    /// @throws EOFException when the connection ended instead
    static SmtpReply read(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>(1);
        int code = 0;
        while (true) {
            String line = line(in);
            if (line.length() < 3
                    || !isCode(line)
                    || (line.length() > 3 && line.charAt(3) != ' ' && line.charAt(3) != '-')) {
                throw new GarbageException("the server answered no SMTP: " + printable(line));
            }
            code = Integer.parseInt(line, 0, 3, 10);
            lines.add(line.length() > 4 ? printable(line.substring(4)) : "");
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new SmtpReply(code, lines);
            }
            if (lines.size() >= MOST_LINES) {
                throw new GarbageException("the server's answer has more than " + MOST_LINES + " lines");
            }
        }
    }

    boolean isPositive() {
        return code >= 200 && code < 300;
    }

    boolean isFinal() {
        return code >= 500;
    }

    /// RFC 3463 and RFC 2034: such as 5.1.1; empty where the server tells none.
    String enhancedStatus() {
        Matcher matcher = ENHANCED.matcher(lines.getFirst());
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    /// What the server calls the message that it took; its whole text where that has no name in it.
    String queueId() {
        String text = String.join(" ", lines);
        Matcher matcher = QUEUED_AS.matcher(text);
        return matcher.find() ? matcher.group(1) : text.isBlank() ? "250" : text;
    }

    /// On one line, with its code.
    @Override
    public String toString() {
        return code + " " + String.join(" ", lines);
    }

    private static boolean isCode(String line) {
        return line.charAt(0) >= '2'
                && line.charAt(0) <= '5'
                && Character.isDigit(line.charAt(1))
                && Character.isDigit(line.charAt(2));
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static String line(InputStream in) throws IOException {
        byte[] bytes = new byte[128];
        int length = 0;
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new EOFException(length == 0 ? "the server closed the connection" : "half an answer");
            }
            if (length == LONGEST_LINE) {
                throw new GarbageException(
                        "the server's answer has a line of more than " + LONGEST_LINE + " characters");
            }
            if (length == bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, length * 2);
            }
            bytes[length++] = (byte) b;
        }
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
