package io.mailblast.bounce.reading;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Reads a table of the resources `bounce/*.tsv`, and finds its phrases: words in lower case, of which `*`
/// stands for up to 80 characters. No regular expressions, so that a line of the table cannot make reading
/// slow.
final class Phrases {

    private static final int MAX_GAP = 80;

    private Phrases() {}

    /// The rows of a table, its comments and empty lines left out.
    static List<String[]> table(String name, int columns) {
        InputStream in = Objects.requireNonNull(Phrases.class.getResourceAsStream("/bounce/" + name), name);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> row(name, line, columns))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the table " + name, e);
        }
    }

    private static String[] row(String name, String line, int columns) {
        String[] row = line.split("\t");
        if (row.length != columns) {
            throw new IllegalStateException(name + ": " + columns + " columns expected: " + line);
        }
        return row;
    }

    /// A reply in the form that phrases are compared with: lower case, one blank between words, and the codes
    /// left out that the further lines of a reply repeat (`550-5.1.1 `).
    static String normal(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("(?<=\\s)[245]\\d\\d-(?:[245]\\.\\d\\.\\d{1,3}\\b)?\\s?", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    /// One phrase, cut at its gaps.
    record Phrase(List<String> pieces) {

        static Phrase of(String text) {
            return new Phrase(List.of(text.split("\\s?\\*\\s?")));
        }

        boolean isIn(String text) {
            return end(text, 0) >= 0;
        }

        /// Where the last occurrence ends, or -1.
        int lastIn(String text) {
            int last = -1;
            for (int from = 0; from >= 0 && from < text.length(); ) {
                int end = end(text, from);
                if (end < 0) {
                    return last;
                }
                last = end;
                from = end;
            }
            return last;
        }

        private int end(String text, int from) {
            String first = pieces.getFirst();
            for (int at = text.indexOf(first, from); at >= 0; at = text.indexOf(first, at + 1)) {
                int end = rest(text, at + first.length());
                if (end >= 0) {
                    return end;
                }
            }
            return -1;
        }

        private int rest(String text, int from) {
            int end = from;
            for (int piece = 1; piece < pieces.size(); piece++) {
                int at = text.indexOf(
                        pieces.get(piece),
                        end,
                        Math.min(
                                text.length(), end + MAX_GAP + pieces.get(piece).length()));
                if (at < 0) {
                    return -1;
                }
                end = at + pieces.get(piece).length();
            }
            return end;
        }
    }
}
