package io.mailblast.bounce;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/// Takes bounces over SMTP: mails to the bounce address and to those with an identifier, nothing else, so that it
/// relays nothing. A mail is answered with 250 once its event is in the log and it is kept.
final class BounceListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BounceListener.class);
    private static final int MAX_MAIL_BYTES = 25 << 20;
    private static final int MAX_CONNECTIONS = 20;
    private static final int MAX_RECIPIENTS = 10;
    private static final int IDLE_MS = 60_000;

    private final SMTPServer server;
    private final ExecutorService threads;

    private BounceListener(SMTPServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /// @throws IOException when the port is in use or the host is none of this machine's
    static BounceListener start(BounceConfig config, int port, BounceIntake intake) throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SMTPServer server = SMTPServer.port(port)
                .bindAddress(InetAddress.getByName(config.listenHost()))
                .hostName(config.address().substring(config.address().indexOf('@') + 1))
                .softwareName("MailBlast bounces")
                .executorService(threads)
                .maxConnections(MAX_CONNECTIONS)
                .maxRecipients(MAX_RECIPIENTS)
                .maxMessageSize(MAX_MAIL_BYTES)
                .connectionTimeoutMs(IDLE_MS)
                .insertReceivedHeaders(false)
                .messageHandlerFactory(_ -> new Transaction(config.address(), intake))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            threads.shutdownNow();
            throw new IOException(
                    "bounce.listen_port: cannot listen on " + config.listenHost() + " port " + port + ": "
                            + (e.getCause() == null
                                    ? e.getMessage()
                                    : e.getCause().getMessage()),
                    e);
        }
        LOG.info("bounce_listener=started port={}", server.getPortAllocated());
        return new BounceListener(server, threads);
    }

    int port() {
        return server.getPortAllocated();
    }

    @Override
    public void close() {
        server.stop();
        threads.shutdownNow();
    }

    /// One mail (RFC 5321 §3.3).
    private static final class Transaction implements MessageHandler {

        private final String local;
        private final String domain;
        private final BounceIntake intake;
        private final List<String> recipients = new ArrayList<>(1);

        Transaction(String address, BounceIntake intake) {
            this.local = address.substring(0, address.indexOf('@')).toLowerCase(Locale.ROOT);
            this.domain = address.substring(address.indexOf('@') + 1).toLowerCase(Locale.ROOT);
            this.intake = intake;
        }

        @Override
        public void from(@Nullable String sender) {
            // Bounces have none; feedback reports do.
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            int at = recipient.lastIndexOf('@');
            String name = at < 0 ? "" : recipient.substring(0, at).toLowerCase(Locale.ROOT);
            boolean ours = at >= 0
                    && recipient.substring(at + 1).toLowerCase(Locale.ROOT).equals(domain)
                    && (name.equals(local) || name.startsWith(local + "+"));
            if (!ours) {
                throw new RejectException(550, "5.7.1 Only bounces of MailBlast are taken here");
            }
            recipients.add(recipient);
        }

        @Override
        public String data(InputStream data) throws RejectException, IOException {
            ReturnedMail mail = ReturnedMail.read(data, recipients, ReturnedMail.Source.LISTENER);
            if (mail.size() > MAX_MAIL_BYTES) {
                throw new RejectException(552, "5.3.4 Message too long");
            }
            try {
                intake.take(mail);
                return "2.6.0 Taken";
            } catch (RuntimeException e) {
                LOG.warn("bounce_listener=deferred reason=\"{}\"", e.getMessage());
                throw new RejectException(451, "4.3.0 It cannot be recorded now, try again later");
            }
        }

        @Override
        public void done() {
            recipients.clear();
        }
    }
}
