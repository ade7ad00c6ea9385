package io.mailblast.simulator.mail;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The header section of a mail (RFC 5322 §2.2), scanned without looking at the body, so that it costs little
/// on the request path. Malformed lines are passed over, as mail servers do.
public final class MailHeaders {

    private static final int MAX_SECTION_BYTES = 256 * 1024;

    /// One field: its name as written, its value unfolded and still encoded.
    public record Field(String name, String value) {}

    private final List<Field> fields;

    private MailHeaders(List<Field> fields) {
        this.fields = fields;
    }

    /// Reads up to the first empty line. Bytes beyond ASCII are taken as UTF-8 (RFC 6532).
    public static MailHeaders scan(byte[] mail) {
        int end = Math.min(sectionEnd(mail), MAX_SECTION_BYTES);
        String section = new String(mail, 0, end, StandardCharsets.UTF_8);
        List<Field> fields = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        String name = "";
        for (String line : section.split("\r?\n", -1)) {
            if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
                value.append(line);
                continue;
            }
            add(fields, name, value);
            int colon = line.indexOf(':');
            name = colon > 0 ? line.substring(0, colon).strip() : "";
            value.setLength(0);
            value.append(line, colon + 1, line.length());
        }
        add(fields, name, value);
        return new MailHeaders(fields);
    }

    private static void add(List<Field> fields, String name, StringBuilder value) {
        if (!name.isEmpty()) {
            fields.add(new Field(name, value.toString().strip()));
        }
    }

    private static int sectionEnd(byte[] mail) {
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] != '\n') {
                continue;
            }
            if (i + 1 < mail.length && mail[i + 1] == '\n') {
                return i;
            }
            if (i + 2 < mail.length && mail[i + 1] == '\r' && mail[i + 2] == '\n') {
                return i;
            }
        }
        return mail.length;
    }

    public List<Field> fields() {
        return List.copyOf(fields);
    }

    /// The first field of this name, still encoded; the name's case does not matter.
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /// The subject, its encoded words (RFC 2047) decoded; empty if there is none.
    public String subject() {
        return first("Subject").map(MailHeaders::decoded).orElse("");
    }

    /// Decodes encoded words; what cannot be decoded stays as it is.
    public static String decoded(String value) {
        try {
            return MimeUtility.decodeText(value);
        } catch (UnsupportedEncodingException | RuntimeException e) {
            return value;
        }
    }

    /// The bare addresses of `To`, `Cc` and `Bcc`, each once.
    public List<String> recipients() {
        List<String> recipients = new ArrayList<>();
        for (Field field : fields) {
            switch (field.name().toLowerCase(Locale.ROOT)) {
                case "to", "cc", "bcc" -> {
                    for (String address : Addresses.list(field.value())) {
                        if (!recipients.contains(address)) {
                            recipients.add(address);
                        }
                    }
                }
                default -> {}
            }
        }
        return recipients;
    }

    /// Message tags as SES takes them from raw mail and SMTP: `X-SES-MESSAGE-TAGS: name=value, name=value`.
    public Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        first("X-SES-MESSAGE-TAGS").ifPresent(value -> {
            for (String tag : value.split(",", -1)) {
                int equals = tag.indexOf('=');
                if (equals > 0) {
                    tags.put(
                            tag.substring(0, equals).strip(),
                            tag.substring(equals + 1).strip());
                }
            }
        });
        return tags;
    }
}
