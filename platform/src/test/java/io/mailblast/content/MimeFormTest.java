package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.key.MessageId;
import io.mailblast.testing.Presses;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MimeFormTest {

    private static final MessageId ID = new MessageId(3, 14, 15, 0);
    private static final Instant DATE = Instant.parse("2026-03-01T10:00:00Z");
    private static final String[] ALPHABET = {
        "a",
        "F",
        "From ",
        ".",
        "=",
        " ",
        "\t",
        "\n",
        "\r\n",
        "é",
        "€",
        "😀",
        "\u0000",
        "long word ",
        "{{v}}",
        "{{w}}",
        "<b>",
    };

    private final Newsletter.Press press = Presses.press();

    /// Read back by another parser, every text is what was rendered, and every line is short and ASCII.
    @Test
    void whateverIsWrittenIsReadBackTheSame() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            String source = text(random, 1 + random.nextInt(120));
            Map<String, Object> values =
                    Map.of("v", text(random, random.nextInt(40)).replace("{", ""), "w", "");
            Newsletter newsletter = compile("Hi {{v}}", source + (i % 2 == 0 ? "{{#if v}}{{v}}{{/if}}" : ""));

            byte[] mime = newsletter.write(ID, "to@example.org", values, DATE).mime();

            RenderedMessage seen = newsletter.render(ID, values);
            MimeMultipart parts = (MimeMultipart) parse(mime).getContent();
            assertThat((String) parts.getBodyPart(0).getContent())
                    .as("seed %s", seed)
                    .isEqualTo(lines(seen.text()));
            assertThat((String) parts.getBodyPart(1).getContent())
                    .as("seed %s", seed)
                    .isEqualTo(lines(seen.html()));
            for (String line : new String(mime, StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
                assertThat(line)
                        .as("seed %s", seed)
                        .matches("[\\t\\x20-\\x7e]{0,998}")
                        .doesNotStartWith(".");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Plain",
                "Grüße aus Köln, mit einem Betreff, der über viele Zeilen geht und gefaltet werden muss – so lang ist er",
                "An ordinary subject that is longer than one line of a header may be, in ASCII, with words to fold it at",
                "Aword-that-cannot-be-folded-because-it-has-no-blank-anywhere-and-is-far-longer-than-the-78-of-a-line-----",
                "=?UTF-8?Q?not_encoded?=",
                "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"
            })
    void aSubjectIsReadBackTheSameAndItsLinesAreShort(String subject) throws Exception {
        byte[] mime = compile(subject, "<p>x</p>")
                .write(ID, "to@example.org", Map.of(), DATE)
                .mime();

        MimeMessage parsed = parse(mime);
        assertThat(parsed.getSubject()).isEqualTo(subject);
        assertThat(new String(mime, StandardCharsets.US_ASCII).lines().filter(line -> line.length() > 78))
                .allSatisfy(line -> assertThat(line).startsWith("List-Unsubscribe:"));
    }

    @Test
    void quotedLocalPartsAreWrittenAsTheyAre() throws Exception {
        byte[] mime = compile("S", "x")
                .write(ID, "\"john doe\"@example.org", Map.of(), DATE)
                .mime();

        assertThat(((InternetAddress) parse(mime).getAllRecipients()[0]).getAddress())
                .isEqualTo("\"john doe\"@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.example\r\nBcc: x@y.example",
                "jürgen@example.org",
                "",
                "a b@example.org",
                "a@b@c.example",
                "a\u0000@b.example"
            })
    void anAddressThatNoHeaderCanHoldIsRefused(String address) {
        Newsletter newsletter = compile("S", "x");

        assertThatThrownBy(() -> newsletter.write(ID, address, Map.of(), DATE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMessageThatIsTooLargeIsRefused() {
        Newsletter newsletter = compile("S", "{{v}}");

        assertThatThrownBy(() -> newsletter.write(ID, "to@example.org", Map.of("v", "ü".repeat(1_000_000)), DATE))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("bytes");
    }

    private Newsletter compile(String subject, String html) {
        return Newsletter.compile(
                new Newsletter.Source(subject, html, null),
                new Newsletter.Sender("Jürgen \"J\" Groß, Köln", "j@example.org", "answers@example.org"),
                3,
                press,
                Newsletter.Tracking.ON);
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }

    private static String lines(String text) {
        return text.replaceAll("\r\n|\r|\n", "\r\n");
    }

    private static MimeMessage parse(byte[] mime) throws Exception {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mime));
    }
}
