package io.mailblast.delivery;

import io.mailblast.delivery.Delivery.ProviderUnavailableException;
import io.mailblast.delivery.SmtpAnswer.Stage;
import io.mailblast.mime.MessageBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One connection to a relay (RFC 5321), greeted, protected and signed in. Commands of a mail go out together
/// where the relay lets them (PIPELINING, RFC 2920), and those of the next mail with the end of the one before,
/// so that a mail costs one round trip. Used by one thread at a time.
final class SmtpConnection implements AutoCloseable {

    private static final Duration AFTER_LOST = Duration.ofMillis(500);
    /// A further mail is begun no later than this after the first: those that have waited too long go back.
    private static final long LONGEST_BURST_NS = 500_000_000L;

    private static final byte[] NOTHING = {};

    private final SmtpConfig config;
    private final SmtpWire wire;
    private Map<String, String> extensions = Map.of();
    private boolean usable = true;
    private boolean lostEarly;
    /// The commands of the next mail are on their way, their answers not read.
    private boolean opened;
    /// Until when a further mail of a burst may be begun.
    private long latestNs;

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

    /// One transaction after the other: envelope, content, the answer to its end.
    ///
    /// @return outcomes of the first mails, at least of one: of all, unless the connection was lost or used up,
    ///     or time went by. Of the others no content was written
    List<Outcome> send(List<Mail> mails) {
        List<Outcome> outcomes = new ArrayList<>(mails.size());
        latestNs = System.nanoTime() + LONGEST_BURST_NS;
        try {
            for (int i = 0; i < mails.size() && (i == 0 || opened || mayGoOn()); i++) {
                outcomes.add(transact(mails.get(i), i + 1 < mails.size() ? mails.get(i + 1) : null));
            }
        } finally {
            wire.noDeadline();
            usedNs = System.nanoTime();
        }
        return outcomes;
    }

    private boolean mayGoOn() {
        return isUsable() && System.nanoTime() - latestNs < 0;
    }

    /// Whether another mail may be sent on it.
    boolean isUsable() {
        return usable && (config.mailsPerConnection() == 0 || sent < config.mailsPerConnection());
    }

    /// Whether it was lost before anything of a message's content was written, having been good for others
    /// before: the relay closed it in between, and another one may be tried.
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
        wire.untimed();
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

    private Outcome transact(Mail mail, @Nullable Mail next) {
        if (!isDeliverable(mail)) {
            return new Outcome.Refused("the address needs SMTPUTF8 (RFC 6531), which is not used");
        }
        sent++;
        wire.deadline(config.timeout());
        Envelope envelope;
        try {
            envelope = isPipelining() ? pipelined(mail) : stepwise(mail);
        } catch (IOException e) {
            lostEarly = true;
            return lost("before the message: " + e.getMessage());
        }
        if (envelope.problem() != null) {
            return envelope.problem();
        }
        MessageBytes content = DotStuffing.content(mail.message());
        byte[] end = DotStuffing.end(content);
        byte[] following = next != null && mayFollow(next) ? commands(next) : NOTHING;
        wire.deadline(config.timeout());
        int written = wire.writeUpTo(content, joined(end, following));
        // The end of the content is what makes the relay deliver: had no byte of it left, nothing was delivered.
        if (written <= content.length()) {
            return lost("in the middle of the message");
        }
        opened = following.length > 0;
        return ended(written >= content.length() + end.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private boolean isPipelining() {
        return extensions.containsKey("PIPELINING");
    }

    /// Whether the commands of a further mail may go out before the one under way is answered.
    private boolean mayFollow(Mail next) {
        return isPipelining() && mayGoOn() && isDeliverable(next);
    }

    /// The relay's answer to the end of the content.
    private Outcome ended(boolean whole) {
        try {
            if (!whole) {
                throw new IOException("the connection was lost at the end of the message");
            }
            SmtpReply reply = answer();
            if (reply.isPositive()) {
                return new Outcome.Accepted(Outcome.shortened(reply.queueId()));
            }
            if (reply.code() >= 400) {
                return problem(reply, Stage.CONTENT);
            }
            throw new SmtpReply.GarbageException("an answer that says nothing: " + reply);
        } catch (IOException e) {
            unusable();
            return new Outcome.InDoubt(Outcome.shortened("no answer to the whole message: " + e.getMessage()));
        }
    }

    /// @param problem null when the content may follow
    private record Envelope(@Nullable Outcome problem) {

        static final Envelope OPEN = new Envelope(null);
    }

    private Envelope pipelined(Mail mail) throws IOException {
        if (!opened) {
            wire.write(commands(mail));
        }
        opened = false;
        SmtpReply from = answer();
        if (from.code() == 421) {
            return new Envelope(problem(from, Stage.SENDER));
        }
        SmtpReply to = answer();
        if (to.code() == 421) {
            return new Envelope(problem(to, Stage.RECIPIENT));
        }
        SmtpReply data = answer();
        if (from.isPositive() && to.isPositive() && data.code() == 354) {
            return Envelope.OPEN;
        }
        if (data.code() == 354 && to.isPositive()) {
            // It would deliver what comes now, from nobody: it gets nothing more.
            usable = false;
        } else if (data.code() == 354) {
            // It would take content for nobody (RFC 2920 §3.1): it gets none.
            wire.write(ascii(".\r\n"));
            SmtpReply _ = answer();
        }
        Outcome problem = !from.isPositive()
                ? problem(from, Stage.SENDER)
                : !to.isPositive() ? problem(to, Stage.RECIPIENT) : problem(data, Stage.CONTENT);
        reset();
        return new Envelope(problem);
    }

    private byte[] commands(Mail mail) {
        return ascii(from(mail) + "\r\n" + to(mail) + "\r\nDATA\r\n");
    }

    private Envelope stepwise(Mail mail) throws IOException {
        SmtpReply from = command(from(mail));
        if (!from.isPositive()) {
            return refused(from, Stage.SENDER);
        }
        SmtpReply to = command(to(mail));
        if (!to.isPositive()) {
            return refused(to, Stage.RECIPIENT);
        }
        SmtpReply data = command("DATA");
        return data.code() == 354 ? Envelope.OPEN : refused(data, Stage.CONTENT);
    }

    private Envelope refused(SmtpReply reply, Stage stage) throws IOException {
        Outcome problem = problem(reply, stage);
        reset();
        return new Envelope(problem);
    }

    private void reset() throws IOException {
        if (usable && command("RSET").code() != 250) {
            usable = false;
        }
    }

    /// 421 ends the connection whatever it answers (RFC 5321 §3.8).
    private Outcome problem(SmtpReply reply, Stage stage) {
        if (reply.code() == 421) {
            unusable();
            lostEarly = stage == Stage.SENDER;
        }
        return reply.code() < 400
                ? lost("before the message: an answer that says nothing: " + reply)
                : SmtpAnswer.of(reply, stage);
    }

    private Outcome lost(String how) {
        unusable();
        return new Outcome.Deferred(Outcome.shortened("the connection was lost " + how), AFTER_LOST);
    }

    private void unusable() {
        usable = false;
        opened = false;
    }

    private SmtpReply command(String command) throws IOException {
        wire.deadline(config.timeout());
        wire.write(line(command));
        return answer();
    }

    /// Each may take as long as the relay is given.
    private SmtpReply answer() throws IOException {
        wire.deadline(config.timeout());
        return wire.reply();
    }

    private static void require(SmtpReply reply, int code, String what) throws IOException {
        if (reply.code() != code) {
            throw new IOException(what + " was answered with " + reply);
        }
    }

    private String from(Mail mail) {
        String size = extensions.containsKey("SIZE") ? " SIZE=" + mail.message().length() : "";
        return "MAIL FROM:<" + mail.from() + ">" + size;
    }

    private static String to(Mail mail) {
        return "RCPT TO:<" + mail.to() + ">";
    }

    private static boolean isDeliverable(Mail mail) {
        return isAscii(mail.from()) && isAscii(mail.to());
    }

    private static boolean isAscii(String address) {
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c < ' ' || c >= 0x7f || c == '<' || c == '>') {
                return false;
            }
        }
        return true;
    }

    private static byte[] line(String command) {
        return ascii(command + "\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
