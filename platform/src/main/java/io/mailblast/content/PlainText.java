package io.mailblast.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/// The plain text of a newsletter whose author wrote only HTML: what stands on the page, in its order, with the targets
/// of its links. A template again: merge fields stay where they were.
final class PlainText {

    private static final Set<String> BLOCKS = Set.of(
            "address",
            "article",
            "blockquote",
            "br",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tr",
            "ul");
    private static final Set<String> HIDDEN = Set.of("head", "script", "style", "template", "title");

    /// Sections may stand between table rows, where a parser moves text away but leaves comments.
    private static final Pattern SECTION = Pattern.compile("\\{\\{[#/^][^}]*}}|\\{\\{\\s*else[^}]*}}");

    private static final String MARK = "mailblast-section-";

    private PlainText() {}

    static String of(String html) {
        List<String> sections = new ArrayList<>();
        Matcher matcher = SECTION.matcher(html);
        String marked = matcher.replaceAll(section -> {
            sections.add(section.group());
            return "<!--" + MARK + (sections.size() - 1) + "-->";
        });
        Writer writer = new Writer(sections);
        Jsoup.parse(marked).traverse(writer);
        return writer.text();
    }

    private static final class Writer implements NodeVisitor {

        private final List<String> sections;
        private final StringBuilder out = new StringBuilder();
        private int hidden;

        Writer(List<String> sections) {
            this.sections = sections;
        }

        @Override
        public void head(Node node, int depth) {
            switch (node) {
                case TextNode text -> words(text.getWholeText());
                case Comment comment -> section(comment.getData());
                case Element element -> start(element);
                default -> {}
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (!(node instanceof Element element)) {
                return;
            }
            if (HIDDEN.contains(element.normalName())) {
                hidden--;
                return;
            }
            String href = element.attr("href").strip();
            boolean worthSaying = LinkRewriter.isWeb(href) || href.startsWith("{{");
            if (element.normalName().equals("a")
                    && worthSaying
                    && !element.text().strip().equals(href)) {
                words(" (" + href + ")");
            }
            if (BLOCKS.contains(element.normalName())) {
                newLine();
            }
        }

        private void start(Element element) {
            String name = element.normalName();
            if (HIDDEN.contains(name)) {
                hidden++;
            } else if (BLOCKS.contains(name)) {
                newLine();
                if (name.matches("h[1-6]|p|table|ul|ol|hr") && !endsWith("\n\n")) {
                    out.append('\n');
                }
            } else if (name.equals("td") || name.equals("th")) {
                words(" ");
            } else if (name.equals("img") && !element.attr("alt").isBlank()) {
                words("[" + element.attr("alt").strip() + "]");
            }
            if (name.equals("li")) {
                out.append("- ");
            }
        }

        private void section(String data) {
            if (data.startsWith(MARK)) {
                out.append(sections.get(Integer.parseInt(data.substring(MARK.length()))));
            }
        }

        private void words(String text) {
            if (hidden > 0) {
                return;
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                // Preheaders pad themselves with invisible characters; a reader of text need not see their gaps.
                if (c == '\u200c' || c == '\u034f' || c == '\u00ad' || c == '\u200b' || c == '\ufeff') {
                    continue;
                }
                boolean space = Character.isWhitespace(c) || c == '\u00a0';
                if (!space) {
                    out.append(c);
                } else if (!out.isEmpty() && !endsWith(" ") && !endsWith("\n")) {
                    out.append(' ');
                }
            }
        }

        private void newLine() {
            while (endsWith(" ")) {
                out.setLength(out.length() - 1);
            }
            if (!out.isEmpty() && !endsWith("\n")) {
                out.append('\n');
            }
        }

        private boolean endsWith(String end) {
            return out.length() >= end.length()
                    && out.substring(out.length() - end.length()).equals(end);
        }

        String text() {
            return out.toString().strip().replaceAll("\n{3,}", "\n\n") + "\n";
        }
    }
}
