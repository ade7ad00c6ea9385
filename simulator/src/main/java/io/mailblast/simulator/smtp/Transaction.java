package io.mailblast.simulator.smtp;

import io.mailblast.simulator.account.Identities;
import io.mailblast.simulator.account.Intake;
import io.mailblast.simulator.account.Refusal;
import io.mailblast.simulator.mail.Addresses;
import io.mailblast.simulator.mail.MailHeaders;
import io.mailblast.simulator.record.Channel;
import io.mailblast.simulator.record.RecordFailure;
import io.mailblast.simulator.record.Submission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;

/// One mail transaction (RFC 5321 §3.3). The answer to the mail's end is given once the record is flushed; the
/// words are those of Amazon's SMTP endpoint.
final class Transaction implements MessageHandler {

    private final Intake intake;
    private final Identities identities;
    private final MailboxPolicy policy;
    private final int maxBytes;
    private final List<String> recipients = new ArrayList<>(1);
    private String from = "";

    Transaction(Intake intake, Identities identities, MailboxPolicy policy, int maxBytes) {
        this.intake = intake;
        this.identities = identities;
        this.policy = policy;
        this.maxBytes = maxBytes;
    }

    @Override
    public void from(@Nullable String sender) throws RejectException {
        from = sender == null ? "" : sender;
        if (!from.isEmpty() && Addresses.bare(from).isEmpty()) {
            throw rejected(501, "5.1.7 Bad sender address syntax");
        }
        if (!from.isEmpty() && !identities.maySend(from)) {
            throw rejected(554, "Message rejected: Email address is not verified.");
        }
    }

    @Override
    public void recipient(String recipient) throws RejectException {
        String address =
                Addresses.bare(recipient).orElseThrow(() -> rejected(501, "5.1.3 Bad recipient address syntax"));
        if (policy == MailboxPolicy.REFUSE_AT_RCPT) {
            String local = address.substring(0, address.lastIndexOf('@')).toLowerCase(Locale.ROOT);
            switch (local.split("\\+", 2)[0]) {
                case "bounce" -> throw rejected(550, "5.1.1 <" + address + ">: user unknown");
                case "suppressionlist" -> throw rejected(550, "5.7.1 <" + address + ">: recipient is suppressed");
                case "defer" -> throw rejected(451, "4.7.1 <" + address + ">: try again later");
                default -> {}
            }
        }
        recipients.add(address);
    }

    @Override
    public String data(InputStream data) throws RejectException, IOException {
        byte[] content = content(data);
        MailHeaders headers = MailHeaders.scan(content);
        Submission submission = new Submission(
                Channel.SMTP,
                headers.first("From").map(MailHeaders::decoded).orElse(from),
                List.copyOf(recipients),
                headers.subject(),
                headers.tags(),
                content);
        try {
            return switch (intake.submit(submission)) {
                case Intake.Outcome.Accepted accepted -> "Ok " + accepted.messageId();
                case Intake.Outcome.Refused refused -> throw refusal(refused.reason());
            };
        } catch (RecordFailure e) {
            throw new RejectException(452, "4.3.1 The record cannot be written");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectException(421, "4.3.2 The simulator is stopping");
        }
    }

    private byte[] content(InputStream data) throws IOException, RejectException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(8192);
        byte[] buffer = new byte[8192];
        for (int read = data.read(buffer); read >= 0; read = data.read(buffer)) {
            if (content.size() + read > maxBytes) {
                while (data.read(buffer) >= 0) {
                    // The rest is read and dropped, so that the answer can be given.
                }
                throw rejected(552, "5.3.4 Message too long");
            }
            content.write(buffer, 0, read);
        }
        return content.toByteArray();
    }

    private RejectException rejected(int code, String message) {
        intake.countRejected();
        return new RejectException(code, message);
    }

    private static RejectException refusal(Refusal reason) {
        return switch (reason) {
            case RATE_EXCEEDED, QUOTA_EXCEEDED, OVERLOADED ->
                new RejectException(454, "Throttling failure: " + reason.message());
            case SENDING_PAUSED, ACCOUNT_SUSPENDED -> new RejectException(554, "Access denied: " + reason.message());
        };
    }

    @Override
    public void done() {
        recipients.clear();
    }
}
