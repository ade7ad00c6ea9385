package io.mailblast.tracking;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What somebody pressed: all mail, or single lists. Read from a mail program's one-click request (RFC 8058 §3.2:
/// `List-Unsubscribe=One-Click`, URL-encoded or multipart) or from the page's own forms.
///
/// @param all whether all mail is to end
/// @param lists of which to leave
record UnsubscribeForm(boolean all, Set<Long> lists) {

    static final int MAX_BYTES = 64 << 10;

    private static final Pattern NAME = Pattern.compile("\\bname=\"?([A-Za-z-]{1,40})\"?");
    private static final int MAX_HEADER = 300;
    private static final int MAX_FIELDS = 200;

    private record Field(String name, String value) {}

    static UnsubscribeForm parse(String contentType, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        boolean multipart = contentType.toLowerCase(Locale.ROOT).startsWith("multipart/");
        boolean all = false;
        Set<Long> lists = new TreeSet<>();
        for (Field field : multipart ? parts(text) : pairs(text)) {
            if (field.name().equalsIgnoreCase("List-Unsubscribe")) {
                all |= field.value().strip().equalsIgnoreCase("One-Click");
            } else if (field.name().equals("list") && field.value().matches("[1-9]\\d{0,17}")) {
                lists.add(Long.parseLong(field.value()));
            }
        }
        return new UnsubscribeForm(all, lists);
    }

    private static List<Field> pairs(String text) {
        List<Field> fields = new ArrayList<>();
        for (String pair : text.split("&", MAX_FIELDS)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.add(new Field(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1))));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.strip(), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /// The first line of each part's content, by the name in its `Content-Disposition` (RFC 7578 §4.2).
    private static List<Field> parts(String text) {
        List<Field> fields = new ArrayList<>();
        String name = "";
        boolean inContent = false;
        for (String line : text.lines().toList()) {
            if (inContent && !name.isEmpty()) {
                fields.add(new Field(name, line));
                name = "";
                if (fields.size() == MAX_FIELDS) {
                    break;
                }
            } else if (line.isEmpty()) {
                inContent = true;
            } else if (line.regionMatches(true, 0, "Content-Disposition:", 0, 20)) {
                inContent = false;
                Matcher matcher = NAME.matcher(line.substring(0, Math.min(line.length(), MAX_HEADER)));
                name = matcher.find() ? matcher.group(1) : "";
            }
        }
        return fields;
    }
}
