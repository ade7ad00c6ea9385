package io.mailblast.content;

import io.mailblast.http.FieldError;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A campaign's content, compiled once: templates ready to render, links rewritten, pixel and unsubscribe link
/// in place. A recipient costs only the rendering. Safe to use from many threads.
public final class Newsletter {

    private static final TemplateEngine ENGINE = new TemplateEngine();

    private final Sender sender;
    private final Press press;
    private final TemplateEngine.Compiled subject;
    private final TemplateEngine.Compiled html;
    private final TemplateEngine.Compiled text;
    private final List<String> links;
    private final MimeForm form;
    private final BulkForm bulk;
    private final List<BulkForm.Part> bulkParts;

    /// What makes links and identifiers, the same for all campaigns of an installation.
    ///
    /// @param base the public URL, without a slash at its end
    ///
    /// @param unseenLink whether mails have a link that no person sees, by which scanners are told from people
    public record Press(
            String base, MessageIdCodec tracking, MessageIdCodec unsubscribe, LinkSigner signer, boolean unseenLink) {}

    /// Whether opens and clicks are to be recorded: else there is no pixel, and links lead where they led.
    public enum Tracking {
        ON,
        OFF;

        public static Tracking of(boolean on) {
            return on ? ON : OFF;
        }
    }

    /// Who a campaign is from.
    public record Sender(
            String name, String email, @Nullable String replyTo) {}

    /// What a person wrote.
    ///
    /// @param text the plain text, or null to have it made of the HTML
    public record Source(
            String subject, String html, @Nullable String text) {}

    private Newsletter(
            Sender sender,
            Press press,
            TemplateEngine.Compiled subject,
            TemplateEngine.Compiled html,
            TemplateEngine.Compiled text,
            List<String> links) {
        this.sender = sender;
        this.press = press;
        this.subject = subject;
        this.html = html;
        this.text = text;
        this.links = links;
        this.form = new MimeForm(sender, subject, text, html);
        this.bulkParts =
                List.of(BulkForm.Part.of("s", subject), BulkForm.Part.of("t", text), BulkForm.Part.of("h", html));
        this.bulk = BulkForm.of(sender, bulkParts);
    }

    /// @throws TemplateException for a source that [#check] would refuse
    public static Newsletter compile(Source source, Sender sender, long workspaceId, Press press, Tracking tracking) {
        LinkRewriter rewriter = new LinkRewriter(
                press.base(),
                press.signer(),
                press.unseenLink() ? LinkRewriter.Unseen.ADDED : LinkRewriter.Unseen.LEFT_OUT);
        LinkRewriter.Rewritten rewritten = tracking == Tracking.ON
                ? rewriter.rewrite(source.html(), workspaceId)
                : LinkRewriter.untracked(source.html());
        return new Newsletter(
                sender,
                press,
                ENGINE.compile(source.subject(), TemplateEngine.Kind.HEADER),
                ENGINE.compile(rewritten.html(), TemplateEngine.Kind.HTML),
                ENGINE.compile(textOf(source), TemplateEngine.Kind.TEXT),
                rewritten.links());
    }

    /// What is wrong with a source, by field, with line and column; empty when it can be sent.
    public static List<FieldError> check(Source source) {
        List<FieldError> errors = new ArrayList<>();
        check("subject", source::subject, TemplateEngine.Kind.HEADER, errors);
        check("content", source::html, TemplateEngine.Kind.HTML, errors);
        if (source.text() != null) {
            check("text_content", () -> textOf(source), TemplateEngine.Kind.TEXT, errors);
        } else if (errors.isEmpty()) {
            check("content", () -> textOf(source), TemplateEngine.Kind.TEXT, errors);
        }
        return errors;
    }

    /// The targets of tracked links by place, in the order of the content.
    public List<String> links() {
        return links;
    }

    public Sender sender() {
        return sender;
    }

    /// One recipient's message, to look at.
    ///
    /// @param values what merge fields see: `email`, `first_name`, `last_name` and the contact's attributes
    /// @throws TemplateException when this recipient's values do not go through the template
    public RenderedMessage render(MessageId id, Map<String, ?> values) {
        MessageLinks own = links(id);
        Map<String, Object> all = with(own, values);
        return new RenderedMessage(
                subject.render(all), html.render(all), text.render(all), own.trackingId(), own.unsubscribe());
    }

    /// The message as a recipient of these values would get it; its links count nothing.
    ///
    /// @param values as for [#render]
    /// @throws TemplateException when these values do not go through the template
    public RenderedMessage sample(long workspaceId, Map<String, ?> values) {
        return render(new MessageId(workspaceId, 1, 0, MessageId.TEST), values);
    }

    /// One recipient's message, to send.
    ///
    /// @param values as for [#render]
    /// @throws TemplateException when this recipient's values do not go through the template, or make it too
    ///     large
    /// @throws IllegalArgumentException for an address that no header can hold
    public WireMessage write(MessageId id, String to, Map<String, ?> values, Instant date) {
        MessageLinks own = links(id);
        return new WireMessage(
                own.trackingId(),
                form.write(new MimeForm.Parts(to, own.trackingId(), own.unsubscribe(), with(own, values), date)));
    }

    /// The content for a provider that takes many mails in one request.
    public BulkForm bulkForm() {
        return bulk;
    }

    /// One recipient's part of it.
    ///
    /// @param values as for [#render]
    /// @throws TemplateException when this recipient's values do not go through the template, or make it too
    ///     large
    public BulkForm.Values bulkValues(MessageId id, Map<String, ?> values) {
        MessageLinks own = links(id);
        return BulkForm.values(bulkParts, with(own, values), own);
    }

    private MessageLinks links(MessageId id) {
        return new MessageLinks(
                press.base(),
                press.tracking().write(id),
                press.unsubscribe().write(id),
                id.workspaceId(),
                press.signer());
    }

    private static Map<String, Object> with(MessageLinks own, Map<String, ?> values) {
        Map<String, Object> all = HashMap.newHashMap(values.size() + 3);
        all.putAll(values);
        all.put(LinkRewriter.TRACKING_ID, own.trackingId());
        all.put(LinkRewriter.LINKS, own);
        all.put(LinkRewriter.UNSUBSCRIBE_URL, own.unsubscribe());
        return all;
    }

    private static String textOf(Source source) {
        String text = source.text() != null ? source.text() : PlainText.of(source.html());
        return text.contains(LinkRewriter.UNSUBSCRIBE_URL)
                ? text
                : text.stripTrailing() + "\n\nUnsubscribe: {{" + LinkRewriter.UNSUBSCRIBE_URL + "}}\n";
    }

    /// Compiles, and renders once for a recipient of whom nothing is known: that finds helpers that do not
    /// exist.
    private static void check(
            String field, Supplier<String> source, TemplateEngine.Kind kind, List<FieldError> errors) {
        try {
            ENGINE.compile(source.get(), kind).render(Map.of());
        } catch (TemplateException e) {
            errors.add(new FieldError(field, String.valueOf(e.getMessage())));
        }
    }
}
