package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.key.MessageId;
import io.mailblast.testing.Presses;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BulkFormTest {

    private static final MessageId ID = new MessageId(3, 14, 15, 0);
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\{([a-z]\\d+)}}}");
    private static final String[] PARTS = {
        "text ",
        "{{v}}",
        "{{w.x}}",
        "{{#if v}}yes{{/if}}",
        "<a href=\"https://example.org/{{v}}\">x</a>",
        // Not a backslash right before braces: it would escape them.
        "$1 \\ ",
        "<a href=\"https://example.org/\">y</a>",
        "{{default v \"there\"}}",
        "{ a }",
        "é\n",
        "{{unsubscribe_url}}"
    };

    private final Newsletter.Press press = Presses.press();

    /// What a provider makes of template and values is what one mail by itself says.
    @Test
    void templateAndValuesTogetherAreTheMail() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            StringBuilder html = new StringBuilder();
            for (int j = random.nextInt(9); j >= 0; j--) {
                html.append(PARTS[random.nextInt(PARTS.length)]);
            }
            Newsletter newsletter = compile("Hi {{v}}", html.toString());
            Map<String, Object> values =
                    Map.of("v", "<\"{{{h0}}}\"> \r\n& $2", "w", Map.of("x", random.nextBoolean() ? "" : "{{v}}"));

            BulkForm form = newsletter.bulkForm();
            BulkForm.Values own = newsletter.bulkValues(ID, values);

            RenderedMessage expected = newsletter.render(ID, values);
            assertThat(filled(form.subject(), own)).as("seed %s", seed).isEqualTo(expected.subject());
            assertThat(filled(form.html(), own)).as("seed %s", seed).isEqualTo(expected.html());
            assertThat(filled(form.text(), own)).as("seed %s", seed).isEqualTo(expected.text());
            assertThat(own.trackingId()).isEqualTo(expected.trackingId());
            assertThat(own.headers())
                    .containsEntry("List-Unsubscribe", "<" + expected.unsubscribeUrl() + ">")
                    .containsEntry("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
    }

    @Test
    void controlsInValuesBecomeNoHeaderAndNoNul() {
        Newsletter newsletter = compile("Hi {{v}}", "<p>{{v}}</p>");

        BulkForm.Values own = newsletter.bulkValues(ID, Map.of("v", "a\r\nBcc: all@example.org\0b"));

        assertThat(filled(newsletter.bulkForm().subject(), own)).doesNotContain("\r", "\n", "\0");
        assertThat(own.values().values())
                .isNotEmpty()
                .allSatisfy(value -> assertThat(value).doesNotContain("\0"));
    }

    @Test
    void theSendersNameIsEncodedOnOneLine() {
        assertThat(compile("Hi", "<p>x</p>").bulkForm().from())
                .matches("=\\?UTF-8\\?[QB]\\?[!-~ ]+ <news@example\\.org>");
    }

    @Test
    void valuesThatAreTooLargeForARequestAreNamed() {
        assertThatThrownBy(() -> compile("Hi", "<p>{{v}}</p>").bulkValues(ID, Map.of("v", "x".repeat(1 << 20))))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("of a bulk request");
    }

    private static String filled(String template, BulkForm.Values own) {
        return VARIABLE.matcher(template)
                .replaceAll(variable -> Matcher.quoteReplacement(
                        Objects.requireNonNull(own.values().get(variable.group(1)))));
    }

    private Newsletter compile(String subject, String html) {
        return Newsletter.compile(
                new Newsletter.Source(subject, html, null),
                new Newsletter.Sender("Jürgen\r\n Müller " + "ü".repeat(60), "news@example.org", null),
                3,
                press,
                Newsletter.Tracking.ON);
    }
}
