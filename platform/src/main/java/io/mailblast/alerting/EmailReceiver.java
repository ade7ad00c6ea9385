package io.mailblast.alerting;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Sends a notice as a plain mail by a connection of its own: not by the queue, the workers or the relay that campaigns
/// leave by, any of which may be what is broken. All mails of one alert refer to one message, by which mail programs
/// show them together.
final class EmailReceiver implements Receiver {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// A mail of many alerts refers to so many of them: relays limit how long a header may be.
    private static final int MAX_REFERENCES = 20;

    private static final int MAX_TEXT = 2_000;

    /// How replies stand in messages of the library, whose own types are there at run time only.
    private static final Pattern LATER = Pattern.compile("(?:^|response: )4\\d\\d(?:[ -]|$)");

    private static final Pattern NEVER = Pattern.compile("(?:^|response: )5\\d\\d(?:[ -]|$)");

    private static final Pattern ADDRESS = Pattern.compile("[^\\s@]+@[^\\s@]+");

    private final AlertingConfig config;
    private final Duration timeout;
    private final InstantSource clock;

    /// @param timeout of the connection and of each answer
    EmailReceiver(AlertingConfig config, Duration timeout, InstantSource clock) {
        this.config = config;
        this.timeout = timeout;
        this.clock = clock;
    }

    @Override
    public String name() {
        return Receivers.EMAIL;
    }

    @Override
    public Answer tell(Notice notice) throws InterruptedException {
        return send(session -> message(session, notice));
    }

    /// Text and HTML, as mail programs like it.
    @Override
    public Answer tell(Digest digest) throws InterruptedException {
        return send(session -> {
            MimeMessage message = message(session, digest.subject());
            MimeMultipart both = new MimeMultipart("alternative");
            both.addBodyPart(part(digest.text() + "\nConsole: " + digest.console() + "\n", "plain"));
            both.addBodyPart(part(digest.html(), "html"));
            message.setContent(both);
            message.saveChanges();
            return message;
        });
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text, StandardCharsets.UTF_8.name(), subtype);
        return part;
    }

    /// Makes a mail, once there is a session for it.
    private interface Letter {

        MimeMessage in(Session session) throws MessagingException;
    }

    private Answer send(Letter letter) throws InterruptedException {
        Session session = Session.getInstance(properties());
        try {
            send(session, letter.in(session));
            return new Answer.Taken();
        } catch (MessagingException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while a mail was sent");
            }
            return answer(e);
        }
    }

    private void send(Session session, MimeMessage message) throws MessagingException {
        Transport transport = session.getTransport("smtp");
        try {
            if (config.smtpUser().isEmpty()) {
                transport.connect();
            } else {
                transport.connect(config.smtpUser(), config.smtpPassword());
            }
            transport.sendMessage(message, message.getAllRecipients());
        } finally {
            try {
                transport.close();
            } catch (MessagingException e) {
                // It was taken or refused before: how the connection ends changes neither.
            }
        }
    }

    private MimeMessage message(Session session, Notice notice) throws MessagingException {
        MimeMessage message = message(session, Wording.headline(notice));
        message.setHeader("References", MimeUtility.fold(12, references(notice)));
        message.setText(text(notice), StandardCharsets.UTF_8.name());
        message.saveChanges();
        return message;
    }

    /// Without its content.
    private MimeMessage message(Session session, String subject) throws MessagingException {
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(config.emailFrom()));
        for (String address : config.emailTo()) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(address));
        }
        message.setSubject(Wording.cut(subject, 200), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        // RFC 3834 §5: no automatic answers, please.
        message.setHeader("Auto-Submitted", "auto-generated");
        return message;
    }

    private String references(Notice notice) {
        String domain = config.emailFrom().substring(config.emailFrom().indexOf('@'));
        return notice.items().stream()
                .limit(MAX_REFERENCES)
                .map(item -> "<alert." + item.id().replaceAll("[^A-Za-z0-9-]", "-") + domain + ">")
                .collect(Collectors.joining(" "));
    }

    private static String text(Notice notice) {
        return notice.items().stream().map(EmailReceiver::text).collect(Collectors.joining("\n\n")) + "\n\nConsole: "
                + notice.console() + "\n";
    }

    private static String text(Notice.Item item) {
        StringBuilder text = new StringBuilder();
        text.append(line(item.name()))
                .append(item.firing() ? " (" + item.severity().spelling() + ")\n" : " (resolved)\n")
                .append(line(item.summary()))
                .append("\n\n");
        // A trial compares nothing.
        if (!item.expression().isEmpty()) {
            field(text, "Value", item.value());
            field(text, "Rule", item.expression());
        }
        field(text, "Since", Wording.time(item.firedAt()));
        item.resolvedAt().ifPresent(at -> field(text, "Resolved", Wording.time(at)));
        item.acknowledgedBy().ifPresent(by -> field(text, "Acknowledged by", by));
        if (item.firing() && item.escalated()) {
            field(text, "Escalated", "nobody has acknowledged it in time");
        }
        return text.append("Runbook: ").append(line(Wording.runbook(item))).toString();
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(line(value)).append('\n');
    }

    private static String line(String text) {
        return Wording.cut(Wording.oneLine(text), MAX_TEXT);
    }

    /// 4yz is later and 5yz is never (RFC 5321 §4.2.1). Where one address was reached and another was not, the
    /// same again would reach the first again, and so it is never.
    private static Answer answer(MessagingException failure) {
        List<Throwable> chain = chain(failure);
        List<String> texts = chain.stream().map(EmailReceiver::shown).toList();
        List<String> later = texts.stream().filter(LATER.asPredicate()).toList();
        List<String> never = texts.stream().filter(NEVER.asPredicate()).toList();
        String reason = later.isEmpty() && never.isEmpty()
                ? texts.stream().distinct().collect(Collectors.joining(": "))
                : (later.isEmpty() ? never : later).getLast();
        if (chain.stream().anyMatch(EmailReceiver::reachedSome)) {
            return new Answer.Never("not all addresses were reached: " + reason);
        }
        boolean refused = !never.isEmpty() || chain.stream().anyMatch(AuthenticationFailedException.class::isInstance);
        return refused && later.isEmpty() ? new Answer.Never(reason) : new Answer.Later(reason, Duration.ZERO);
    }

    private static List<Throwable> chain(MessagingException failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = failure; each != null; each = next(each)) {
            chain.add(each);
        }
        return chain;
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure instanceof MessagingException mail ? mail.getNextException() : failure.getCause();
    }

    private static boolean reachedSome(Throwable failure) {
        return failure instanceof SendFailedException sent
                && sent.getValidSentAddresses() != null
                && sent.getValidSentAddresses().length > 0;
    }

    private static String shown(Throwable failure) {
        String text = Wording.oneLine(String.valueOf(failure.getMessage()));
        return Wording.cut(ADDRESS.matcher(text).replaceAll("(address)"), 200);
    }

    private Properties properties() {
        String timeoutMs = Long.toString(timeout.toMillis());
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", config.smtpHost());
        properties.setProperty("mail.smtp.port", Integer.toString(config.smtpPort()));
        properties.setProperty("mail.smtp.connectiontimeout", timeoutMs);
        properties.setProperty("mail.smtp.timeout", timeoutMs);
        properties.setProperty("mail.smtp.writetimeout", timeoutMs);
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        // Those of the addresses that can be reached are.
        properties.setProperty("mail.smtp.sendpartial", "true");
        // The envelope's sender, and what a Message-ID ends with.
        properties.setProperty("mail.from", config.emailFrom());
        properties.setProperty(
                "mail.smtp.auth", Boolean.toString(!config.smtpUser().isEmpty()));
        switch (config.smtpSecurity()) {
            case NONE -> {}
            case STARTTLS -> {
                properties.setProperty("mail.smtp.starttls.enable", "true");
                properties.setProperty("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.setProperty("mail.smtp.ssl.enable", "true");
        }
        return properties;
    }
}
