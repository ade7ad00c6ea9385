package io.mailblast.audience.csv;

import java.util.Locale;

/// Finds what separates the fields of a file: the candidate that the header has, and that the next lines have as often.
final class Delimiter {

    private static final char[] CANDIDATES = {',', ';', '\t'};
    private static final int LINES = 20;

    private Delimiter() {}

    /// @param beginning of the file, without its byte order mark
    static char detect(CharSequence beginning) {
        String said = saidBySeparatorLine(beginning);
        if (!said.isEmpty()) {
            return said.charAt(0);
        }
        char best = CANDIDATES[0];
        long bestScore = 0;
        for (char candidate : CANDIDATES) {
            long score = score(beginning, candidate);
            if (score > bestScore) {
                best = candidate;
                bestScore = score;
            }
        }
        return best;
    }

    /// Whether a first line is the `sep=;` that some spreadsheets write, which is no header.
    static boolean isSeparatorLine(CharSequence line) {
        return line.length() == 5 && line.toString().toLowerCase(Locale.ROOT).startsWith("sep=");
    }

    private static String saidBySeparatorLine(CharSequence text) {
        if (text.length() < 6 || (text.charAt(5) != '\n' && text.charAt(5) != '\r')) {
            return "";
        }
        CharSequence line = text.subSequence(0, 5);
        char said = line.charAt(4);
        boolean known = said == ',' || said == ';' || said == '\t';
        return known && isSeparatorLine(line) ? String.valueOf(said) : "";
    }

    /// Lines that agree with the header weigh most, then how many fields it has; 0 where the header has none.
    private static long score(CharSequence text, char candidate) {
        long inHeader = -1;
        long agreeing = 0;
        long here = 0;
        int lines = 0;
        boolean quoted = false;
        boolean blank = true;
        for (int i = 0; i < text.length() && lines < LINES; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                blank = false;
            } else if (!quoted && (c == '\n' || c == '\r')) {
                if (!blank) {
                    inHeader = inHeader < 0 ? here : inHeader;
                    agreeing += here == inHeader ? 1 : 0;
                    lines++;
                }
                here = 0;
                blank = true;
            } else if (!quoted && c == candidate) {
                here++;
                blank = false;
            } else {
                blank = false;
            }
        }
        if (inHeader < 0) {
            inHeader = here;
        }
        return inHeader == 0 ? 0 : agreeing * 1_000_000 + Math.min(inHeader, 999_999);
    }
}
