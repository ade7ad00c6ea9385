package io.mailblast.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.Corpora;
import io.mailblast.testing.Presses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRewriterTest {

    private final Newsletter.Press press = Presses.press();
    private final LinkRewriter rewriter = rewriter(LinkRewriter.Unseen.LEFT_OUT);

    @Test
    void webLinksAreTrackedAndAllElseStays() {
        String html = "<p>Hi<a  HREF='https://a.example/x?b=1&amp;c=2'>one</a> <br>two</p>";

        LinkRewriter.Rewritten rewritten = rewriter.rewrite(html, 7);

        assertThat(rewritten.links()).containsExactly("https://a.example/x?b=1&c=2");
        assertThat(rewritten.html())
                .startsWith("<p>Hi<a  HREF='" + Presses.BASE + "/track/click/{{mb_id}}?url=")
                .contains("'>one</a> <br>two</p>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mailto:a@example.org",
                "tel:+4912345",
                "#top",
                "/relative",
                "{{unsubscribe_url}}",
                "https://x.example/?u={{unsubscribe_url}}",
                "javascript:alert(1)",
                ""
            })
    void whatIsNoWebLinkIsLeftAlone(String target) {
        String html = "<a href=\"" + target + "\">x</a>";

        LinkRewriter.Rewritten rewritten = rewriter.rewrite(html, 7);

        assertThat(rewritten.links()).isEmpty();
        assertThat(rewritten.html()).startsWith(html);
    }

    @Test
    void anUnquotedTargetIsQuoted() {
        String rewritten =
                rewriter.rewrite("<a href=https://a.example>x</a>", 7).html();

        assertThat(Jsoup.parse(rewritten).selectFirst("a").attr("href")).startsWith(Presses.BASE + "/track/click/");
        assertThat(rewritten).startsWith("<a href=\"" + Presses.BASE);
    }

    private LinkRewriter rewriter(LinkRewriter.Unseen unseen) {
        return new LinkRewriter(Presses.BASE, press.signer(), unseen);
    }

    @Test
    void oneTargetTwiceIsTwoLinksOfWhichTheSecondNamesItsPlace() {
        LinkRewriter.Rewritten rewritten = rewriter.rewrite(
                "<a href='https://a.example'>x</a><a href='https://b.example'>y</a><a href='https://a.example'>z</a>",
                7);

        assertThat(rewritten.links()).containsExactly("https://a.example", "https://b.example", "https://a.example");
        assertThat(targets(rewritten))
                .map(target -> target.replaceAll(".*?(&l=\\d+)?&s=.*", "$1"))
                .containsExactly("", "", "&l=2");
    }

    @Test
    void aPersonalLinkNamesItsPlace() {
        LinkRewriter.Rewritten rewritten = rewriter.rewrite(
                "<a href='https://a.example'>x</a><a href='https://b.example/?who={{first_name}}'>y</a>", 7);

        assertThat(rewritten.html()).contains("{{#mb_click mb_links 1}}https://b.example/?who={{first_name}}");
        assertThat(rewritten.links()).containsExactly("https://a.example", "https://b.example/?who={{first_name}}");
    }

    @Test
    void oneMoreLinkStandsWhereNoPersonSeesItAndLeadsWhereTheFirstOneLeads() {
        LinkRewriter.Rewritten rewritten =
                rewriter(LinkRewriter.Unseen.ADDED).rewrite("<body><a href='https://a.example'>x</a></body>", 7);

        Element unseen =
                Jsoup.parse(rewritten.html()).select("a[href*=/track/click/]").get(1);
        assertThat(rewritten.links()).containsExactly("https://a.example");
        assertThat(unseen.attr("style")).contains("display:none");
        assertThat(unseen.attr("aria-hidden")).isEqualTo("true");
        assertThat(unseen.attr("tabindex")).isEqualTo("-1");
        assertThat(unseen.text()).isEmpty();
        assertThat(unseen.attr("href"))
                .contains("&l=10000&s=")
                .contains(Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("https://a.example".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whereNoLinkIsToBeFollowedNoneIsHidden() {
        assertThat(rewriter(LinkRewriter.Unseen.ADDED)
                        .rewrite("<p>Hello</p>", 7)
                        .html())
                .doesNotContain("/track/click/");
    }

    private static List<String> targets(LinkRewriter.Rewritten rewritten) {
        return Jsoup.parse(rewritten.html()).select("a[href*=/track/click/]").eachAttr("href");
    }

    @Test
    void linksInConditionalCommentsAreLeftToTheClientsThatReadThem() {
        String comment = "<!--[if mso]><v:rect href=\"https://outlook.example\"></v:rect><![endif]-->";

        assertThat(rewriter.rewrite("<body>" + comment + "</body>", 7).html()).contains(comment);
    }

    @Test
    void pixelAndFooterStandBeforeTheEndOfTheBody() {
        String rewritten = rewriter.rewrite("<html><body><p>x</p></body></html><!-- </body> -->", 7)
                .html();

        assertThat(rewritten)
                .matches(
                        "(?s)<html><body><p>x</p><div .*\\{\\{unsubscribe_url}}.*</div>\\s*<img [^>]*>\\s*</body></html><!-- </body> -->");
    }

    @Test
    void anUnsubscribeLinkOfTheAuthorIsTheOnlyOne() {
        String rewritten = rewriter.rewrite("<p><a href='{{ unsubscribe_url }}'>stop</a></p>", 7)
                .html();

        assertThat(rewritten.split("unsubscribe_url", -1)).hasSize(2);
    }

    @TestFactory
    Stream<DynamicTest> realNewslettersComeThroughUnharmed() throws IOException {
        Path folder = Corpora.find("newsletters");
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(file -> file.toString().endsWith(".html")).toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(), () -> comesThrough(Files.readString(file))));
    }

    @Test
    void aGeneratedNewsletterComesThroughUnharmed() {
        long seed = System.nanoTime();
        System.out.println("LinkRewriterTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            comesThrough(HtmlGenerator.newsletter(random));
        }
    }

    /// Text, images, structure: everything but the targets of links, the pixel and the footer is what it was.
    private void comesThrough(String html) {
        Document before = Jsoup.parse(html);
        Document after = Jsoup.parse(rewriter.rewrite(html, 7).html());

        after.select("img[src*=/track/open/]").remove();
        if (!html.contains("unsubscribe_url")) {
            after.select("a[href='{{unsubscribe_url}}']").parents().first().remove();
        }
        for (Document document : List.of(before, after)) {
            for (Element link : document.select("a[href], area[href]")) {
                String href = link.attr("href");
                link.attr(
                        "href",
                        href.contains("/track/click/") || href.contains("mb_click") || LinkRewriter.isWeb(href.strip())
                                ? "web"
                                : href);
            }
        }
        assertThat(normalised(after)).isEqualTo(normalised(before));
    }

    private static String normalised(Document document) {
        document.outputSettings().prettyPrint(false);
        return document.outerHtml()
                .replaceAll("\\s+", " ")
                .replaceAll(" (?=</(body|html)>)|(?<=>) (?=<)", "")
                .strip();
    }
}
