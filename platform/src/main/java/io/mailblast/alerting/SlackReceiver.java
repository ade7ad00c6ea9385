package io.mailblast.alerting;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;

/// Posts to an incoming webhook of Slack: one message a notice, in Block Kit.
///
/// See <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>, and for the limits
/// <https://docs.slack.dev/reference/block-kit/blocks>.
final class SlackReceiver implements Receiver {

    private static final int MAX_BLOCKS = 50;
    private static final int MAX_HEADER = 150;
    private static final int MAX_TEXT = 3_000;

    /// A header, two blocks an alert, how many more there are, and the link.
    private static final int MAX_ITEMS = (MAX_BLOCKS - 3) / 2;

    /// `no_service`, `invalid_payload`, and what else Slack says of a 4xx.
    private static final String COMPLAINT = "[a-z_]{1,50}";

    private final URI url;
    private final HttpPost http;

    SlackReceiver(URI url, HttpPost http) {
        this.url = url;
        this.http = http;
    }

    @Override
    public String name() {
        return Receivers.SLACK;
    }

    @Override
    public Answer tell(Notice notice) throws InterruptedException {
        return post(message(notice));
    }

    @Override
    public Answer tell(Digest digest) throws InterruptedException {
        ObjectNode message = Json.MAPPER.createObjectNode();
        message.put("text", escaped(digest.subject(), MAX_TEXT));
        ArrayNode blocks = message.putArray("blocks");
        header(blocks, digest.subject());
        StringJoiner lines = new StringJoiner("\n");
        digest.summary().forEach(each -> lines.add("• " + escaped(each, MAX_TEXT / 5)));
        words(blocks.addObject().put("type", "section").putObject("text"), lines.toString());
        console(blocks, digest.console());
        return post(message);
    }

    private Answer post(ObjectNode message) throws InterruptedException {
        HttpPost.Reply reply = http.post(url, message);
        return switch (reply) {
            case HttpPost.Reply.Fine(String body)
            when !isSlack(body) -> new Answer.Later("answered with something else than `ok`", Duration.ZERO);
            case HttpPost.Reply.Refused(int status, String body)
            when body.matches(COMPLAINT) -> new Answer.Never("answered " + status + " " + body);
            default -> reply.asAnswer();
        };
    }

    /// Slack says `ok`, and servers that take the same messages say that, nothing or JSON. A page is of a proxy
    /// that kept the message to itself.
    private static boolean isSlack(String body) {
        String text = body.strip();
        return text.isEmpty() || text.equals("ok") || text.startsWith("{");
    }

    private static ObjectNode message(Notice notice) {
        List<Notice.Item> shown = notice.items().stream().limit(MAX_ITEMS).toList();
        int more = notice.items().size() - shown.size();
        ObjectNode message = Json.MAPPER.createObjectNode();
        message.put("text", escaped(fallback(notice), MAX_TEXT));
        ArrayNode blocks = message.putArray("blocks");
        header(blocks, Wording.headline(notice));
        for (Notice.Item item : shown) {
            words(blocks.addObject().put("type", "section").putObject("text"), section(item));
            context(blocks, circumstances(item));
        }
        if (more > 0) {
            context(blocks, "… and " + more + " more");
        }
        console(blocks, notice.console());
        return message;
    }

    private static void header(ArrayNode blocks, String text) {
        blocks.addObject()
                .put("type", "header")
                .putObject("text")
                .put("type", "plain_text")
                .put("text", Wording.cut(text, MAX_HEADER))
                .put("emoji", false);
    }

    private static void console(ArrayNode blocks, String url) {
        context(blocks, "<" + escaped(url, MAX_TEXT / 2).replace("|", "%7C") + "|Console>");
    }

    /// What a notification on a telephone shows.
    private static String fallback(Notice notice) {
        String headline = Wording.headline(notice);
        return notice.items().size() == 1
                ? headline + ": " + Wording.oneLine(notice.items().getFirst().summary())
                : headline;
    }

    private static String section(Notice.Item item) {
        String state = item.firing() ? item.severity().spelling() : "resolved";
        return "*" + escaped(item.name(), 200) + "* (" + state + ")\n" + escaped(item.summary(), 1_800)
                + compared(item);
    }

    /// Nothing for what compares nothing: a trial.
    private static String compared(Notice.Item item) {
        return item.expression().isEmpty()
                ? ""
                : "\n`" + escaped(item.expression().replace('`', '\''), 500) + (item.firing() ? "` is " : "` was ")
                        + escaped(item.value(), 200);
    }

    private static String circumstances(Notice.Item item) {
        StringJoiner parts = new StringJoiner(" · ");
        parts.add("since " + Wording.time(item.firedAt()));
        item.resolvedAt().ifPresent(at -> parts.add("resolved " + Wording.time(at)));
        item.acknowledgedBy().ifPresent(by -> parts.add("acknowledged by " + escaped(by, 300)));
        if (item.escalated()) {
            parts.add("escalated");
        }
        parts.add("runbook " + escaped(Wording.runbook(item), 500));
        return parts.toString();
    }

    private static void context(ArrayNode blocks, String text) {
        words(blocks.addObject().put("type", "context").putArray("elements").addObject(), text);
    }

    /// `verbatim`, so that an `@here` in a summary calls nobody.
    private static void words(ObjectNode text, String mrkdwn) {
        text.put("type", "mrkdwn").put("text", mrkdwn).put("verbatim", true);
    }

    /// One line, with the three characters that mean something to Slack as entities, cut between two of them.
    ///
    /// See <https://docs.slack.dev/messaging/formatting-message-text#escaping>.
    private static String escaped(String text, int most) {
        StringBuilder out = new StringBuilder();
        for (int point : Wording.oneLine(text).codePoints().toArray()) {
            String next = switch (point) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                default -> Character.toString(point);
            };
            if (out.length() + next.length() >= most) {
                return out.append('…').toString();
            }
            out.append(next);
        }
        return out.toString();
    }
}
