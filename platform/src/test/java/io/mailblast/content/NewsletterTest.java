package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.http.FieldError;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageId;
import io.mailblast.testing.Presses;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewsletterTest {

    private static final MessageId ID = new MessageId(3, 14, 15, 0);
    private final Newsletter.Press press = Presses.press();

    @Test
    void valuesAreEscapedInHtmlAndNotInText() {
        RenderedMessage message = render("<p>Dear {{first_name}}</p>", Map.of("first_name", "<b>Tom & Co</b>"));

        assertThat(message.html()).contains("Dear &lt;b&gt;Tom &amp; Co&lt;/b&gt;");
        assertThat(message.text()).contains("Dear <b>Tom & Co</b>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    {{ first_name | default: "there" }}~there
                    {{ first_name | default: 'there' }}~there
                    {{default first_name "there"}}~there
                    {{#if first_name}}x{{else}}nobody{{/if}}~nobody
                    """)
    void anAbsentValueHasItsDefault(String template, String expected) {
        assertThat(render("<p>[" + template + "]</p>", Map.of()).html()).contains("[" + expected + "]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
                    <p>{{#if a}}x</p>~line 1
                    <p>\\nline {{ first_name | nonsense }}~line 2
                    {{{name}}}~line 1, column 1
                    x\\n  {{&name}}~line 2, column 3
                    {{> other}}~cannot be included
                    {{frobnicate name}}~frobnicate
                    {{name~line 1
                    """)
    void aTemplateThatDoesNotCompileSaysWhere(String template, String expected) {
        List<FieldError> errors =
                Newsletter.check(new Newsletter.Source("Subject", template.replace("\\n", "\n"), null));

        assertThat(errors).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo("content");
            assertThat(error.message()).contains(expected);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{class}}", "{{first_name.class.name}}", "{{first_name.bytes}}", "{{this.getClass}}"})
    void templatesReachNoJavaObject(String template) {
        assertThat(render("<p>[" + template + "]</p>", Map.of("first_name", "x"))
                        .html())
                .contains("[]");
    }

    @Test
    void aLinkLeadsBackHereWithTargetAndSignature() {
        RenderedMessage message = render("<a href=\"https://a.example/?x=1&amp;y=ü\">x</a>", Map.of());

        URI link = URI.create(Jsoup.parse(message.html()).selectFirst("a").attr("href"));
        Map<String, String> query = query(link);
        String target = new String(Base64.getUrlDecoder().decode(query.get("url")), StandardCharsets.UTF_8);
        assertThat(link.getPath()).isEqualTo("/track/click/" + message.trackingId());
        assertThat(target).isEqualTo("https://a.example/?x=1&y=ü");
        assertThat(press.signer().verifies(3, target, LinkSigner.NO_PLACE, query.get("s")))
                .isTrue();
        assertThat(press.tracking().read(message.trackingId())).isEqualTo(ID);
    }

    @Test
    void aPersonalisedLinkIsSignedForItsRecipient() {
        RenderedMessage message = render(
                "<a href=\"https://a.example/{{city}}?a=1&amp;b={{n}}\">x</a>", Map.of("city", "Köln", "n", "<&>"));

        Map<String, String> query =
                query(URI.create(Jsoup.parse(message.html()).selectFirst("a").attr("href")));
        String target = new String(Base64.getUrlDecoder().decode(query.get("url")), StandardCharsets.UTF_8);
        assertThat(target).isEqualTo("https://a.example/Köln?a=1&b=<&>");
        assertThat(query.get("l")).isEqualTo("0");
        assertThat(press.signer().verifies(3, target, 0, query.get("s"))).isTrue();
    }

    @Test
    void theWireFormHasWhatMailboxProvidersAskFor() throws Exception {
        Newsletter newsletter = compile("<p>Grüße</p>");
        RenderedMessage message = newsletter.render(ID, Map.of());

        MimeMessage parsed = parse(newsletter, Map.of());

        assertThat(parsed.getHeader("List-Unsubscribe", null)).isEqualTo("<" + message.unsubscribeUrl() + ">");
        assertThat(parsed.getHeader("List-Unsubscribe-Post", null)).isEqualTo("List-Unsubscribe=One-Click");
        assertThat(parsed.getMessageID()).isEqualTo("<" + message.trackingId() + "@example.org>");
        assertThat(parsed.getFrom()[0]).hasToString("=?UTF-8?Q?J=C3=BCrgen?= <j@example.org>");
        assertThat(parsed.getSubject()).isEqualTo("Hello");
        MimeMultipart parts = (MimeMultipart) parsed.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(0).getContentType()).startsWith("text/plain");
        assertThat((String) parts.getBodyPart(0).getContent()).contains("Grüße").contains("Unsubscribe: https://");
        assertThat((String) parts.getBodyPart(1).getContent()).contains("Grüße");
    }

    @Test
    void aValueCannotAddAHeader() throws Exception {
        Newsletter newsletter = Newsletter.compile(
                new Newsletter.Source("Hi {{first_name}}", "<p>x</p>", null),
                new Newsletter.Sender("S", "s@example.org", null),
                3,
                press,
                Newsletter.Tracking.ON);

        MimeMessage parsed = parse(newsletter, Map.of("first_name", "x\r\nBcc: all@example.org\u0000"));
        assertThat(parsed.getHeader("Bcc")).isNull();
        assertThat(parsed.getSubject()).isEqualTo("Hi x Bcc: all@example.org");
    }

    @Test
    void sectionsBetweenTableRowsKeepTheirPlaceInPlainText() {
        RenderedMessage message = render(
                "<table><tr><td>A</td></tr>{{#each items}}<tr><td>{{this}}</td></tr>{{/each}}<tr><td>Z</td></tr></table>",
                Map.of("items", List.of("x", "y")));

        assertThat(message.text()).matches("(?s)A\\s+x\\s+y\\s+Z\\s.*");
    }

    @Test
    void withoutTrackingLinksStayWhatTheyWereAndThereIsNoPixel() {
        String html =
                "<body><a href=\"https://a.example/?x=1&amp;y=ü\">x</a> <a href='https://b.example/{{city}}'>y</a></body>";
        Newsletter newsletter = Newsletter.compile(
                new Newsletter.Source("Hello", html, null),
                new Newsletter.Sender("Jürgen", "j@example.org", null),
                3,
                press,
                Newsletter.Tracking.OFF);

        RenderedMessage message = newsletter.render(ID, Map.of("city", "koeln"));

        assertThat(message.html())
                .contains("<a href=\"https://a.example/?x=1&amp;y=ü\">", "'https://b.example/koeln'")
                .contains("<a href=\"" + message.unsubscribeUrl() + "\"")
                .doesNotContain("/track/");
        assertThat(message.text()).doesNotContain("/track/").contains(message.unsubscribeUrl());
        assertThat(newsletter.links()).isEmpty();
    }

    private RenderedMessage render(String html, Map<String, Object> values) {
        return compile(html).render(ID, values);
    }

    private Newsletter compile(String html) {
        return Newsletter.compile(
                new Newsletter.Source("Hello", html, null),
                new Newsletter.Sender("Jürgen", "j@example.org", null),
                3,
                press,
                Newsletter.Tracking.ON);
    }

    private static MimeMessage parse(Newsletter newsletter, Map<String, Object> values) throws Exception {
        byte[] mime = newsletter
                .write(ID, "to@example.org", values, Instant.parse("2026-03-01T10:00:00Z"))
                .mime();
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mime));
    }

    private static Map<String, String> query(URI link) {
        return Arrays.stream(link.getRawQuery().split("&"))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    }
}
