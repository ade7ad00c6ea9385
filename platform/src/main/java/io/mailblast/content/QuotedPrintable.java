package io.mailblast.content;

import java.nio.charset.StandardCharsets;

/// Quoted-printable (RFC 2045 §6.7): every line at most 76 characters of ASCII, so that a text of any line length and
/// any characters goes through every server unchanged.
///
/// What is encoded begins at the start of a line and, where it does not end with a line break of its own, ends with a
/// soft one. So parts that were encoded apart can be put one after the other.
final class QuotedPrintable {

    private static final int MOST = 75;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private QuotedPrintable() {}

    static byte[] encode(String text) {
        ByteBuffer out = new ByteBuffer(text.length() + text.length() / 16 + 8);
        encode(text, out);
        return out.toBytes();
    }

    static void encode(String text, ByteBuffer out) {
        if (isOneWord(text)) {
            out.put(text);
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

    /// Whether nothing of it has to be looked at: most values are one short word of letters and digits.
    private static boolean isOneWord(String text) {
        if (text.isEmpty() || text.length() > MOST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_')) {
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
    private static int room(ByteBuffer out, int column, int length) {
        if (column + length <= MOST) {
            return column;
        }
        softBreak(out);
        return 0;
    }

    private static void softBreak(ByteBuffer out) {
        out.put((byte) '=').put((byte) '\r').put((byte) '\n');
    }

    /// Bytes that grow.
    static final class ByteBuffer {

        private byte[] bytes;
        private int length;

        ByteBuffer(int capacity) {
            bytes = new byte[Math.max(16, capacity)];
        }

        ByteBuffer put(byte b) {
            reserve(1);
            bytes[length++] = b;
            return this;
        }

        ByteBuffer put(byte[] more) {
            reserve(more.length);
            System.arraycopy(more, 0, bytes, length, more.length);
            length += more.length;
            return this;
        }

        /// @param ascii nothing but ASCII; anything else becomes a question mark
        ByteBuffer put(String ascii) {
            return put(ascii.getBytes(StandardCharsets.US_ASCII));
        }

        int length() {
            return length;
        }

        byte[] toBytes() {
            return length == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, length);
        }

        private void reserve(int more) {
            if (length + more > bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }
    }
}
