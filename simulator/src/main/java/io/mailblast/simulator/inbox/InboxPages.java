package io.mailblast.simulator.inbox;

import io.mailblast.simulator.mail.Letter;
import io.mailblast.simulator.mail.MailHeaders;
import io.mailblast.simulator.record.AcceptedMail;
import io.mailblast.simulator.record.Counts;
import io.mailblast.simulator.record.Fact;
import io.mailblast.simulator.record.Mail;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The markup of the pages.
final class InboxPages {

    /// What can be searched for.
    static final Set<Fact> STATES = EnumSet.complementOf(EnumSet.of(Fact.SETTLED, Fact.AUTO_REPLIED));

    private static final int MAX_SHOWN = 256 * 1024;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private InboxPages() {}

    /// @param found one more than a page if there are further ones
    static String list(Counts counts, String query, String state, List<Mail> found) {
        Html page = Html.page("Inbox · MailBlast simulator").raw("<header><h1>Simulated inboxes</h1>");
        figures(page, counts);
        page.raw("</header><main><form method=\"get\" action=\"/\" role=\"search\">")
                .raw("<input type=\"search\" name=\"q\" placeholder=\"Recipient\" aria-label=\"Recipient\" value=\"")
                .text(query)
                .raw("\"><select name=\"state\" aria-label=\"State\"><option value=\"\">any state</option>");
        for (Fact fact : STATES) {
            page.raw("<option" + (fact.spelling().equals(state) ? " selected" : "") + ">" + fact.spelling()
                    + "</option>");
        }
        page.raw("</select><button>Search</button></form><div class=\"card scroll\">");
        if (found.isEmpty()) {
            page.raw("<p class=\"empty\">No mail here yet.</p>");
        } else {
            page.raw("<table><thead><tr><th>Accepted (UTC)</th><th>Recipient</th><th>Subject</th><th>State</th></tr>"
                    + "</thead><tbody>");
            found.stream().limit(InboxRoutes.PAGE_LENGTH).forEach(mail -> row(page, mail));
            page.raw("</tbody></table>");
        }
        page.raw("</div><p class=\"more\">");
        if (found.size() > InboxRoutes.PAGE_LENGTH) {
            long last = found.get(InboxRoutes.PAGE_LENGTH - 1).accepted().number();
            page.raw("<a href=\"/?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&amp;state=" + state
                    + "&amp;before=" + last + "\">Older mails</a>");
        }
        return page.raw("</p></main>").end();
    }

    private static void figures(Html page, Counts counts) {
        page.raw("<div class=\"figures\">");
        figure(page, "accepted", counts.accepted());
        figure(page, "delivered", counts.delivered());
        figure(page, "bounced", counts.bounced());
        figure(page, "opened", counts.uniqueOpens());
        figure(page, "clicked", counts.uniqueClicks());
        figure(page, "complained", counts.complained());
        figure(page, "unsubscribed", counts.unsubscribed());
        page.raw("</div>");
    }

    private static void figure(Html page, String name, long value) {
        page.raw("<span><b>" + String.format(Locale.ROOT, "%,d", value) + "</b> " + name + "</span>");
    }

    private static void row(Html page, Mail mail) {
        AcceptedMail accepted = mail.accepted();
        page.raw("<tr><td class=\"time\">" + time(accepted.acceptedAt()) + "</td><td>")
                .text(accepted.recipient())
                .raw("</td><td><a href=\"/mail/" + accepted.number() + "\">")
                .text(accepted.subject().isBlank() ? "(no subject)" : accepted.subject())
                .raw("</a></td><td>");
        states(page, mail);
        page.raw("</td></tr>");
    }

    private static void states(Html page, Mail mail) {
        Set<Fact> facts = mail.facts();
        boolean shown = false;
        for (Fact fact : Fact.values()) {
            if (fact != Fact.SETTLED && facts.contains(fact)) {
                page.raw("<span class=\"state " + fact.spelling() + "\">"
                        + fact.spelling().replace('_', ' ') + "</span>");
                shown = true;
            }
        }
        if (!shown) {
            page.raw("<span class=\"state\">on its way</span>");
        }
    }

    private static String time(Instant at) {
        return TIME.format(at);
    }

    static String mail(Mail mail, byte[] content, Letter letter) {
        AcceptedMail accepted = mail.accepted();
        String subject = accepted.subject().isBlank() ? "(no subject)" : accepted.subject();
        Html page = Html.page(subject + " · MailBlast simulator")
                .raw("<header><h1>")
                .text(subject)
                .raw("</h1><a href=\"/\">All mails</a></header><main><p>");
        states(page, mail);
        page.raw("</p><div class=\"card\"><table><tbody>");
        property(page, "To", accepted.recipient());
        property(page, "From", accepted.from());
        property(
                page,
                "Accepted",
                time(accepted.acceptedAt()) + " UTC, over "
                        + accepted.channel().spelling().toUpperCase(Locale.ROOT));
        property(page, "Message", accepted.messageId());
        property(
                page,
                "Tags",
                accepted.tags().entrySet().stream()
                        .map(tag -> tag.getKey() + "=" + tag.getValue())
                        .collect(Collectors.joining(", ")));
        property(page, "Size", accepted.sizeBytes() + " bytes, SHA-256 " + accepted.sha256());
        page.raw("</tbody></table></div><h2>What its recipient did</h2><div class=\"card\"><table><tbody>");
        for (Mail.Activity activity : mail.activities()) {
            page.raw("<tr><td class=\"time\">" + time(activity.at()) + "</td><td>")
                    .text(activity.text())
                    .raw("</td></tr>");
        }
        page.raw("</tbody></table></div>");
        if (content.length == 0) {
            return page.raw("<p class=\"note\">The content of this mail is not kept any more.</p></main>")
                    .end();
        }
        if (letter.html().isPresent()) {
            page.raw("<h2>HTML</h2><div class=\"card\"><iframe title=\"The mail's HTML\" sandbox src=\"/mail/"
                    + accepted.number() + "/html\"></iframe></div>"
                    + "<p class=\"note\">Remote images are not loaded here: that would count as an open.</p>");
        }
        letter.text().ifPresent(text -> pre(page, "Plain text", text));
        headers(page, content);
        pre(page, "Source", new String(content, StandardCharsets.UTF_8));
        return page.raw("<p class=\"more\"><a href=\"/mail/" + accepted.number()
                        + "/source\">The whole source</a></p></main>")
                .end();
    }

    private static void headers(Html page, byte[] content) {
        page.raw("<h2>Headers</h2><div class=\"card\"><table><tbody>");
        for (MailHeaders.Field field : MailHeaders.scan(content).fields()) {
            property(page, field.name(), MailHeaders.decoded(field.value()));
        }
        page.raw("</tbody></table></div>");
    }

    private static void property(Html page, String name, String value) {
        page.raw("<tr><th scope=\"row\">")
                .text(name)
                .raw("</th><td>")
                .text(value)
                .raw("</td></tr>");
    }

    private static void pre(Html page, String title, String text) {
        page.raw("<h2>" + title + "</h2><div class=\"card\"><pre>")
                .text(text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "\n…" : text)
                .raw("</pre></div>");
    }

    static String problem(String words) {
        return Html.page("MailBlast simulator")
                .raw("<header><h1>")
                .text(words)
                .raw("</h1><a href=\"/\">All mails</a></header>")
                .end();
    }
}
