package io.mailblast.content;

import io.mailblast.key.LinkSigner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Range;
import org.jsoup.parser.Parser;

/// Makes a newsletter trackable without touching anything else of it: only the values of `href` are replaced,
/// in place, at the positions where the parser found them; all other bytes of the source, conditional comments
/// and broken markup included, stay what they were. Then the pixel and, where the author wrote none, an
/// unsubscribe link are put before the end of the body.
///
/// Links that are not rewritten: `mailto:`, `tel:` and other schemes, anchors, relative ones, the unsubscribe
/// link. A link that holds a merge field is rewritten for each recipient while rendering.
///
/// Which link was followed its URL says; where that does not tell, because the URL stands there twice or differs from
/// recipient to recipient, the link names its place. One more link is put where no person sees it: whoever follows it
/// is a scanner.
final class LinkRewriter {

    /// The template helper that signs a personalised link.
    static final String CLICK_HELPER = "mb_click";

    /// What templates call this message's values; `unsubscribe_url` is public, the others are ours.
    static final String LINKS = "mb_links";

    static final String TRACKING_ID = "mb_id";
    static final String UNSUBSCRIBE_URL = "unsubscribe_url";

    private static final Pattern BODY_END = Pattern.compile("(?i)</body\\s*>|</html\\s*>");

    private final String base;
    private final LinkSigner signer;
    private final Unseen unseen;

    LinkRewriter(String base, LinkSigner signer, Unseen unseen) {
        this.base = base;
        this.signer = signer;
        this.unseen = unseen;
    }

    /// Whether a link that no person sees is put into mails.
    enum Unseen {
        ADDED,
        LEFT_OUT
    }

    /// @param html a template again
    /// @param links the targets that were rewritten, by place: in the order of the source, merge fields as written
    record Rewritten(String html, List<String> links) {}

    Rewritten rewrite(String html, long workspaceId) {
        List<String> links = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        TreeMap<Integer, Edit> edits = new TreeMap<>();
        Document document = Jsoup.parse(html, "", Parser.htmlParser().setTrackPosition(true));
        for (Element element : document.select("a[href], area[href]")) {
            Range range = element.attributes().sourceRange("href").valueRange();
            String url = element.attr("href").strip();
            if (range.isTracked() && range.endPos() > range.startPos() && isTrackable(url)) {
                boolean named = (!seen.add(url) || isPersonal(url)) && links.size() < MessageLinks.UNSEEN;
                int place = named ? links.size() : LinkSigner.NO_PLACE;
                links.add(url);
                edits.put(range.startPos(), new Edit(range.endPos(), tracked(html, range, url, place, workspaceId)));
            }
        }
        String pixel = "<img src=\"" + base + "/track/open/{{" + TRACKING_ID
                + "}}\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0;width:1px;height:1px\">\n";
        String edited = withEnd(apply(html, edits), footer(html) + unseen(links, workspaceId) + pixel);
        return new Rewritten(edited, List.copyOf(links));
    }

    /// For who is not to be tracked: only the unsubscribe link is added.
    static Rewritten untracked(String html) {
        return new Rewritten(withEnd(html, footer(html)), List.of());
    }

    static boolean isWeb(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    private static boolean isTrackable(String url) {
        return (isWeb(url) || url.startsWith("{{")) && !url.contains(UNSUBSCRIBE_URL);
    }

    private static boolean isPersonal(String url) {
        return url.contains("{{");
    }

    private String tracked(String html, Range range, String url, int place, long workspaceId) {
        String replacement = isPersonal(url)
                ? "{{#" + CLICK_HELPER + " " + LINKS + " " + place + "}}"
                        + html.substring(range.startPos(), range.endPos()) + "{{/" + CLICK_HELPER + "}}"
                : click(url, place, workspaceId);
        char before = range.startPos() == 0 ? ' ' : html.charAt(range.startPos() - 1);
        return before == '"' || before == '\'' ? replacement : '"' + replacement + '"';
    }

    private String click(String url, int place, long workspaceId) {
        return base + "/track/click/{{" + TRACKING_ID + "}}?"
                + MessageLinks.query(workspaceId, url, place, signer).replace("&", "&amp;");
    }

    /// Leads where the first link leads, should a person come upon it in the source.
    private String unseen(List<String> links, long workspaceId) {
        if (unseen == Unseen.LEFT_OUT) {
            return "";
        }
        return links.stream()
                .filter(url -> !isPersonal(url))
                .findFirst()
                .map(url -> "<a href=\"" + click(url, MessageLinks.UNSEEN, workspaceId)
                        + "\" style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\"></a>")
                .orElse("");
    }

    private record Edit(int end, String replacement) {}

    private static String apply(String html, Map<Integer, Edit> edits) {
        StringBuilder edited = new StringBuilder(html.length() + edits.size() * 120);
        int position = 0;
        for (Map.Entry<Integer, Edit> edit : edits.entrySet()) {
            edited.append(html, position, edit.getKey()).append(edit.getValue().replacement());
            position = edit.getValue().end();
        }
        return edited.append(html, position, html.length()).toString();
    }

    private static String footer(String original) {
        return original.contains(UNSUBSCRIBE_URL)
                ? ""
                : "<div style=\"margin:24px 0 8px;text-align:center;font:12px/1.5 sans-serif;color:#6b7280\">"
                        + "<a href=\"{{" + UNSUBSCRIBE_URL + "}}\" style=\"color:#6b7280\">Unsubscribe</a></div>\n";
    }

    private static String withEnd(String html, String added) {
        int end = lastBodyEnd(html);
        return html.substring(0, end) + added + html.substring(end);
    }

    /// Before the last end of the body that stands in no comment, else at the end.
    private static int lastBodyEnd(String html) {
        int found = html.length();
        Matcher matcher = BODY_END.matcher(html);
        while (matcher.find()) {
            int commentStart = html.lastIndexOf("<!--", matcher.start());
            boolean inComment = commentStart >= 0 && html.indexOf("-->", commentStart) > matcher.start();
            if (!inComment) {
                found = matcher.start();
                if (matcher.group().toLowerCase(Locale.ROOT).startsWith("</body")) {
                    break;
                }
            }
        }
        return found;
    }
}
