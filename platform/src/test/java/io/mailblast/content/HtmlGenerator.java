package io.mailblast.content;

import java.util.Random;

/// Newsletters as nobody should write them: nested tables, comments, attributes in every quoting, text in every script.
final class HtmlGenerator {

    private static final String[] TEXTS = {
        "plain", "Grüße & Küsse", "日本語", "a &lt; b", "{{ first_name }}", "x\u200c y", "£5 – 10 %", "  "
    };
    private static final String[] TARGETS = {
        "https://a.example/",
        "http://b.example/?q=1&amp;r=2",
        "HTTPS://C.example/x#y",
        "mailto:x@example.org",
        "#a",
        "https://d.example/?n={{first_name}}"
    };

    private HtmlGenerator() {}

    static String newsletter(Random random) {
        StringBuilder html = new StringBuilder("<html><head><style>a > b { color: red }</style></head><body>");
        children(html, random, 4);
        return html.append(random.nextBoolean() ? "</body></html>" : "</body>\n</html>\n")
                .toString();
    }

    private static void children(StringBuilder html, Random random, int depth) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            switch (random.nextInt(depth <= 0 ? 4 : 7)) {
                case 0 -> html.append("<span>").append(text(random)).append("</span>");
                case 1 -> link(html, random);
                case 2 ->
                    html.append("<img src=\"https://img.example/")
                            .append(random.nextInt(9))
                            .append(".png\" alt='x'>");
                case 3 -> html.append("<!--[if mso]><b>").append(text(random)).append("</b><![endif]-->");
                case 4 -> wrap(html, random, depth, "<table><tbody><tr><td>", "</td></tr></tbody></table>");
                case 5 -> wrap(html, random, depth, "<div style='a:b'>", "</div>");
                default -> wrap(html, random, depth, "<center>", "</center>");
            }
        }
    }

    private static void wrap(StringBuilder html, Random random, int depth, String start, String end) {
        html.append(start);
        children(html, random, depth - 1);
        html.append(end);
    }

    private static void link(StringBuilder html, Random random) {
        String target = TARGETS[random.nextInt(TARGETS.length)];
        String quote = target.contains("{{") || random.nextInt(3) > 0 ? (random.nextBoolean() ? "\"" : "'") : "";
        html.append("<a title=\"t\" href=")
                .append(quote)
                .append(target)
                .append(quote)
                .append(" class=c>");
        html.append(text(random)).append("</a>");
    }

    private static String text(Random random) {
        return TEXTS[random.nextInt(TEXTS.length)];
    }
}
