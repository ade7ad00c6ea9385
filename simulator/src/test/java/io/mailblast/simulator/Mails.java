package io.mailblast.simulator;

import software.amazon.awssdk.services.sesv2.model.Content;
import software.amazon.awssdk.services.sesv2.model.MessageHeader;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;

/// Mails with good defaults for what a test does not care about.
final class Mails {

    private Mails() {}

    static SendEmailRequest.Builder to(String recipient) {
        return with(recipient, "<p>Hello</p>");
    }

    static SendEmailRequest.Builder with(String recipient, String html) {
        return SendEmailRequest.builder()
                .fromEmailAddress("News <news@example.com>")
                .destination(it -> it.toAddresses(recipient))
                .content(it -> it.simple(simple -> simple.subject(text("Greetings"))
                        .body(body -> body.html(text(html)).text(text("Hello")))));
    }

    static Content text(String data) {
        return Content.builder().data(data).charset("UTF-8").build();
    }

    static MessageTag tag(String name, String value) {
        return MessageTag.builder().name(name).value(value).build();
    }

    static MessageHeader header(String name, String value) {
        return MessageHeader.builder().name(name).value(value).build();
    }

    /// A mail that is tracked as MailBlast tracks, on a server of the test's own.
    static SendEmailRequest.Builder tracked(String recipient, String origin) {
        return SendEmailRequest.builder()
                .fromEmailAddress("news@example.com")
                .destination(it -> it.toAddresses(recipient))
                .emailTags(tag("campaign", "c1"))
                .content(it -> it.simple(simple -> simple.subject(text("Tracked"))
                        .headers(
                                header("List-Unsubscribe", "<" + origin + "/unsubscribe/t1>"),
                                header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
                        .body(body ->
                                body.html(text("<p><a href=\"" + origin + "/click/1?url=aHR0cA==&amp;s=x\">read</a>"
                                        + "<a href=\"" + origin + "/unsubscribe/t1\">no more</a>"
                                        + "<a href=\"http://192.0.2.1/elsewhere\">elsewhere</a>"
                                        + "<img src=\"" + origin + "/open/1\" width=\"1\" height=\"1\">")))));
    }
}
