package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.key.MessageId;
import io.mailblast.testing.Presses;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that would be headers, or fill the memory: each is made harmless, or fails its recipient with a
/// reason.
class HostileValuesTest {

    private static final MessageId ID = new MessageId(3, 14, 15, 0);
    private static final Instant DATE = Instant.parse("2026-03-01T10:00:00Z");
    private static final String[] PARTS = {
        "\r",
        "\n",
        "\r\n",
        "\0",
        "\u000b",
        "\u0085",
        "\u2028",
        "\u2029",
        "\t",
        " ",
        "Bcc: all@example.org",
        "X: y",
        "a",
        "é",
        "=?UTF-8?Q?=0D=0ABcc:_x?=",
        "\"",
        "<",
        ">",
        ",",
        ":",
        "\r\n\r\nbody",
        "\r\n ",
        "x".repeat(90)
    };
    private static final List<String> FIELDS = List.of(
            "MIME-Version",
            "From",
            "Reply-To",
            "List-Unsubscribe-Post",
            "Content-Type",
            "Date",
            "Message-ID",
            "To",
            "Subject",
            "List-Unsubscribe");

    private final Newsletter.Press press = Presses.press();

    @Test
    void nothingThatIsWrittenBecomesAHeaderOfItsOwn() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            String name = hostile(random);
            String subject = hostile(random).replace("{", "") + "{{v}}";
            Newsletter newsletter = compile(name, "reply@example.org", subject, "<p>{{v}}</p>");

            byte[] mime = newsletter
                    .write(ID, "to@example.org", Map.of("v", hostile(random)), DATE)
                    .mime();

            String text = new String(mime, StandardCharsets.ISO_8859_1);
            String head = text.substring(0, text.indexOf("\r\n\r\n"));
            assertThat(head.replaceAll("\r\n[ \t]", " ").split("\r\n"))
                    .as("seed %s", seed)
                    .hasSameSizeAs(FIELDS)
                    .allSatisfy(field -> assertThat(FIELDS).contains(field.substring(0, field.indexOf(':'))));
            assertThat(text.replace("\r\n", "")).as("seed %s", seed).matches("[\\x09\\x20-\\x7e]*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b.example\r\nBcc: x@y.example", "a@b.example\n", "a\0@b.example", "a@b.example\r"})
    void anAnswerAddressWithControlsIsRefused(String replyTo) {
        assertThatThrownBy(() -> compile("Anna", replyTo, "Hi", "<p>x</p>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no mail can be written to");
    }

    @Test
    void anUnsubscribeLinkIsMadeOfHarmlessCharactersWhateverTheValues() {
        Newsletter newsletter = compile("Anna", null, "Hi", "<p>x</p>");
        Map<String, String> values = Map.of("unsubscribe_url", "https://evil.example\r\nBcc: x@y.example");

        String head =
                new String(newsletter.write(ID, "to@example.org", values, DATE).mime(), StandardCharsets.ISO_8859_1);

        assertThat(head)
                .containsPattern("\r\nList-Unsubscribe: <https://mail\\.example\\.org/unsubscribe/[A-Za-z0-9_-]+>\r\n")
                .doesNotContain("evil.example");
    }

    @Test
    void anAttributeOfAMegabyteGoesOutWhereItFits() {
        byte[] mime = compile("Anna", null, "Hi", "<p>{{v}}</p>")
                .write(ID, "to@example.org", Map.of("v", "x".repeat(1 << 20)), DATE)
                .mime();

        assertThat(mime.length).isBetween(2 << 20, MimeForm.LARGEST);
        assertThat(new String(mime, StandardCharsets.US_ASCII)
                        .split("\r\n\r\n", 2)[1]
                        .lines()
                        .mapToInt(String::length)
                        .max())
                .hasValue(76);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{v}}", "{{#if v}}{{v}}{{/if}}", "{{default v \"x\"}}"})
    void anAttributeOfAMegabyteInManyPlacesIsStoppedBeforeItFillsTheMemory(String field) {
        Newsletter newsletter = compile("Anna", null, "Hi", ("<p>" + field + "</p>").repeat(2_000));
        Map<String, String> values = Map.of("v", "x".repeat(1 << 20));

        assertThatThrownBy(() -> newsletter.write(ID, "to@example.org", values, DATE))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("more than");
        assertThatThrownBy(() -> newsletter.render(ID, values))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void anAttributeOfAMegabyteInTheSubjectFailsThatRecipient() {
        Newsletter newsletter = compile("Anna", null, "Hi {{v}}", "<p>x</p>");

        assertThatThrownBy(() -> newsletter.write(ID, "to@example.org", Map.of("v", "x".repeat(1 << 20)), DATE))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("the subject has 1048579 characters");
        assertThat(newsletter
                        .write(ID, "to@example.org", Map.of("v", "y"), DATE)
                        .mime())
                .isNotEmpty();
    }

    @Test
    void listsInsideOfListsAreStopped() {
        List<Integer> many = Collections.nCopies(2_000, 1);
        Newsletter newsletter =
                compile("Anna", null, "Hi", "{{#each v}}{{#each ../v}}{{#each ../../v}}x{{/each}}{{/each}}{{/each}}");

        assertThatThrownBy(() -> newsletter.write(ID, "to@example.org", Map.of("v", many), DATE))
                .isInstanceOf(TemplateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 100_000})
    void blocksThatAreNestedWithoutEndAreRefusedWhereTheyAreWritten(int depth) {
        String html = "{{#if a}}".repeat(depth) + "x" + "{{/if}}".repeat(depth);

        assertThat(Newsletter.check(new Newsletter.Source("Hi", html, null)))
                .anySatisfy(error -> assertThat(error.toString()).contains("nested too deeply"));
    }

    private static String hostile(Random random) {
        return Stream.generate(() -> PARTS[random.nextInt(PARTS.length)])
                .limit(1 + random.nextInt(8))
                .reduce("", String::concat);
    }

    private Newsletter compile(String name, @Nullable String replyTo, String subject, String html) {
        return Newsletter.compile(
                new Newsletter.Source(subject, html, null),
                new Newsletter.Sender(name, "news@example.org", replyTo),
                3,
                press,
                Newsletter.Tracking.ON);
    }
}
