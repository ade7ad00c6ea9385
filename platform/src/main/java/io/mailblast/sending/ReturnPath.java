package io.mailblast.sending;

import io.mailblast.delivery.Mail;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import java.nio.charset.StandardCharsets;

/// Where a mail returns to when it bounces: its sender, or an address that says which message it was (VERP), signed
/// with an identifier of its own purpose. A header of ours says the same, for servers that lose the return path.
public final class ReturnPath {

    static final String HEADER = "X-MailBlast-Message";

    private final MessageIdCodec identifiers;
    private final String local;
    private final String domain;

    private ReturnPath(MessageIdCodec identifiers, String local, String domain) {
        this.identifiers = identifiers;
        this.local = local;
        this.domain = domain;
    }

    /// @param address that mails return to, as `bounces@example.org`; empty for each mail's sender
    public static ReturnPath of(MessageIdCodec identifiers, String address) {
        int at = address.lastIndexOf('@');
        return at < 0
                ? new ReturnPath(identifiers, "", "")
                : new ReturnPath(identifiers, address.substring(0, at), address.substring(at + 1));
    }

    /// The mail with its own return path; the mail itself where it returns to its sender.
    public Mail on(Mail mail, MessageId id) {
        if (local.isEmpty()) {
            return mail;
        }
        String identifier = identifiers.write(id);
        byte[] header = (HEADER + ": " + identifier + "\r\n").getBytes(StandardCharsets.US_ASCII);
        return mail.after(header).returningTo(local + "+" + identifier + "@" + domain);
    }
}
