package io.mailblast.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server's reply (RFC 5321 §4.2), of one line or several.
///
/// @param lines without code and separator; at least one
record SmtpReply(int code, List<String> lines) {

    private static final int MOST_LINES = 128;
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");
    private static final Pattern ENHANCED = Pattern.compile("([245]\\.\\d{1,3}\\.\\d{1,3})(?:\\s|$)");
    private static final String QUEUED = "queued as ";
    private static final Pattern QUEUED_AS =
            Pattern.compile("(?i)(?:queued as|queue-?id[:=]?|\\bid[:=]|accepted message)\\s*<?([^\\s<>();,]{3,100})");

    /// What came is no reply of SMTP.
    static final class GarbageException extends IOException {
        GarbageException(String message) {
            super(message);
        }
    }

    /// @throws GarbageException for anything that is no reply
    /// @throws java.io.EOFException when the connection ended instead
    static SmtpReply read(SmtpLines in) throws IOException {
        String line = checked(in.next());
        if (isLast(line)) {
            return new SmtpReply(code(line), List.of(text(line)));
        }
        List<String> lines = new ArrayList<>();
        while (!isLast(line)) {
            lines.add(text(line));
            if (lines.size() >= MOST_LINES) {
                throw new GarbageException("the server's answer has more than " + MOST_LINES + " lines");
            }
            line = checked(in.next());
        }
        lines.add(text(line));
        return new SmtpReply(code(line), lines);
    }

    private static String checked(String line) throws GarbageException {
        if (line.length() < 3
                || !isCode(line)
                || (line.length() > 3 && line.charAt(3) != ' ' && line.charAt(3) != '-')) {
            throw new GarbageException("the server answered no SMTP: " + printable(line));
        }
        return line;
    }

    private static boolean isLast(String line) {
        return line.length() == 3 || line.charAt(3) == ' ';
    }

    private static int code(String line) {
        return Integer.parseInt(line, 0, 3, 10);
    }

    private static String text(String line) {
        return line.length() > 4 ? printable(line.substring(4)) : "";
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
        String text = lines.size() == 1 ? lines.getFirst() : String.join(" ", lines);
        int usual = text.indexOf(QUEUED);
        if (usual >= 0 && isPlainWord(text, usual + QUEUED.length())) {
            return text.substring(usual + QUEUED.length());
        }
        Matcher matcher = QUEUED_AS.matcher(text);
        return matcher.find() ? matcher.group(1) : text.isBlank() ? "250" : text;
    }

    /// Whether one word of letters and digits goes on to the end: as Postfix and its like say it.
    private static boolean isPlainWord(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!Character.isLetterOrDigit(text.charAt(i))) {
                return false;
            }
        }
        return text.length() - from >= 3 && text.length() - from <= 100;
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
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return UNPRINTABLE.matcher(text).replaceAll("?");
            }
        }
        return text;
    }
}
