package io.mailblast.delivery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.james.jdkim.api.Headers;

/// The header fields of a message with CRLF line ends, as they stand, folds and all.
///
/// @param fields without the line end after each
/// @param bodyOffset where the body begins
record MimeHead(List<String> fields, int bodyOffset) implements Headers {

    static MimeHead of(byte[] mime) {
        int end = endOf(mime);
        String head = new String(mime, 0, end, StandardCharsets.ISO_8859_1);
        List<String> fields = new ArrayList<>(12);
        int start = 0;
        int position = 0;
        while ((position = head.indexOf("\r\n", position)) >= 0) {
            int next = position + 2;
            boolean goesOn = next < head.length() && (head.charAt(next) == ' ' || head.charAt(next) == '\t');
            if (!goesOn) {
                if (position > start) {
                    fields.add(head.substring(start, position));
                }
                start = next;
            }
            position = next;
        }
        return new MimeHead(fields, end);
    }

    @Override
    public List<String> getFields() {
        return fields;
    }

    @Override
    public List<String> getFields(String name) {
        return fields.stream()
                .filter(field -> field.length() > name.length()
                        && field.charAt(name.length()) == ':'
                        && field.regionMatches(true, 0, name, 0, name.length()))
                .toList();
    }

    /// Of the one address in From; empty where there is none.
    String domainOfFrom() {
        String from = getFields("From").stream().findFirst().orElse("");
        int at = from.lastIndexOf('@');
        return at < 0 ? "" : from.substring(at + 1).replace(">", "").strip().toLowerCase(Locale.ROOT);
    }

    /// After the blank line; the whole length where there is none.
    private static int endOf(byte[] mime) {
        for (int i = 0; i + 4 <= mime.length; i++) {
            if (mime[i] == '\r' && mime[i + 1] == '\n' && mime[i + 2] == '\r' && mime[i + 3] == '\n') {
                return i + 4;
            }
        }
        return mime.length;
    }
}
