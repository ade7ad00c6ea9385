package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.mailblast.alerting.AlertingConfig.Security;
import io.mailblast.alerting.Receiver.Answer;
import io.mailblast.testing.SettableClock;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init")
class EmailReceiverTest {

    private static final String PASSWORD = "hunter2-hunter2";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T11:00:00Z"));
    private GreenMail mailbox;

    @BeforeEach
    void start() {
        mailbox = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS)
        });
        mailbox.start();
    }

    @AfterEach
    void stop() {
        mailbox.stop();
    }

    private Receiver receiver(int port, Security security, String user) {
        return new EmailReceiver(config(port, security, user), Duration.ofSeconds(5), clock);
    }

    private static AlertingConfig config(int port, Security security, String user) {
        return AlertingConfigs.defaultsBut(
                "emailTo",
                List.of("ops@example.org", "boss@example.org"),
                "emailFrom",
                "mailblast@news.example.org",
                "smtpHost",
                "127.0.0.1",
                "smtpPort",
                port,
                "smtpSecurity",
                security,
                "smtpUser",
                user,
                "smtpPassword",
                user.isEmpty() ? "" : PASSWORD);
    }

    private List<MimeMessage> told(Notice notice) throws InterruptedException {
        int port = mailbox.getSmtp().getPort();
        assertThat(receiver(port, Security.NONE, "").tell(notice)).isEqualTo(new Answer.Taken());
        return List.of(mailbox.getReceivedMessages());
    }

    private static String text(MimeMessage mail) throws Exception {
        return String.valueOf(mail.getContent()).replace("\r\n", "\n");
    }

    @Test
    void aReportIsAMailInTwoForms() throws Exception {
        Answer answer = receiver(mailbox.getSmtp().getPort(), Security.NONE, "").tell(Notices.digest());

        assertThat(answer).isEqualTo(new Answer.Taken());
        MimeMessage mail = mailbox.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("MailBlast daily report of mail.example.org");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        Multipart both = (Multipart) mail.getContent();
        assertThat(both.getContentType()).startsWith("multipart/alternative");
        assertThat(both.getBodyPart(0).getContent().toString())
                .contains("All of it", "Console: https://mail.example.org");
        assertThat(both.getBodyPart(1).getContentType()).startsWith("text/html");
        assertThat(both.getBodyPart(1).getContent().toString()).contains("<body>All of it</body>");
    }

    @Test
    void whatFiresIsAMailToEveryAddress() throws Exception {
        List<MimeMessage> mails = told(Notices.of(Notices.escalated(CRASH)));

        assertThat(mails).hasSize(2);
        MimeMessage mail = mails.getFirst();
        assertThat(mail.getSubject()).isEqualTo("[critical] Worker Crash (escalated)");
        assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("mailblast@news.example.org");
        assertThat(mail.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("ops@example.org", "boss@example.org");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getSentDate()).isEqualTo(Date.from(clock.instant()));
        assertThat(mail.getMessageID()).endsWith("@news.example.org>");
        assertThat(mail.getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
        assertThat(text(mail).strip()).isEqualTo("""
                Worker Crash (critical)
                2 workers ended without being told to

                Value: 2
                Rule: workers_missing > 0
                Since: 2026-03-01 10:00:00 UTC
                Escalated: nobody has acknowledged it in time
                Runbook: docs/runbooks/worker-crash.md

                Console: https://mail.example.org""");
    }

    @Test
    void allMailsOfOneAlertAreOneThread() throws Exception {
        told(Notices.of(CRASH));
        List<MimeMessage> mails = told(Notices.of(Notices.resolved(Notices.acknowledged(CRASH, "ann@example.org"))));

        assertThat(mails).hasSize(4);
        assertThat(mails)
                .allSatisfy(mail -> assertThat(mail.getHeader("References"))
                        .containsExactly("<alert.018f3f6e-0000-7000-8000-000000000001@news.example.org>"));
        assertThat(mails.stream().map(EmailReceiverTest::id).distinct()).hasSize(2);
        assertThat(mails.getLast().getSubject()).isEqualTo("[resolved] Worker Crash");
        assertThat(text(mails.getLast()))
                .contains("Resolved: 2026-03-01 10:20:00 UTC", "Acknowledged by: ann@example.org");
    }

    private static String id(MimeMessage mail) {
        try {
            return mail.getMessageID();
        } catch (jakarta.mail.MessagingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void manyAlertsAreOneMail() throws Exception {
        MimeMessage mail = told(Notices.many(300)).getFirst();

        assertThat(mail.getSubject()).isEqualTo("[warning] 300 alerts");
        assertThat(text(mail)).contains("Alert 1 (warning)", "Alert 300 (warning)");
        assertThat(mail.getHeader("References", null).split("<alert\\.", -1)).hasSize(21);
        assertThat(raw(mail).lines()).allMatch(line -> line.length() <= 998);
    }

    @Test
    void otherLettersThanAsciiArriveAsTheyAre() throws Exception {
        MimeMessage mail = told(Notices.of(Notices.worded(CRASH, "Größe 😀", "Größe ≥ 5 GB 😀")))
                .getFirst();

        assertThat(mail.getSubject()).isEqualTo("[critical] Größe 😀");
        assertThat(text(mail)).contains("Größe ≥ 5 GB 😀");
        assertThat(raw(mail).chars()).allMatch(c -> c < 128);
    }

    @Test
    void noNameOrSummaryAddsAHeaderOrALine() throws Exception {
        String bad = "X\r\nBcc: evil@example.org\r\n\r\n<b>\n.\r\nMAIL FROM:<a@b>\u2028" + "y".repeat(3_000);
        MimeMessage mail = told(Notices.of(Notices.worded(CRASH, bad, bad))).getFirst();

        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getAllRecipients()).hasSize(2);
        assertThat(mail.getSubject())
                .startsWith("[critical] X Bcc: evil@example.org")
                .doesNotContain("\n");
        assertThat(text(mail).lines().filter(line -> line.startsWith("Bcc") || line.equals(".")))
                .isEmpty();
        assertThat(raw(mail).lines()).allMatch(line -> line.length() <= 998);
    }

    private static String raw(MimeMessage mail) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        mail.writeTo(bytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void theRelayIsSignedInToWhereAUserIsSet() throws Exception {
        mailbox.setUser("relay@example.org", "relay", PASSWORD);
        int port = mailbox.getSmtp().getPort();

        assertThat(receiver(port, Security.NONE, "relay").tell(Notices.of(CRASH)))
                .isEqualTo(new Answer.Taken());
        assertThat(receiver(port, Security.NONE, "other").tell(Notices.of(CRASH)))
                .isInstanceOfSatisfying(
                        Answer.Never.class,
                        never -> assertThat(never.reason()).contains("535").doesNotContain(PASSWORD));
    }

    @ParameterizedTest
    @CsvSource({
        "greeting, 554 no, NEVER",
        "greeting, 421 later, LATER",
        "EHLO, 421 4.3.2 later, LATER",
        "AUTH, 535 5.7.8 wrong, NEVER",
        "AUTH, 454 4.7.0 later, LATER",
        "MAIL, 550 5.7.1 not you, NEVER",
        "MAIL, 451 4.3.0 later, LATER",
        "RCPT, 550 5.1.1 unknown, NEVER",
        "RCPT, 450 4.2.0 greylisted, LATER",
        "DATA, 554 5.5.1 no, NEVER",
        "DATA, 451 4.3.0 later, LATER",
        "end, 552 5.2.3 too big, NEVER",
        "end, 452 4.3.1 full, LATER",
        "greeting, close, LATER",
        "EHLO, close, LATER",
        "MAIL, close, LATER",
        "end, close, LATER",
        "greeting, garbage, LATER",
        "MAIL, garbage, LATER",
    })
    void repliesSayWhetherToTryAgain(String command, String reply, String expected) throws Exception {
        Answer answer = tell(
                Security.NONE,
                each -> each.startsWith(command) || (command.equals("EHLO") && each.startsWith("HELO")) ? reply : "");

        assertThat(answer).isInstanceOf(expected.equals("NEVER") ? Answer.Never.class : Answer.Later.class);
        assertThat(answer.toString()).doesNotContain(PASSWORD, "example.org");
        if (reply.matches("\\d.*")) {
            assertThat(answer.toString()).contains(reply.substring(0, 3));
        }
    }

    private Answer tell(Security security, Function<String, String> changes) throws Exception {
        try (ScriptedSmtp relay = new ScriptedSmtp(changes)) {
            return receiver(relay.port(), security, "relay").tell(Notices.of(CRASH));
        }
    }

    @Test
    void howTheConnectionEndsDoesNotMatter() throws Exception {
        assertThat(tell(Security.NONE, command -> command.equals("QUIT") ? "close" : ""))
                .isEqualTo(new Answer.Taken());
    }

    @Test
    void whereOnlySomeAddressesWereReachedTheyAreNotToldAgain() throws Exception {
        Answer answer = tell(
                Security.NONE,
                command -> command.startsWith("RCPT TO:<boss") ? "450 4.2.0 <boss@example.org> full" : "");

        assertThat(answer).isEqualTo(new Answer.Never("not all addresses were reached: 450 4.2.0 (address) full"));
    }

    @Test
    void aRelayWithoutStarttlsIsToldNothing() throws Exception {
        try (ScriptedSmtp relay = new ScriptedSmtp(_ -> "")) {
            assertThat(receiver(relay.port(), Security.STARTTLS, "relay").tell(Notices.of(CRASH)))
                    .isInstanceOf(Answer.Later.class);
            assertThat(relay.commands()).noneMatch(command -> command.matches("(AUTH|MAIL).*"));
        }
    }

    @Test
    void aRelayThatIsNotTrustedIsToldNothing() throws Exception {
        Receiver receiver = receiver(mailbox.getSmtps().getPort(), Security.TLS, "");

        assertThat(receiver.tell(Notices.of(CRASH)))
                .isInstanceOfSatisfying(
                        Answer.Later.class,
                        later -> assertThat(later.reason()).containsIgnoringCase("certification path"));
        assertThat(mailbox.getReceivedMessages()).isEmpty();
    }

    @Test
    void aRelayThatIsNotThereIsTriedLater() throws Exception {
        assertThat(receiver(Hole.closedPort(), Security.NONE, "").tell(Notices.of(CRASH)))
                .isInstanceOfSatisfying(
                        Answer.Later.class, later -> assertThat(later.reason()).endsWith(": Connection refused"));
    }

    @Test
    void aRelayThatSaysNothingIsNotWaitedForLong() throws Exception {
        try (Hole hole = Hole.silent("")) {
            AlertingConfig config = config(hole.port(), Security.NONE, "");

            assertThat(new EmailReceiver(config, Duration.ofMillis(300), clock).tell(Notices.of(CRASH)))
                    .isInstanceOf(Answer.Later.class);
        }
    }
}
