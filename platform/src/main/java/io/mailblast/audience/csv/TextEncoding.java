package io.mailblast.audience.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// The encodings that contact lists come in, and how they are told apart.
///
/// A byte order mark decides. Without one, UTF-16 is known by the zero bytes of its ASCII characters. Of the rest, what
/// is well-formed UTF-8 is UTF-8; what is not is Windows-1252 if its high bytes stand where that encoding has accented
/// letters and punctuation, else UTF-8 with damaged rows. The whole text is looked at: a first accent may come late.
public enum TextEncoding {
    UTF_8(StandardCharsets.UTF_8),
    UTF_16LE(StandardCharsets.UTF_16LE),
    UTF_16BE(StandardCharsets.UTF_16BE),
    WINDOWS_1252(Charset.forName("windows-1252"));

    private static final int SAMPLE = 4 << 10;

    private final Charset charset;

    TextEncoding(Charset charset) {
        this.charset = charset;
    }

    public Charset charset() {
        return charset;
    }

    /// Reads `in` to its end, in constant memory; does not close it.
    public static TextEncoding detect(InputStream in) throws IOException {
        byte[] chunk = new byte[64 << 10];
        int length = in.readNBytes(chunk, 0, SAMPLE);
        if (startsWith(chunk, length, 0xEF, 0xBB, 0xBF)) {
            return UTF_8;
        } else if (startsWith(chunk, length, 0xFF, 0xFE)) {
            return UTF_16LE;
        } else if (startsWith(chunk, length, 0xFE, 0xFF)) {
            return UTF_16BE;
        }
        int pairs = length / 2;
        int zerosFirst = zeros(chunk, length, 0);
        int zerosSecond = zeros(chunk, length, 1);
        if (zerosSecond * 10 > pairs * 4 && zerosFirst * 20 <= pairs) {
            return UTF_16LE;
        } else if (zerosFirst * 10 > pairs * 4 && zerosSecond * 20 <= pairs) {
            return UTF_16BE;
        }
        HighBytes highBytes = new HighBytes();
        while (length > 0) {
            for (int i = 0; i < length; i++) {
                highBytes.next(chunk[i] & 0xFF);
            }
            length = in.readNBytes(chunk, 0, chunk.length);
        }
        highBytes.next('\n');
        return highBytes.looksLikeWindows1252() ? WINDOWS_1252 : UTF_8;
    }

    private static boolean startsWith(byte[] bytes, int length, int... start) {
        if (length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xFF) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static int zeros(byte[] bytes, int length, int from) {
        int zeros = 0;
        for (int i = from; i < length; i += 2) {
            if (bytes[i] == 0) {
                zeros++;
            }
        }
        return zeros;
    }

    /// Judges the runs of bytes from 0x80 that stand between ASCII characters.
    private static final class HighBytes {

        private static final int LONGEST_RUN = 64;

        private final int[] run = new int[LONGEST_RUN];
        private int length;
        private int before = '\n';
        private long wellFormed;
        private long western;
        private long broken;

        void next(int value) {
            if (value >= 0x80) {
                if (length < LONGEST_RUN) {
                    run[length] = value;
                }
                length++;
                return;
            }
            if (length > 0) {
                if (isUtf8()) {
                    wellFormed++;
                } else if (isWestern(value)) {
                    western++;
                } else {
                    broken++;
                }
                length = 0;
            }
            before = value;
        }

        boolean looksLikeWindows1252() {
            return western > 0 && wellFormed * 10 <= western && broken * 5 <= western;
        }

        /// Well-formed as RFC 3629 §4 says; of a very long run only the beginning is looked at.
        private boolean isUtf8() {
            int end = Math.min(length, LONGEST_RUN);
            int i = 0;
            while (i < end) {
                int lead = run[i];
                int more =
                        lead >= 0xC2 && lead <= 0xDF ? 1 : lead >> 4 == 0xE ? 2 : lead >= 0xF0 && lead <= 0xF4 ? 3 : -1;
                if (more < 0) {
                    return false;
                }
                if (i + more >= end) {
                    return length > LONGEST_RUN;
                }
                for (int k = 1; k <= more; k++) {
                    if (run[i + k] >> 6 != 0b10) {
                        return false;
                    }
                }
                int second = run[i + 1];
                if ((lead == 0xE0 && second < 0xA0)
                        || (lead == 0xED && second > 0x9F)
                        || (lead == 0xF0 && second < 0x90)
                        || (lead == 0xF4 && second > 0x8F)) {
                    return false;
                }
                i += more + 1;
            }
            return true;
        }

        /// Whether the run could be Western text: one to three accented letters in a word, or punctuation.
        private boolean isWestern(int after) {
            if (length > 3) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                int previous = i == 0 ? before : run[i - 1];
                int following = i == length - 1 ? after : run[i + 1];
                if (!isWestern(previous, run[i], following)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isWestern(int previous, int value, int following) {
            if (value == 0x81 || value == 0x8D || value == 0x8F || value == 0x90 || value == 0x9D || value == 0xFF) {
                // Not defined, or (ÿ) far rarer in words than in damage.
                return false;
            }
            if (isUpper(value)) {
                // Begins a word, or stands in one that is in capitals.
                return !isLower(previous) && (isLower(following) || isUpper(following) || isUpper(previous));
            }
            return !isLower(value)
                    || isLower(previous)
                    || isUpper(previous)
                    || isLower(following)
                    || isUpper(following);
        }

        private static boolean isUpper(int value) {
            return (value >= 'A' && value <= 'Z')
                    || (value >= 0xC0 && value <= 0xDE && value != 0xD7)
                    || value == 0x8A
                    || value == 0x8C
                    || value == 0x8E;
        }

        private static boolean isLower(int value) {
            return (value >= 'a' && value <= 'z')
                    || (value >= 0xDF && value != 0xF7)
                    || value == 0x9A
                    || value == 0x9C
                    || value == 0x9E;
        }
    }
}
