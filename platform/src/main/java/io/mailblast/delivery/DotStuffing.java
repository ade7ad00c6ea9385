package io.mailblast.delivery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The transparency of SMTP (RFC 5321 §4.5.2): a dot at the start of a line is doubled, a dot alone ends the message.
final class DotStuffing {

    static final byte[] END = {'\r', '\n', '.', '\r', '\n'};

    private DotStuffing() {}

    /// A message with CRLF line ends, as it goes after `DATA`, with its [#END].
    static byte[] content(byte[] message) {
        int length = message.length;
        // The end brings a line end of its own.
        if (length >= 2 && message[length - 2] == '\r' && message[length - 1] == '\n') {
            length -= 2;
        }
        // Latin-1 keeps every byte, and searching a string is what the JVM does fastest.
        String text = new String(message, 0, length, StandardCharsets.ISO_8859_1);
        int dot = text.startsWith(".") ? 0 : next(text, 0);
        if (dot < 0) {
            byte[] content = Arrays.copyOf(message, length + END.length);
            System.arraycopy(END, 0, content, length, END.length);
            return content;
        }
        StringBuilder stuffed = new StringBuilder(length + 64);
        int position = 0;
        while (dot >= 0) {
            stuffed.append(text, position, dot).append('.');
            position = dot;
            dot = next(text, dot);
        }
        stuffed.append(text, position, length).append("\r\n.\r\n");
        return stuffed.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int next(String text, int from) {
        int line = text.indexOf("\n.", from);
        return line < 0 ? -1 : line + 1;
    }
}
