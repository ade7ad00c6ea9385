package io.mailblast.delivery;

import io.mailblast.mime.MessageBytes;
import java.nio.charset.StandardCharsets;

/// The transparency of SMTP (RFC 5321 §4.5.2): a dot at the start of a line is doubled, a dot alone ends the
/// message.
final class DotStuffing {

    private static final byte[] END_OF_LINE = {'.', '\r', '\n'};
    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};

    private DotStuffing() {}

    /// A message as it goes after `DATA`, without its [#end]; the message itself where no line of it begins with a
    /// dot.
    static MessageBytes content(MessageBytes message) {
        return message.isDotless() ? message : MessageBytes.of(content(message.toBytes()));
    }

    private static byte[] content(byte[] message) {
        if (!hasDotAtStart(message)) {
            return message;
        }
        // Latin-1 keeps every byte.
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int dot = text.startsWith(".") ? 0 : next(text, 0);
        StringBuilder stuffed = new StringBuilder(text.length() + 64);
        int position = 0;
        while (dot >= 0) {
            stuffed.append(text, position, dot).append('.');
            position = dot;
            dot = next(text, dot);
        }
        return stuffed.append(text, position, text.length()).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What ends a content: it brings a line end of its own where the content has none.
    static byte[] end(MessageBytes content) {
        return content.endsLine() ? END_OF_LINE : END;
    }

    private static boolean hasDotAtStart(byte[] message) {
        boolean start = true;
        for (byte b : message) {
            if (start && b == '.') {
                return true;
            }
            start = b == '\n';
        }
        return false;
    }

    private static int next(String text, int from) {
        int line = text.indexOf("\n.", from);
        return line < 0 ? -1 : line + 1;
    }
}
