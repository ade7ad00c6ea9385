package io.mailblast.bounce;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Empties the bounce mailbox (IMAP, POP3). A mail is marked for deletion only once it was taken, and is gone once the
/// folder is closed; where the process dies between, it is there again, and is known by its digest.
final class BounceMailbox {

    private static final Logger LOG = LoggerFactory.getLogger(BounceMailbox.class);

    /// Of a full mailbox so many are taken before their deletion is made good.
    private static final int AT_ONCE = 200;

    private static final String TIMEOUT_MS = "30000";

    private final BounceConfig config;
    private final BounceIntake intake;
    private final SSLSocketFactory tls;

    BounceMailbox(BounceConfig config, BounceIntake intake) {
        this(config, intake, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /// @param tls says whose certificates are trusted; they must be the host's (RFC 2595 §2.4)
    BounceMailbox(BounceConfig config, BounceIntake intake, SSLSocketFactory tls) {
        this.config = config;
        this.intake = intake;
        this.tls = tls;
    }

    /// Takes what is there.
    ///
    /// @return how many mails were taken; more may be waiting where it is [#AT_ONCE]
    /// @throws MessagingException when the mailbox cannot be reached, or refuses us
    int empty() throws MessagingException {
        String protocol = config.protocol().toString();
        Session session = Session.getInstance(properties(protocol));
        try (Store store = session.getStore(protocol)) {
            store.connect(config.host(), config.port() == 0 ? -1 : config.port(), config.user(), config.password());
            Folder folder = store.getFolder(config.protocol().isImap() ? config.folder() : "INBOX");
            folder.open(Folder.READ_WRITE);
            try {
                return take(folder);
            } finally {
                if (folder.isOpen()) {
                    folder.close(true);
                }
            }
        }
    }

    private int take(Folder folder) throws MessagingException {
        int waiting = folder.getMessageCount();
        int taken = 0;
        for (int number = 1; number <= Math.min(waiting, AT_ONCE); number++) {
            if (Thread.currentThread().isInterrupted()) {
                return taken;
            }
            Message message = folder.getMessage(number);
            if (!message.isSet(Flags.Flag.DELETED) && take(message)) {
                taken++;
            }
        }
        return taken;
    }

    /// @return whether it was taken; else it stays, to be taken when what hindered it is over
    private boolean take(Message message) throws MessagingException {
        ReturnedMail.Taker taker = new ReturnedMail.Taker();
        try {
            message.writeTo(taker);
        } catch (IOException e) {
            throw new MessagingException("a mail could not be read from the mailbox", e);
        }
        try {
            intake.take(taker.mail(List.of(), ReturnedMail.Source.MAILBOX));
        } catch (RuntimeException e) {
            LOG.warn("bounce_mailbox=left_a_mail reason=\"{}\"", e.getMessage());
            return false;
        }
        message.setFlag(Flags.Flag.DELETED, true);
        return true;
    }

    private Properties properties(String protocol) {
        Properties properties = new Properties();
        String prefix = "mail." + protocol + ".";
        properties.setProperty(prefix + "connectiontimeout", TIMEOUT_MS);
        properties.setProperty(prefix + "timeout", TIMEOUT_MS);
        properties.setProperty(prefix + "writetimeout", TIMEOUT_MS);
        if (config.protocol().isTls()) {
            properties.setProperty(prefix + "ssl.checkserveridentity", "true");
            properties.put(prefix + "ssl.socketFactory", tls);
        }
        if (!config.protocol().isImap()) {
            // A large mail goes through a file, not the heap.
            properties.setProperty(prefix + "filestore.enable", "true");
        }
        return properties;
    }
}
