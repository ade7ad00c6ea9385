package io.mailblast.content;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/// Something to look at before a content is sent. It holds nobody back: only the writer knows what is meant.
///
/// @param field `subject`, `content` or `text_content`
/// @param kind `problem` for what recipients will see as a mistake, `hint` for the rest
public record Advice(String field, String kind, String message) {

    /// Gmail shows the beginning of a larger message and a link to the rest.
    static final int CLIPPED_BYTES = 102 << 10;

    private static final int LONG_SUBJECT = 70;
    private static final int MOST_NAMED = 3;

    private static final List<String> LOUD = List.of(
            "100% free",
            "act now",
            "buy now",
            "cash bonus",
            "click here",
            "double your",
            "earn money",
            "free money",
            "guaranteed",
            "limited time",
            "no obligation",
            "risk-free",
            "urgent",
            "winner",
            "you have been selected");

    private static final Pattern LETTERS = Pattern.compile("[^\\p{L}]");
    private static final Pattern MERGED = Pattern.compile("\\{\\{.*?}}", Pattern.DOTALL);

    /// @param message that the source became for somebody
    public static List<Advice> on(Newsletter.Source source, RenderedMessage message) {
        List<Advice> all = new ArrayList<>();
        subject(message.subject(), all);
        if (source.html().isBlank()) {
            all.add(problem("content", "There is no content yet."));
            return all;
        }
        Document document = Jsoup.parse(message.html());
        links(document, all);
        pictures(document, all);
        size(message.html().getBytes(StandardCharsets.UTF_8).length, all);
        loudWords("content", document.text(), all);
        if (document.select("script, iframe, form, object, embed").first() != null) {
            all.add(problem(
                    "content", "Scripts, frames and forms do not work in mail programs, and many refuse such mails."));
        }
        if (!source.html().contains(LinkRewriter.UNSUBSCRIBE_URL)) {
            all.add(hint("content", "You wrote no {{unsubscribe_url}}, so a link is added below your content."));
        }
        return all;
    }

    private static void subject(String subject, List<Advice> all) {
        if (subject.isBlank()) {
            all.add(problem("subject", "The subject is empty."));
        }
        if (subject.codePointCount(0, subject.length()) > LONG_SUBJECT) {
            all.add(hint(
                    "subject",
                    "Phones show about 40 characters of a subject; this has more than " + LONG_SUBJECT + "."));
        }
        String letters = LETTERS.matcher(subject).replaceAll("");
        if (letters.length() > 8
                && letters.equals(letters.toUpperCase(Locale.ROOT))
                && !letters.equals(letters.toLowerCase(Locale.ROOT))) {
            all.add(hint("subject", "It is all in capitals, which filters take for spam."));
        }
        if (subject.contains("!!")) {
            all.add(hint("subject", "Several exclamation marks look like spam to filters."));
        }
        loudWords("subject", subject, all);
    }

    private static void links(Document document, List<Advice> all) {
        List<String> broken = new ArrayList<>();
        for (Element link : document.select("a")) {
            String href = MERGED.matcher(link.attr("href").strip()).replaceAll("");
            if (href.isEmpty() || href.equals("#") || href.matches("(?i)https?://?")) {
                broken.add(link.text().isBlank() ? "a link without text" : "“" + shortened(link.text()) + "”");
            } else if (!href.matches("(?i)(https?|mailto|tel|sms):.*") && !href.startsWith("#")) {
                all.add(problem(
                        "content",
                        "The link to " + shortened(href) + " leads nowhere in a mail: begin it with https://."));
            }
        }
        named(broken, " leads nowhere.", " lead nowhere.", all);
    }

    private static void pictures(Document document, List<Advice> all) {
        List<String> silent = new ArrayList<>();
        for (Element image : document.select("img")) {
            String source = image.attr("src").strip();
            if (source.isEmpty()) {
                all.add(problem("content", "A picture has no src."));
            } else if (!source.matches("(?i)(https?:|data:|cid:).*")) {
                all.add(problem(
                        "content", "The picture " + shortened(source) + " will not be found: begin it with https://."));
            }
            if (!image.hasAttr("alt") && !source.contains("/track/open/")) {
                silent.add(shortened(source));
            }
        }
        if (!silent.isEmpty()) {
            all.add(hint(
                    "content",
                    (silent.size() == 1 ? "A picture has" : silent.size() + " pictures have")
                            + " no alt text: "
                            + String.join(", ", silent.subList(0, Math.min(MOST_NAMED, silent.size())))
                            + ". Many programs show it instead of the picture."));
        }
    }

    private static void named(List<String> broken, String one, String many, List<Advice> all) {
        if (!broken.isEmpty()) {
            String names = String.join(", ", broken.subList(0, Math.min(MOST_NAMED, broken.size())));
            String more = broken.size() > MOST_NAMED ? " and " + (broken.size() - MOST_NAMED) + " more" : "";
            String sentence = names + more + (broken.size() == 1 ? one : many);
            all.add(problem("content", sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1)));
        }
    }

    private static void size(int bytes, List<Advice> all) {
        if (bytes > CLIPPED_BYTES) {
            all.add(problem(
                    "content",
                    "It has " + bytes / 1024
                            + " KB. Gmail shows the first 102 KB and hides the rest, the unsubscribe link too."));
        }
    }

    private static void loudWords(String field, String text, List<Advice> all) {
        String lower = text.toLowerCase(Locale.ROOT);
        List<String> found =
                LOUD.stream().filter(lower::contains).limit(MOST_NAMED).toList();
        if (!found.isEmpty()) {
            all.add(hint(field, "Filters know these words from spam: " + String.join(", ", found) + "."));
        }
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static Advice problem(String field, String message) {
        return new Advice(field, "problem", message);
    }

    private static Advice hint(String field, String message) {
        return new Advice(field, "hint", message);
    }
}
