package io.mailblast.tracking;

import io.mailblast.http.Answer;
import io.mailblast.tracking.Phrase.Language;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// A small page for a recipient: one card, readable on a phone, light or dark as the device is. It loads nothing and
/// runs nothing; the policy (Content Security Policy 3) lets only its own style through, by its hash.
///
/// Everything that is put into it goes through [#text], which escapes.
final class Page {

    private static final String STYLE = """
            :root{color-scheme:light dark}
            body{margin:0;font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
            main{max-width:32rem;margin:12vh auto 2rem;padding:0 1.25rem}
            h1{font-size:1.375rem;line-height:1.3;margin:0 0 .75rem}
            p{margin:0 0 1rem}
            .quiet{opacity:.7;font-size:.875rem}
            .target{overflow-wrap:anywhere;font-family:ui-monospace,monospace;font-size:.875rem}
            button,.button{display:inline-block;font:inherit;font-weight:600;padding:.625rem 1.25rem;border:0;
            border-radius:.5rem;background:#1d4ed8;color:#fff;text-decoration:none;cursor:pointer}
            button:focus-visible,.button:focus-visible{outline:3px solid #93c5fd;outline-offset:2px}
            fieldset{border:1px solid color-mix(in srgb,CanvasText 25%,transparent);border-radius:.5rem;margin:2rem 0 1rem;
            padding:.75rem 1rem}
            label{display:block;padding:.375rem 0}
            """;

    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final String brand;
    private final Language language;
    private final StringBuilder body = new StringBuilder();
    private final String title;

    Page(String brand, Language language, String title) {
        this.brand = brand;
        this.language = language;
        this.title = title;
    }

    /// A line of words.
    Page paragraph(String words) {
        body.append("<p>").append(text(words)).append("</p>\n");
        return this;
    }

    Page quiet(String words) {
        body.append("<p class=\"quiet\">").append(text(words)).append("</p>\n");
        return this;
    }

    /// Shows an address and a link to it.
    Page target(String url, String location, String words) {
        body.append("<p class=\"target\">").append(text(url)).append("</p>\n");
        body.append("<p><a class=\"button\" rel=\"noreferrer nofollow\" href=\"")
                .append(text(location))
                .append("\">")
                .append(text(words))
                .append("</a></p>\n");
        return this;
    }

    /// A button that posts one field to the page's own address.
    Page button(String field, String value, String words) {
        body.append("<form method=\"post\"><input type=\"hidden\" name=\"")
                .append(text(field))
                .append("\" value=\"")
                .append(text(value))
                .append("\"><button>")
                .append(text(words))
                .append("</button></form>\n");
        return this;
    }

    /// Boxes to tick and a button that posts those that are.
    Page choices(String legend, String field, Iterable<Choice> choices, String words) {
        body.append("<form method=\"post\"><fieldset><legend>")
                .append(text(legend))
                .append("</legend>\n");
        for (Choice choice : choices) {
            body.append("<label><input type=\"checkbox\" name=\"")
                    .append(text(field))
                    .append("\" value=\"")
                    .append(text(choice.value()))
                    .append("\"> ")
                    .append(text(choice.words()))
                    .append("</label>\n");
        }
        body.append("</fieldset><button>").append(text(words)).append("</button></form>\n");
        return this;
    }

    /// One box of [#choices].
    record Choice(String value, String words) {}

    Answer answer(int status) {
        String html = "<!doctype html>\n<html lang=\"" + language.tag() + "\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                + "<meta name=\"robots\" content=\"noindex\">\n<title>" + text(title) + " · " + text(brand)
                + "</title>\n<style>" + STYLE + "</style>\n</head>\n<body>\n<main>\n<p class=\"quiet\">" + text(brand)
                + "</p>\n<h1>" + text(title) + "</h1>\n" + body + "</main>\n</body>\n</html>\n";
        return Answer.html(status, html)
                .with("Content-Security-Policy", POLICY)
                .with("Content-Language", language.tag())
                .with("Vary", "Accept-Language")
                .with("Cache-Control", "no-store")
                .with("Referrer-Policy", "no-referrer")
                .with("X-Robots-Tag", "noindex");
    }

    /// Text that means nothing to HTML, in an element or in an attribute with quotes.
    static String text(String words) {
        StringBuilder safe = new StringBuilder(words.length() + 16);
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
