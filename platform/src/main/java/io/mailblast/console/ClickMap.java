package io.mailblast.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/// A campaign's content with the clicks of each link written beside it. It is shown in a frame that runs nothing.
final class ClickMap {

    private static final String LABEL =
            "display:inline-block;margin:0 4px;padding:1px 6px;border-radius:9px;background:#4a45d6;"
                    + "color:#fff;font:600 12px/16px Arial,sans-serif;text-decoration:none;white-space:nowrap";

    private ClickMap() {}

    /// @param links of the report: `url`, `clicks`, `share`
    static String over(String content, List<Row> links) {
        Map<String, Row> byUrl = new HashMap<>();
        links.forEach(link -> byUrl.put(link.text("url"), link));
        Document document = Jsoup.parse(content);
        for (Element link : document.select("a[href]")) {
            Row clicks = byUrl.get(link.attr("href").strip());
            if (clicks != null) {
                long people = clicks.of("clicks").number("unique");
                String share = clicks.has("share") ? " · " + Words.percent(clicks.decimal("share")) : "";
                link.after(new Element("span").attr("style", LABEL).text(Words.count(people) + share));
            }
        }
        return document.outerHtml();
    }
}
