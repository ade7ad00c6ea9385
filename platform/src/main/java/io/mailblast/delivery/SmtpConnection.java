package io.mailblast.delivery;

import io.mailblast.delivery.Delivery.ProviderUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/// One connection to a relay (RFC 5321), greeted, protected and signed in. Commands of a mail go out together where the
/// relay lets them (PIPELINING, RFC 2920). Used by one thread at a time.
final class SmtpConnection implements AutoCloseable {

    private static final Duration AFTER_LOST = Duration.ofMillis(500);
    private static final Duration AFTER_REFUSED = Duration.ofSeconds(1);
    private static final Duration SERVICE_ENDS = Duration.ofSeconds(5);

    private final SmtpConfig config;
    private final SmtpWire wire;
    private Map<String, String> extensions = Map.of();
    private boolean usable = true;
    private boolean lostEarly;
    private int sent;
    private volatile long usedNs = System.nanoTime();

    private SmtpConnection(SmtpConfig config, SmtpWire wire) {
        this.config = config;
        this.wire = wire;
    }

    /// @throws ProviderUnavailableException saying what was wrong: nothing has been sent
    static SmtpConnection open(SmtpConfig config, SSLSocketFactory tls) {
        String where = config.host() + ":" + config.port();
        try {
            SmtpWire wire = SmtpWire.connect(config.host(), config.port(), config.timeout());
            SmtpConnection connection = new SmtpConnection(config, wire);
            try {
                connection.greet(tls);
                return connection;
            } catch (IOException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SSLException e) {
            throw new ProviderUnavailableException(
                    "The relay " + where + " has no TLS that can be trusted: " + e.getMessage(), e);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new ProviderUnavailableException("The relay " + where + " cannot be used: " + why, e);
        }
    }

    /// One transaction: envelope, content, the answer to its end.
    Outcome send(Mail mail) {
        if (!isAscii(mail.from()) || !isAscii(mail.to())) {
            return new Outcome.Refused("the address needs SMTPUTF8 (RFC 6531), which is not used");
        }
        wire.deadline(config.timeout().multipliedBy(2));
        try {
            return transact(mail);
        } finally {
            wire.noDeadline();
            usedNs = System.nanoTime();
            sent++;
        }
    }

    /// Whether another mail may be sent on it.
    boolean isUsable() {
        return usable && (config.mailsPerConnection() == 0 || sent < config.mailsPerConnection());
    }

    /// Whether it was lost before anything of a message's content was written, having been good for others before: the
    /// relay closed it in between, and another one may be tried.
    boolean wasClosedInBetween() {
        return lostEarly && sent > 1;
    }

    boolean idleSince(long nowNs) {
        return nowNs - usedNs > config.idle().toNanos();
    }

    void closeIfLate(long nowNs) {
        wire.closeIfLate(nowNs);
    }

    /// Says good-bye where somebody listens.
    @Override
    public void close() {
        if (usable) {
            usable = false;
            try {
                wire.write(line("QUIT"));
            } catch (IOException e) {
                // It is closed either way.
            }
        }
        wire.close();
    }

    private void greet(SSLSocketFactory tls) throws IOException {
        wire.deadline(config.timeout().multipliedBy(3));
        if (config.security() == SmtpConfig.Security.TLS) {
            wire.startTls(tls, config.host(), config.port());
        }
        require(wire.reply(), 220, "greeting");
        hello();
        if (config.security() == SmtpConfig.Security.STARTTLS) {
            if (!extensions.containsKey("STARTTLS")) {
                throw new IOException("it offers no STARTTLS; set smtp.security to none if that is meant");
            }
            require(command("STARTTLS"), 220, "STARTTLS");
            wire.startTls(tls, config.host(), config.port());
            hello();
        }
        if (!config.user().isEmpty()) {
            signIn();
        }
        wire.noDeadline();
    }

    private void hello() throws IOException {
        String name = config.helo().isEmpty() ? ownName() : config.helo();
        SmtpReply reply = command("EHLO " + name);
        Map<String, String> offered = new HashMap<>();
        if (reply.code() == 500 || reply.code() == 502 || reply.code() == 504) {
            require(command("HELO " + name), 250, "HELO");
        } else {
            require(reply, 250, "EHLO");
            for (String extension : reply.lines().subList(1, reply.lines().size())) {
                String[] words = extension.strip().split("[ =]", 2);
                offered.merge(
                        words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1] : "", (a, b) -> a + " " + b);
            }
        }
        extensions = offered;
    }

    private void signIn() throws IOException {
        if (!wire.isEncrypted() && !wire.isLocal()) {
            throw new IOException("a password is not told to a relay in the clear; set smtp.security");
        }
        String mechanisms = " " + extensions.getOrDefault("AUTH", "").toUpperCase(Locale.ROOT) + " ";
        SmtpReply reply;
        if (mechanisms.contains(" PLAIN ")) {
            reply = command("AUTH PLAIN " + base64("\0" + config.user() + "\0" + config.password()));
        } else if (mechanisms.contains(" LOGIN ")) {
            require(command("AUTH LOGIN"), 334, "AUTH LOGIN");
            require(command(base64(config.user())), 334, "AUTH LOGIN");
            reply = command(base64(config.password()));
        } else {
            throw new IOException("it offers neither AUTH PLAIN nor AUTH LOGIN");
        }
        require(reply, 235, "sign-in");
    }

    private Outcome transact(Mail mail) {
        Envelope envelope;
        try {
            envelope = extensions.containsKey("PIPELINING") ? pipelined(mail) : stepwise(mail);
        } catch (IOException e) {
            lostEarly = true;
            return lost("before the message: " + e.getMessage());
        }
        if (envelope.problem() != null) {
            return envelope.problem();
        }
        byte[] content = DotStuffing.content(mail.mime());
        int end = content.length - DotStuffing.END.length;
        int written = wire.writeUpTo(content, end);
        // The end of the content is what makes the relay deliver: had no byte of it left, nothing was delivered.
        if (written <= end) {
            return lost("in the middle of the message");
        }
        return ended(written == content.length);
    }

    /// The relay's answer to the end of the content.
    private Outcome ended(boolean whole) {
        try {
            if (!whole) {
                throw new IOException("the connection was lost at the end of the message");
            }
            SmtpReply reply = wire.reply();
            if (reply.isPositive()) {
                return new Outcome.Accepted(Outcome.shortened(reply.queueId()));
            }
            if (reply.code() >= 400) {
                return problem(reply);
            }
            throw new SmtpReply.GarbageException("an answer that says nothing: " + reply);
        } catch (IOException e) {
            usable = false;
            return new Outcome.InDoubt(Outcome.shortened("no answer to the whole message: " + e.getMessage()));
        }
    }

    /// @param problem null when the content may follow
    private record Envelope(
            @org.jspecify.annotations.Nullable Outcome problem) {

        static final Envelope OPEN = new Envelope(null);
    }

    private Envelope pipelined(Mail mail) throws IOException {
        wire.write((from(mail) + to(mail) + "DATA\r\n").getBytes(StandardCharsets.US_ASCII));
        SmtpReply from = wire.reply();
        SmtpReply to = wire.reply();
        SmtpReply data = wire.reply();
        if (from.isPositive() && to.isPositive() && data.code() == 354) {
            return Envelope.OPEN;
        }
        if (data.code() == 354 && to.isPositive()) {
            // It would deliver what comes now, from nobody: it gets nothing more.
            usable = false;
        } else if (data.code() == 354) {
            // It would take content for nobody (RFC 2920 §3.1): it gets none.
            wire.write(".\r\n".getBytes(StandardCharsets.US_ASCII));
            SmtpReply _ = wire.reply();
        }
        Outcome problem = problem(!from.isPositive() ? from : !to.isPositive() ? to : data);
        reset();
        return new Envelope(problem);
    }

    private Envelope stepwise(Mail mail) throws IOException {
        for (String command : new String[] {from(mail), to(mail), "DATA\r\n"}) {
            wire.write(command.getBytes(StandardCharsets.US_ASCII));
            SmtpReply reply = wire.reply();
            if (!(reply.isPositive() || (reply.code() == 354 && command.equals("DATA\r\n")))) {
                Outcome problem = problem(reply);
                reset();
                return new Envelope(problem);
            }
        }
        return Envelope.OPEN;
    }

    private void reset() throws IOException {
        if (usable && command("RSET").code() != 250) {
            usable = false;
        }
    }

    private Outcome problem(SmtpReply reply) {
        String reason = Outcome.shortened(reply.toString());
        if (reply.code() == 421) {
            usable = false;
            return new Outcome.Deferred(reason, SERVICE_ENDS, true);
        }
        return reply.isFinal() ? new Outcome.Refused(reason) : new Outcome.Deferred(reason, AFTER_REFUSED);
    }

    private Outcome lost(String how) {
        usable = false;
        return new Outcome.Deferred(Outcome.shortened("the connection was lost " + how), AFTER_LOST);
    }

    private SmtpReply command(String command) throws IOException {
        wire.write(line(command));
        return wire.reply();
    }

    private static void require(SmtpReply reply, int code, String what) throws IOException {
        if (reply.code() != code) {
            throw new IOException(what + " was answered with " + reply);
        }
    }

    private String from(Mail mail) {
        String size = extensions.containsKey("SIZE") ? " SIZE=" + mail.mime().length : "";
        return "MAIL FROM:<" + mail.from() + ">" + size + "\r\n";
    }

    private static String to(Mail mail) {
        return "RCPT TO:<" + mail.to() + ">\r\n";
    }

    private static boolean isAscii(String address) {
        return address.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '<' && c != '>');
    }

    private static byte[] line(String command) {
        return (command + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String ownName() {
        try {
            String name = InetAddress.getLocalHost().getCanonicalHostName();
            return name.matches("[A-Za-z0-9.-]+") ? name : "localhost";
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
