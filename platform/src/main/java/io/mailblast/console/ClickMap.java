package io.mailblast.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/// A campaign's content with the clicks of each link written beside it. It is shown in a frame that runs nothing.
final class ClickMap {

    private static final String LABEL =
            "display:inline-block;margin:0 4px;padding:1px 6px;border-radius:9px;background:#4a45d6;"
                    + "color:#fff;font:600 12px/16px Arial,sans-serif;text-decoration:none;white-space:nowrap";

    private ClickMap() {}

    /// @param links of the report: `url`, `clicks`, `share`
    static String over(String content, List<Row> links) {
        // Links that share a URL stand in the order of the content, here as there.
        Map<String, Deque<Row>> byUrl = new HashMap<>();
        links.forEach(link ->
                byUrl.computeIfAbsent(link.text("url"), _ -> new ArrayDeque<>()).add(link));
        Document document = Jsoup.parse(content);
        for (Element link : document.select("a[href]")) {
            Row clicks = next(byUrl.get(link.attr("href").strip()));
            if (clicks != null) {
                long people = clicks.of("clicks").number("unique");
                String share = clicks.has("share") ? " · " + Words.percent(clicks.decimal("share")) : "";
                link.after(new Element("span").attr("style", LABEL).text(Words.count(people) + share));
            }
        }
        return document.outerHtml();
    }

    /// The last one stands for those that follow: of campaigns that were sent before places were told.
    private static @Nullable Row next(@Nullable Deque<Row> links) {
        if (links == null) {
            return null;
        }
        return links.size() == 1 ? links.peek() : links.poll();
    }
}
