package io.mailblast.content;

import io.mailblast.mime.GrowingBytes;
import io.mailblast.mime.MessageBytes;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The wire form (RFC 5322, MIME) of a campaign's messages, prepared once: `multipart/alternative` of plain
/// text and HTML, quoted-printable, with List-Unsubscribe (RFC 2369) and one-click unsubscription (RFC 8058).
final class MimeForm {

    /// A message longer than this is refused before anybody tries to send it: it is the least that the big
    /// receivers and SES take (10 MB with its encoding), and far above what Gmail shows without cutting (102
    /// KB).
    static final int LARGEST = 5_000_000;

    /// Nobody reads more, and servers refuse heads that are much larger.
    static final int LONGEST_SUBJECT = 2_000;

    private static final String ATOM = "!#$%&'*+/=?^_`{|}~";
    private static final Pattern LONG_WORD = Pattern.compile("\\S{60}");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss '+0000'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /// A builder that had to grow beyond this is not used again.
    private static final int LARGEST_KEPT = 256 << 10;
    private static final int ENCODED_WORD_BYTES = 36;
    private static final String CRLF = "\r\n";

    private static volatile Second lastSecond = new Second(Long.MIN_VALUE, "");

    private final byte[] head;
    private final String domain;
    private final byte[] beforeText;
    private final byte[] beforeHtml;
    private final byte[] end;
    /// As many as can write at the same time.
    private final Queue<MessageBytes.Builder> builders =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());
    private final TemplateEngine.Compiled subject;
    private final MimeBody text;
    private final MimeBody html;

    MimeForm(
            Newsletter.Sender sender,
            TemplateEngine.Compiled subject,
            TemplateEngine.Compiled text,
            TemplateEngine.Compiled html) {
        // "=_" cannot stand in quoted-printable, so no content holds the boundary (RFC 2045 §6.7, note).
        String boundary =
                "=_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        this.domain = sender.email().substring(sender.email().lastIndexOf('@') + 1);
        this.subject = subject;
        this.text = new MimeBody(text);
        this.html = new MimeBody(html);
        this.head = ascii("MIME-Version: 1.0" + CRLF
                + "From: " + from(sender) + CRLF
                + replyTo(sender.replyTo())
                + "List-Unsubscribe-Post: List-Unsubscribe=One-Click" + CRLF
                + "Content-Type: multipart/alternative;" + CRLF + "\tboundary=\"" + boundary + "\"" + CRLF);
        this.beforeText = ascii(CRLF + "--" + boundary + partHead("plain"));
        this.beforeHtml = ascii(CRLF + "--" + boundary + partHead("html"));
        this.end = ascii(CRLF + "--" + boundary + "--" + CRLF);
    }

    /// What differs from message to message.
    ///
    /// @param values of the merge fields, with this message's own
    record Parts(String to, String trackingId, String unsubscribeUrl, Map<String, ?> values, Instant date) {}

    /// @throws TemplateException when this recipient's values do not go through the template, or make it too
    ///     large
    /// @throws IllegalArgumentException for an address that no header can hold
    MessageBytes write(Parts parts) {
        MessageBytes.Builder free = builders.poll();
        MessageBytes.Builder out = free == null ? new MessageBytes.Builder() : free;
        try {
            write(parts, out);
            return out.dotless();
        } finally {
            out.clear();
            if (out.capacity() <= LARGEST_KEPT) {
                boolean _ = builders.offer(out);
            }
        }
    }

    private void write(Parts parts, MessageBytes.Builder out) {
        out.share(head);
        header(out.own(), "Date", date(parts.date()));
        header(out.own(), "Message-ID", "<" + parts.trackingId() + "@" + domain + ">");
        header(out.own(), "To", address(parts.to()));
        header(out.own(), "Subject", headerText("Subject", subject(parts.values())));
        header(out.own(), "List-Unsubscribe", "<" + parts.unsubscribeUrl() + ">");
        out.share(beforeText);
        text.write(parts.values(), out);
        out.share(beforeHtml);
        html.write(parts.values(), out);
        out.share(end);
        mustFit(out);
    }

    static void mustFit(MessageBytes.Builder out) {
        if (out.length() > LARGEST) {
            throw new TemplateException(
                    0, 0, "the message has more than the " + LARGEST + " bytes that are sent at most");
        }
    }

    private String subject(Map<String, ?> values) {
        String rendered = subject.render(values).strip();
        if (rendered.length() > LONGEST_SUBJECT) {
            throw new TemplateException(
                    0,
                    0,
                    "the subject has " + rendered.length() + " characters, more than the " + LONGEST_SUBJECT
                            + " that are sent");
        }
        return rendered;
    }

    private record Second(long epochSecond, String date) {}

    /// Mails of one second have one date.
    private static String date(Instant at) {
        Second last = lastSecond;
        if (last.epochSecond() != at.getEpochSecond()) {
            last = new Second(at.getEpochSecond(), DATE.format(at));
            lastSecond = last;
        }
        return last.date();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static void header(GrowingBytes out, String name, String value) {
        out.put(ascii(name + ": " + value + CRLF));
    }

    /// Folded, or encoded (RFC 2047) where it is not ASCII or has a word that cannot be folded.
    private static String headerText(String name, String value) {
        boolean plain = isAscii(value) && !value.contains("=?");
        if (plain && value.length() <= 60) {
            return value;
        }
        return plain && !LONG_WORD.matcher(value).find()
                ? MimeUtility.fold(name.length() + 2, value)
                : encodedWords(value);
    }

    /// Whole characters in each word, and each word on a line of its own (RFC 2047 §2, §5).
    private static String encodedWords(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int bytes = 0;
        for (int character : value.codePoints().toArray()) {
            int length = Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (bytes + length > ENCODED_WORD_BYTES) {
                words.add(word.toString());
                word.setLength(0);
                bytes = 0;
            }
            word.appendCodePoint(character);
            bytes += length;
        }
        words.add(word.toString());
        return words.stream()
                .map(part ->
                        "=?UTF-8?B?" + Base64.getEncoder().encodeToString(part.getBytes(StandardCharsets.UTF_8)) + "?=")
                .collect(Collectors.joining(CRLF + " "));
    }

    private static String from(Newsletter.Sender sender) {
        return MimeUtility.fold(6, author(sender));
    }

    /// Name and address on one line, encoded where they are not ASCII.
    static String author(Newsletter.Sender sender) {
        try {
            String name = TemplateEngine.oneLine(sender.name()).strip();
            return MimeUtility.unfold(new InternetAddress(address(sender.email()), name, "UTF-8").toString());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every JVM has UTF-8", e);
        }
    }

    private static String replyTo(@Nullable String address) {
        return address == null ? "" : "Reply-To: " + address(address) + CRLF;
    }

    private static String address(String address) {
        if (isPlainAddress(address)) {
            return address;
        }
        if (!address.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "no mail can be written to " + address + ": it has controls or characters beyond ASCII");
        }
        try {
            return new InternetAddress(address, true).toString();
        } catch (AddressException e) {
            throw new IllegalArgumentException("no mail can be written to " + address + ": " + e.getMessage(), e);
        }
    }

    /// Atoms and dots, at, a domain: as nearly all are. Regular expressions would cost more than all other
    /// headers.
    private static boolean isPlainAddress(String address) {
        int at = address.indexOf('@');
        if (at < 1 || at > 64 || at == address.length() - 1 || address.length() - at > 256) {
            return false;
        }
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            boolean inDomain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
            if (!inDomain && i != at && (i > at || ATOM.indexOf(c) < 0)) {
                return false;
            }
        }
        return true;
    }

    private static String partHead(String subtype) {
        return CRLF + "Content-Type: text/" + subtype + "; charset=UTF-8" + CRLF
                + "Content-Transfer-Encoding: quoted-printable" + CRLF + CRLF;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
