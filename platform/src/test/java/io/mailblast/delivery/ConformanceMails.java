package io.mailblast.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.content.Newsletter;
import io.mailblast.content.RenderedMessage;
import io.mailblast.http.Json;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.sending.ReturnPath;
import io.mailblast.testing.Corpora;
import io.mailblast.testing.Presses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Mails of every awkward kind, with what has to be read in them.
final class ConformanceMails {

    private static final Newsletter.Press PRESS = Presses.press();
    private static final MessageIdCodec RETURN_PATHS = MessageIdCodec.returnPath(Presses.keys());
    private static final ReturnPath RETURN_PATH = ReturnPath.of(RETURN_PATHS, "bounces@example.org");
    private static final Newsletter.Sender PLAIN = new Newsletter.Sender("Anna", "news@example.org", null);
    private static final Map<String, String> ANN =
            Map.of("first_name", "Zoë 🎉", "last_name", "O'Brien & Söhne", "email", "ann@example.com");

    private final List<Kind> kinds = new ArrayList<>();

    /// What is written, to whom.
    private record Kind(
            String name, Newsletter.Sender sender, Newsletter.Source source, String to, Map<String, ?> values) {}

    /// @param expected what `check.py` reads
    record Sent(Mail mail, ObjectNode expected) {}

    private ConformanceMails() {
        add("plain", PLAIN, "Hello", "<p>Hello {{first_name}}</p>");
        add(
                "UTF-8 in names and subject",
                new Newsletter.Sender(
                        "Jürgen Müller, Ümläut & Söhne GmbH 株式会社", "news@example.org", "antwort@example.org"),
                "Grüße an {{first_name}}: " + "äöü ☃ 🎉 ".repeat(20),
                "<p>Grüße 🎉🎉 {{last_name}}</p>");
        add(
                "a name that needs quotes",
                new Newsletter.Sender("\"The\" (old) Shop, Inc. <x@y.z>", "news@mail.example.org", null),
                "=?UTF-8?Q?not_encoded?= by us",
                "<p>x</p>");
        add("a long subject in ASCII", PLAIN, "many words ".repeat(30).strip(), "<p>x</p>");
        add("a long word in the subject", PLAIN, "x".repeat(300) + " end", "<p>x</p>");
        add(
                "long lines",
                PLAIN,
                "Long",
                "<p>" + "no break at all".replace(" ", "").repeat(400) + "</p><p>" + "äöü".repeat(900) + "</p><p>"
                        + "word ".repeat(900) + "</p>");
        add(
                "dots and From at the start of lines",
                PLAIN,
                "Dots",
                "<pre>\n.\n..\n.dot\n\n.\nFrom here\n>From there\n. \n</pre>\n.");
        add("blanks at the ends of lines", PLAIN, "Blanks", "<p>one  \ntwo\t\n   \nthree</p>   ");
        add(
                "characters of every length",
                PLAIN,
                "Bytes",
                "<p>"
                        + Stream.of("a", "é", "€", "𝄞", "👩‍👩‍👧", "\u00a0", "=", "=3D", "\u2028")
                                .reduce("", (a, b) -> a + b + b + " ")
                                .repeat(40)
                        + "</p>");
        kinds.add(new Kind(
                "an address in quotes",
                PLAIN,
                new Newsletter.Source("Hi", "<p>x</p>", null),
                "\"much.more unusual\"@example.com",
                ANN));
        kinds.add(new Kind(
                "values that would be headers",
                new Newsletter.Sender("Anna\r\nX-Injected: 1\0", "news@example.org", null),
                new Newsletter.Source("Hi {{first_name}}", "<p>{{first_name}}</p>", null),
                "ann@example.com",
                Map.of("first_name", "Ann\r\nBcc: all@example.com\r\n\r\nX-Injected: yes\0 \u0085 \u2028x")));
        kinds.add(new Kind(
                "a text of its own",
                PLAIN,
                new Newsletter.Source("Hi", "<p>x</p>", ".\r\nline\r\n\r\n.\nFrom me\n" + "ü".repeat(2_000)),
                "ann@example.com",
                ANN));
    }

    private void add(String name, Newsletter.Sender sender, String subject, String html) {
        kinds.add(new Kind(name, sender, new Newsletter.Source(subject, html, null), "ann@example.com", ANN));
    }

    /// @param folder where the bytes are kept as they go out
    static List<Sent> all(Delivery delivery, Path folder, String record, String recordName) throws IOException {
        ConformanceMails mails = new ConformanceMails();
        mails.addNewsletters();
        List<Sent> sent = new ArrayList<>();
        for (Kind kind : mails.kinds) {
            int number = sent.size() + 1;
            sent.add(write(kind, number, delivery, folder, record, recordName));
        }
        return sent;
    }

    private void addNewsletters() throws IOException {
        Optional<Path> corpus = Corpora.findOrSay("newsletters");
        if (corpus.isEmpty()) {
            return;
        }
        try (Stream<Path> files = Files.list(corpus.get())) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(".html")).sorted().toList()) {
                // Braces there are no fields of ours.
                String html = Files.readString(file).replace("{{", "").replace("}}", "");
                add(file.getFileName().toString(), PLAIN, "For {{first_name}}", html);
            }
        }
    }

    private static Sent write(Kind kind, int number, Delivery delivery, Path folder, String record, String recordName)
            throws IOException {
        Newsletter newsletter = Newsletter.compile(kind.source(), kind.sender(), 1, PRESS, Newsletter.Tracking.ON);
        MessageId id = new MessageId(1, 7, number, 0);
        RenderedMessage seen = newsletter.render(id, kind.values());
        byte[] mime =
                newsletter.write(id, kind.to(), kind.values(), Instant.now()).mime();
        Mail mail = delivery.prepare(
                RETURN_PATH.on(new Mail(kind.sender().email(), kind.to(), mime, seen.trackingId(), "7"), id));
        Path file = folder.resolve(number + ".sent");
        Files.write(file, mail.mime());
        String domain = kind.sender().email().replaceAll(".*@", "");
        ObjectNode expected = Json.MAPPER.createObjectNode();
        expected.put("name", kind.name());
        expected.put("sent", file.toString());
        expected.put("message_id", "<" + seen.trackingId() + "@" + domain + ">");
        expected.put("subject", seen.subject().strip());
        expected.put(
                "from_name",
                kind.sender().name().replaceAll("[\\x00-\\x1f]+", " ").strip());
        expected.put("from_email", kind.sender().email());
        expected.put("reply_to", kind.sender().replyTo());
        expected.put("to", kind.to());
        expected.put("return_path", "bounces+" + RETURN_PATHS.write(id) + "@example.org");
        expected.put("identifier", RETURN_PATHS.write(id));
        expected.put("unsubscribe", seen.unsubscribeUrl());
        expected.put("text", seen.text());
        expected.put("html", seen.html());
        expected.put("dkim_record", record);
        expected.put("dkim_name", recordName);
        return new Sent(mail, expected);
    }
}
