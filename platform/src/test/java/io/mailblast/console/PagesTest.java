package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {

    private static final ConsoleScene SCENE = new ConsoleScene();

    @AfterAll
    static void close() {
        SCENE.close();
    }

    /// What OWASP's filter-evasion page, and a template of another kind, would have a page run or show.
    private static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)",
            "</textarea><script>alert(1)</script>",
            "</title><svg onload=alert(1)>",
            "javascript:alert(1)",
            "${7*7} @if(true) !{x}",
            "<!--<script>");

    @Test
    void whatPeopleTypeIsTextOnEveryPage() {
        Browser browser = SCENE.signedIn("hostile");
        for (String hostile : HOSTILE) {
            browser.get("/console/lists/new");
            browser.post("/console/lists/new", Map.of("name", hostile));
            String draft = SCENE.draft(browser, hostile);
            browser.get(draft + "/edit");
            browser.post(draft + "/edit", edited(hostile));
            browser.get("/console/contacts/new");
            browser.post(
                    "/console/contacts/new",
                    Map.of(
                            "email",
                            "h" + hostile.length() + "@example.com",
                            "first_name",
                            hostile,
                            "last_name",
                            hostile));
            for (String page : List.of(
                    draft + "/edit",
                    draft + "/audience",
                    draft + "/review",
                    "/console/campaigns?q="
                            + java.net.URLEncoder.encode(hostile, java.nio.charset.StandardCharsets.UTF_8),
                    "/console/lists",
                    "/console/contacts",
                    "/console/campaigns")) {
                HttpResponse<String> answer = browser.get(page);
                Document document = Jsoup.parse(answer.body());

                assertThat(answer.statusCode()).as(page + " with " + hostile).isEqualTo(200);
                assertThat(document.select("script:not([src])")).as(page).isEmpty();
                assertThat(document.select(
                                "[onerror], [onload], [onmouseover], [onclick], img[src=x], main svg[onload]"))
                        .as(page + " with " + hostile)
                        .isEmpty();
                assertThat(document.select("a[href^=javascript], form[action^=javascript]"))
                        .as(page)
                        .isEmpty();
            }
        }
    }

    @Test
    void aWrongFieldIsNamedAndNothingThatWasTypedIsLost() {
        Browser browser = SCENE.signedIn("wrong");
        String draft = SCENE.draft(browser, "Plans");
        browser.get(draft + "/edit");
        Map<String, String> typed = edited("Kept name");
        typed.put("content", "<p>Hello {{#if}}</p>\nkept");
        typed.put("from_email", "no address");

        HttpResponse<String> again = browser.post(draft + "/edit", typed);

        Document page = Jsoup.parse(again.body());
        assertThat(again.statusCode()).isEqualTo(422);
        assertThat(page.getElementById("name").val()).isEqualTo("Kept name");
        assertThat(page.getElementById("content").val()).contains("{{#if}}", "kept");
        assertThat(page.getElementById("from_email").attr("aria-invalid")).isEqualTo("true");
        assertThat(page.getElementById("content-says").text()).contains("Line 2, column 5");
        assertThat(Jsoup.parse(browser.get(draft + "/edit").body())
                        .getElementById("name")
                        .val())
                .isEqualTo("Plans");
    }

    @Test
    void contentComesBackAsItWasTyped() {
        Browser browser = SCENE.signedIn("content");
        String draft = SCENE.draft(browser, "Plans");
        browser.get(draft + "/edit");
        Map<String, String> typed = edited("Plans");
        typed.put("content", "\r\n<p>ä € 中 😀 &amp; {{ first_name | default: \"x\" }}</p>\r\n\r\n");

        browser.post(draft + "/edit", typed);

        assertThat(Jsoup.parse(browser.get(draft + "/edit").body())
                        .getElementById("content")
                        .wholeText())
                .isEqualTo("\n<p>ä € 中 😀 &amp; {{ first_name | default: \"x\" }}</p>\n\n");
    }

    @Test
    void aPreviewMayStyleItselfAndRunNothing() {
        Browser browser = SCENE.signedIn("preview");
        String draft = SCENE.draft(browser, "Plans");
        browser.get(draft + "/edit");
        Map<String, String> typed = edited("Plans");
        typed.put("content", "<style>p{color:red}</style><p>Hi {{ first_name | default: \"there\" }}</p>");

        HttpResponse<String> preview = browser.post(draft + "/preview", typed);

        assertThat(preview.body()).contains("Hi there", "color:red");
        assertThat(preview.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox;")
                .contains("default-src 'none'", "frame-ancestors 'self'")
                .doesNotContain("script-src");
    }

    @Test
    void sendingTwiceSendsOnce() {
        Browser browser = SCENE.signedIn("twice");
        browser.get("/console/lists/new");
        browser.post("/console/lists/new", Map.of("name", "Readers"));
        String list = Jsoup.parse(browser.get("/console/lists").body())
                .select("td.main a")
                .attr("href")
                .replaceAll("\\D", "");
        browser.get("/console/contacts/new");
        browser.post("/console/contacts/new", Map.of("email", "one@example.com", "lists", list));
        String draft = SCENE.draft(browser, "Once");
        browser.get(draft + "/audience");
        browser.post(draft + "/audience", Map.of("list_ids", list));
        browser.get(draft + "/review");

        HttpResponse<String> first = browser.post(draft + "/send", Map.of("key", "the page's key"));
        browser.get("/console/lists");
        HttpResponse<String> second = browser.post(draft + "/send", Map.of("key", "the page's key"));

        assertThat(first.statusCode()).isEqualTo(303);
        assertThat(second.statusCode()).as("the same form again").isEqualTo(303);
        assertThat(browser.get("/console/campaigns").body()).containsOnlyOnce(">Once<");
    }

    /// Between a page and its stream the campaign may have come to its end.
    @Test
    void aPageThatIsOlderThanItsStreamIsMadeAnew() {
        Browser browser = SCENE.signedIn("older");
        String draft = SCENE.draft(browser, "Moves on");

        HttpResponse<String> stream = browser.get(draft + "/live?state=queueing");

        assertThat(stream.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(stream.body()).contains("event: part", "event: end\ndata: reload");
    }

    @Test
    void namesComeFirstAndWhatMustBeCountedAfterThem() {
        Browser browser = SCENE.signedIn("counted");
        browser.get("/console/lists/new");
        browser.post("/console/lists/new", Map.of("name", "Readers"));

        Document first = Jsoup.parse(browser.get("/console/lists").body());
        Document then = Jsoup.parse(
                browser.get(first.getElementById("rows").attr("hx-get")).body());

        assertThat(first.select("#rows td").eachText()).startsWith("Readers", "…", "…", "…");
        assertThat(then.select("#rows td").eachText()).startsWith("Readers", "0", "0", "0");
        assertThat(then.getElementById("rows").hasAttr("hx-get")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/campaigns/999999/edit", "/console/campaigns/abc", "/console/contacts/0"})
    void whatIsNotThereIsSaidOnAPage(String path) {
        HttpResponse<String> answer = SCENE.signedIn("missing").get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(answer.body()).contains("Not found");
    }

    @Test
    void aSearchWithACursorThatIsNoneIsSaidOnAPage() {
        HttpResponse<String> answer = SCENE.signedIn("cursor").get("/console/campaigns?cursor=zzz&state=nonsense");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("The request has errors");
    }

    private static Map<String, String> edited(String name) {
        Map<String, String> typed = new HashMap<>(Map.of(
                "name", name,
                "subject", name,
                "from_name", name,
                "from_email", "news@example.com",
                "content", "<p>Hello</p>",
                "text_content", "",
                "reply_to", "",
                "tracking", "on"));
        return typed;
    }
}
