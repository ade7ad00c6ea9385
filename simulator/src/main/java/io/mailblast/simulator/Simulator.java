package io.mailblast.simulator;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.mailblast.simulator.account.Faults;
import io.mailblast.simulator.account.Identities;
import io.mailblast.simulator.account.Intake;
import io.mailblast.simulator.account.SendingAccount;
import io.mailblast.simulator.account.Suppressions;
import io.mailblast.simulator.inbox.InboxRoutes;
import io.mailblast.simulator.recipient.Reactions;
import io.mailblast.simulator.record.AcceptedMail;
import io.mailblast.simulator.record.Ledger;
import io.mailblast.simulator.record.Mail;
import io.mailblast.simulator.record.Mailbox;
import io.mailblast.simulator.ses.SesRoutes;
import io.mailblast.simulator.smtp.SmtpListener;
import io.mailblast.simulator.sns.Notifier;
import io.mailblast.simulator.sns.SigningKey;
import io.mailblast.simulator.sns.Topic;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole simulator, wired. Reading [#start] top to bottom is reading how a mail goes through it.
public final class Simulator implements Closeable {

    /// Raw mails of 40 MB come as base64, inside JSON.
    private static final long MAX_BODY_BYTES = 64L << 20;

    private static final Duration GRACE = Duration.ofMillis(150);
    /// Helidon logs through the JDK; its greetings are no news. Held, as the JDK forgets loggers that nobody holds.
    private static final java.util.logging.Logger HELIDON = java.util.logging.Logger.getLogger("io.helidon");

    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);

    private final Deque<Closeable> parts = new ArrayDeque<>();
    private int httpPort;
    private int smtpPort;
    private String origin = "";
    private Path certificate = Path.of("");

    private Simulator() {}

    /// Starts all of it.
    ///
    /// @throws StartFailure if it cannot; whatever had started is stopped again
    public static Simulator start(SimulatorConfig config) throws StartFailure {
        Simulator simulator = new Simulator();
        try {
            simulator.run(config);
            return simulator;
        } catch (IOException e) {
            simulator.close();
            throw new StartFailure(
                    config.home() + " cannot be used (" + e.getMessage()
                            + "): make it writable, free some space, or choose another folder with --home",
                    e);
        } catch (StartFailure | RuntimeException e) {
            simulator.close();
            throw e;
        }
    }

    private void run(SimulatorConfig config) throws StartFailure, IOException {
        HELIDON.setLevel(Level.WARNING);
        InstantSource clock = InstantSource.system();
        Home home = own(Home.hold(config.home()));
        SigningKey key = SigningKey.in(home.folder(), clock.instant());
        certificate = key.certificate();

        SendingAccount account = new SendingAccount(config.ratePerSecond(), config.quota(), clock, System::nanoTime);
        List<AcceptedMail> unsettled = new ArrayList<>();
        Ledger ledger = own(Ledger.open(home.folder(), config.durability(), clock, (mail, state) -> {
            account.sentEarlier(mail.acceptedAt());
            if (state == Ledger.State.UNSETTLED) {
                unsettled.add(mail);
            }
        }));
        Mailbox mailbox = new Mailbox(config.keep(), ledger);

        httpPort = freePort(config.address(), config.httpPort());
        origin = "http://" + host(config.address()) + ":" + httpPort;
        Notifier notifier = own(new Notifier(
                new Notifier.Delivery(
                        config.notifyUrls(),
                        config.notifyTwice(),
                        config.confirmation(),
                        config.notifyRetry(),
                        config.seed()),
                key,
                clock,
                origin));
        Suppressions suppressions = new Suppressions();
        Reactions reactions = own(new Reactions(
                ledger,
                notifier,
                suppressions,
                config.behaviour(),
                config.seed(),
                config.connections(),
                config.recipientRetry(),
                clock));
        Intake intake = new Intake(account, ledger, mailbox, reactions);
        Identities identities = new Identities();
        Faults.Switch faults = new Faults.Switch(config.seed());

        HttpRouting.Builder routing = HttpRouting.builder()
                .register("/v2/email", new SesRoutes(intake, account, identities, suppressions, faults, clock))
                .register("/simulator", new ControlRoutes(ledger, intake, reactions, notifier, account, faults))
                .get(
                        Topic.CERTIFICATE_PATH,
                        (_, response) -> response.header(HeaderNames.CONTENT_TYPE, "application/x-pem-file")
                                .send(key.certificatePem()))
                .register("/", new InboxRoutes(mailbox, ledger))
                .any("/*", (_, response) -> {
                    response.status(404);
                    response.headers().contentType(MediaTypes.TEXT_PLAIN);
                    response.send("There is nothing here. The inbox is at /\n");
                });
        listen(config, routing);
        try {
            SmtpListener smtp = own(SmtpListener.start(
                    config.address(), config.smtpPort(), intake, identities, config.mailboxPolicy()));
            smtpPort = smtp.port();
        } catch (IOException e) {
            throw inUse(config.smtpPort(), "--smtp-port", e);
        }

        unsettled.forEach(mail -> reactions.accepted(new Mail(mail)));
        notifier.start();
        reactions.start();
        LOG.info(
                "started http_port={} smtp_port={} recorded={} unsettled={}",
                httpPort,
                smtpPort,
                ledger.size(),
                unsettled.size());
    }

    private void listen(SimulatorConfig config, HttpRouting.Builder routing) throws StartFailure {
        WebServer server = WebServer.builder()
                .address(config.address())
                .port(httpPort)
                .maxPayloadSize(MAX_BODY_BYTES)
                .shutdownGracePeriod(GRACE)
                .shutdownHook(false)
                .routing(routing)
                .build();
        parts.push(server::stop);
        server.start();
        // It logs why it cannot listen, and does not throw.
        if (!server.isRunning()) {
            throw inUse(httpPort, "--port", new BindException("taken meanwhile"));
        }
    }

    private static StartFailure inUse(int port, String option, Exception cause) {
        return new StartFailure(
                "port " + port
                        + " cannot be listened on, most likely it is in use: stop what uses it, or choose another"
                        + " with " + option,
                cause);
    }

    /// The origin is part of every notification, so the port must be known before anything listens.
    private static int freePort(InetAddress address, int wanted) throws StartFailure {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, wanted));
            return probe.getLocalPort();
        } catch (IOException e) {
            throw inUse(wanted, "--port", e);
        }
    }

    private static String host(InetAddress address) {
        String host = address.getHostAddress();
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    private <T extends Closeable> T own(T part) {
        parts.push(part);
        return part;
    }

    /// Where it answers: `http://HOST:PORT`.
    public String origin() {
        return origin;
    }

    public int smtpPort() {
        return smtpPort;
    }

    /// The certificate that notifications are signed for.
    public Path certificate() {
        return certificate;
    }

    /// Stops the doors first, then the people, then closes the record. May be called twice.
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (IOException | RuntimeException e) {
                LOG.warn("stopping failed reason={}", e.getMessage());
            }
        }
    }
}
