package io.mailblast.content;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;

/// One recipient's message, personalised, not yet in its wire form.
///
/// @param to the recipient's address
/// @param trackingId names this message in links, in the provider's tag and in Message-ID
/// @param unsubscribeUrl of one click (RFC 8058)
public record RenderedMessage(
        Newsletter.Sender sender,
        String to,
        String subject,
        String html,
        String text,
        String trackingId,
        String unsubscribeUrl) {

    private static final Session SESSION = Session.getInstance(new Properties());
    private static final String UTF_8 = "UTF-8";

    /// The message as RFC 5322 and MIME write it, with List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC
    /// 8058).
    ///
    /// @throws IllegalArgumentException for an address that no header can hold
    public byte[] toMime(Instant date) {
        try {
            MimeMessage message = new OwnId(SESSION, "<" + trackingId + "@" + domain(sender.email()) + ">");
            message.setFrom(new InternetAddress(sender.email(), sender.name(), UTF_8));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
            if (sender.replyTo() != null) {
                message.setReplyTo(new InternetAddress[] {new InternetAddress(sender.replyTo())});
            }
            message.setSubject(subject, UTF_8);
            message.setSentDate(Date.from(date));
            message.setHeader("List-Unsubscribe", "<" + unsubscribeUrl + ">");
            message.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            message.setContent(alternatives());
            message.saveChanges();
            ByteArrayOutputStream out = new ByteArrayOutputStream(html.length() + text.length() + 2048);
            message.writeTo(out);
            return out.toByteArray();
        } catch (MessagingException | UnsupportedEncodingException e) {
            throw new IllegalArgumentException("the message has no wire form: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }

    private MimeMultipart alternatives() throws MessagingException {
        MimeMultipart parts = new MimeMultipart("alternative");
        parts.addBodyPart(part(text, "plain"));
        parts.addBodyPart(part(html, "html"));
        return parts;
    }

    private static MimeBodyPart part(String content, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(content, UTF_8, subtype);
        // Lines of any length and any character go through every server this way.
        part.setHeader("Content-Transfer-Encoding", "quoted-printable");
        return part;
    }

    private static String domain(String email) {
        return email.substring(email.lastIndexOf('@') + 1);
    }

    /// Angus would make a Message-ID of the host's name and the time; ours names the message.
    private static final class OwnId extends MimeMessage {

        private final String id;

        OwnId(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
