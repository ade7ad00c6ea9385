package io.mailblast.simulator.mail;

import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What SES makes of a mail that was handed over in parts: a MIME message (RFC 2045), bodies in 8bit UTF-8.
///
/// @param headers further headers, in order
public record Composition(
        String from,
        List<String> to,
        List<String> cc,
        List<String> replyTo,
        String subject,
        Optional<String> text,
        Optional<String> html,
        List<MailHeaders.Field> headers) {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    public byte[] toBytes(Instant now) {
        int size = 1024
                + text.map(String::length).orElse(0)
                + html.map(String::length).orElse(0);
        StringBuilder mail = new StringBuilder(size);
        header(mail, "Date", DATE.format(now));
        header(mail, "From", encoded(from));
        list(mail, "To", to);
        list(mail, "Cc", cc);
        list(mail, "Reply-To", replyTo);
        header(mail, "Subject", encoded(subject));
        for (MailHeaders.Field field : headers) {
            header(mail, field.name(), encoded(field.value()));
        }
        header(mail, "MIME-Version", "1.0");
        if (text.isPresent() && html.isPresent()) {
            String boundary = "=_" + Long.toHexString(now.toEpochMilli()) + "_"
                    + Integer.toHexString(html.get().hashCode());
            header(mail, "Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
            mail.append("\r\n--").append(boundary).append("\r\n");
            part(mail, "plain", text.get());
            mail.append("\r\n--").append(boundary).append("\r\n");
            part(mail, "html", html.get());
            mail.append("\r\n--").append(boundary).append("--\r\n");
        } else if (html.isPresent()) {
            part(mail, "html", html.get());
        } else {
            part(mail, "plain", text.orElse(""));
        }
        return mail.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void part(StringBuilder mail, String subtype, String body) {
        header(mail, "Content-Type", "text/" + subtype + "; charset=UTF-8");
        header(mail, "Content-Transfer-Encoding", "8bit");
        mail.append("\r\n").append(body).append("\r\n");
    }

    private static void list(StringBuilder mail, String name, List<String> addresses) {
        if (!addresses.isEmpty()) {
            header(mail, name, encoded(String.join(", ", addresses)));
        }
    }

    private static void header(StringBuilder mail, String name, String value) {
        mail.append(name).append(": ").append(value).append("\r\n");
    }

    /// Line breaks become spaces: a value can never begin a header of its own.
    private static String encoded(String value) {
        String oneLine = value.indexOf('\n') < 0 && value.indexOf('\r') < 0 ? value : value.replaceAll("[\r\n]+", " ");
        if (oneLine.chars().allMatch(c -> c < 0x80)) {
            return oneLine;
        }
        try {
            return MimeUtility.encodeText(oneLine, "UTF-8", "B");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java platform has UTF-8", e);
        }
    }
}
