package io.mailblast.content;

import io.mailblast.mime.GrowingBytes;
import java.nio.charset.StandardCharsets;

/// Quoted-printable (RFC 2045 §6.7): every line at most 76 characters of ASCII, so that a text of any line length and
/// any characters goes through every server unchanged.
///
/// What is encoded begins at the start of a line and, where it does not end with a line break of its own, ends with a
/// soft one. So parts that were encoded apart can be put one after the other. No line begins with a dot.
final class QuotedPrintable {

    private static final int MOST = 75;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private QuotedPrintable() {}

    static byte[] encode(String text) {
        GrowingBytes out = new GrowingBytes(text.length() + text.length() / 16 + 8);
        encode(text, out);
        return out.toBytes();
    }

    static void encode(String text, GrowingBytes out) {
        if (isOneWord(text)) {
            out.put(text.getBytes(StandardCharsets.US_ASCII));
            softBreak(out);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int column = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\n' || b == '\r') {
                if (b == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n') {
                    i++;
                }
                out.put((byte) '\r').put((byte) '\n');
                column = 0;
            } else if (isPlain(bytes, i, column)) {
                column = room(out, column, 1) + 1;
                out.put(b);
            } else {
                column = room(out, column, 3) + 3;
                out.put((byte) '=').put(HEX[(b >> 4) & 0xf]).put(HEX[b & 0xf]);
            }
        }
        if (column > 0) {
            softBreak(out);
        }
    }

    /// Whether it stands in one line as it is: most values are one short word.
    private static boolean isOneWord(String text) {
        if (text.isEmpty() || text.length() > MOST || text.charAt(0) == '.') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c == '=') {
                return false;
            }
        }
        return true;
    }

    /// A dot or `From ` at the start of a line is what some servers trip over, a blank at its end what others cut off.
    private static boolean isPlain(byte[] bytes, int i, int column) {
        byte b = bytes[i];
        if (b == ' ' || b == '\t') {
            return i + 1 == bytes.length || (bytes[i + 1] != '\n' && bytes[i + 1] != '\r');
        }
        boolean atStart = column == 0 || column >= MOST;
        return b > ' ' && b < 0x7f && b != '=' && !(atStart && (b == '.' || isFrom(bytes, i)));
    }

    private static boolean isFrom(byte[] bytes, int i) {
        return i + 4 < bytes.length
                && bytes[i] == 'F'
                && bytes[i + 1] == 'r'
                && bytes[i + 2] == 'o'
                && bytes[i + 3] == 'm'
                && bytes[i + 4] == ' ';
    }

    /// The column after a soft break where there was no room.
    private static int room(GrowingBytes out, int column, int length) {
        if (column + length <= MOST) {
            return column;
        }
        softBreak(out);
        return 0;
    }

    private static void softBreak(GrowingBytes out) {
        out.put((byte) '=').put((byte) '\r').put((byte) '\n');
    }
}
