package io.mailblast.content;

import com.github.jknack.handlebars.EscapingStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A template that is nothing but text and values, as most are: it is cut up once, and a recipient costs only its own
/// values. One with blocks, comments or anything else that needs the engine is none.
final class TemplatePieces {

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*";
    private static final Pattern TAG = Pattern.compile(
            "\\{\\{\\s*(?:(" + NAME + ")|default\\s+(" + NAME + ")\\s+(?:\"([^\"\\\\}]*)\"|'([^'\\\\}]*)'))\\s*}}");

    /// ASCII that the engine prints as it is, by its code: printable, and not escaped in HTML.
    private static final boolean[] PLAIN = plain("&<>\"'`=");

    private TemplatePieces() {}

    /// Literal text, or a value.
    sealed interface Piece {}

    record Literal(String text) implements Piece {}

    /// @param path the names that lead to the value through maps
    /// @param otherwise stands where there is no value
    record Slot(List<String> path, String otherwise) implements Piece {

        /// As the engine prints it, escaped.
        String value(Map<String, ?> values, EscapingStrategy escaping) {
            @Nullable Object value = values;
            for (String name : path) {
                value = value instanceof Map<?, ?> map ? map.get(name) : null;
            }
            String text = value == null ? "" : value.toString();
            return escaped(text.isEmpty() ? otherwise : text, escaping);
        }

        /// Most values have nothing to escape, and looking is much cheaper than escaping.
        private static String escaped(String text, EscapingStrategy escaping) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c >= PLAIN.length || !PLAIN[c]) {
                    return escaping.escape(text).toString();
                }
            }
            return text;
        }
    }

    private static boolean[] plain(String escaped) {
        boolean[] plain = new boolean[0x7f];
        for (char c = ' '; c < plain.length; c++) {
            plain[c] = escaped.indexOf(c) < 0;
        }
        return plain;
    }

    /// @param helpers names that mean something else to the engine than a value
    static Optional<List<Piece>> of(String source, Set<String> helpers) {
        if (source.contains("\\{{")) {
            return Optional.empty();
        }
        List<Piece> pieces = new ArrayList<>();
        Matcher tag = TAG.matcher(source);
        int position = 0;
        while (tag.find()) {
            if (source.substring(position, tag.start()).contains("{{")) {
                return Optional.empty();
            }
            addLiteral(pieces, source.substring(position, tag.start()));
            List<String> path = List.of((tag.group(1) != null ? tag.group(1) : tag.group(2)).split("\\."));
            if (path.contains("this") || helpers.contains(path.getFirst())) {
                return Optional.empty();
            }
            String otherwise = tag.group(3) != null ? tag.group(3) : tag.group(4);
            pieces.add(new Slot(path, otherwise == null ? "" : otherwise));
            position = tag.end();
        }
        if (source.indexOf("{{", position) >= 0) {
            return Optional.empty();
        }
        addLiteral(pieces, source.substring(position));
        return Optional.of(List.copyOf(pieces));
    }

    private static void addLiteral(List<Piece> pieces, String text) {
        if (!text.isEmpty()) {
            pieces.add(new Literal(text));
        }
    }
}
