package io.mailblast.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.mailblast.bounce.BounceConfig.Protocol;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.event.Refusals;
import io.mailblast.http.Principal;
import io.mailblast.key.Keyring;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestCertificate;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.mailblast.testing.TlsFront;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init")
class BouncesTest {

    private static final String HARD = "550 5.1.1 user unknown";
    private static final String SOFT = "452 4.2.2 mailbox full";

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TestDatabase db = TestDatabase.create();
    private final TestCampaign campaign = TestCampaign.create(db, db.workspace("Us"), 10, List.of());
    private final Keyring keys = Presses.keys();
    private final MessageIdCodec returnPaths = MessageIdCodec.returnPath(keys);
    private final MessageIdCodec tracking = MessageIdCodec.tracking(keys);
    private FileEventLog log;
    private final List<Refusals> opened = new ArrayList<>();
    private BounceIntake intake;
    private GreenMail provider;

    @BeforeEach
    void start() throws IOException {
        log = openLog("log");
        intake = intake(log);
        provider = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_POP3)
        });
        provider.start();
        provider.setUser("bounces@us.example", "bounces", "secret");
    }

    @AfterEach
    void close() {
        provider.stop();
        opened.forEach(Refusals::close);
        log.close();
        db.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"IMAP", "POP3"})
    void aMailboxIsEmptiedAndItsHardBouncesSuppress(Protocol protocol) throws Exception {
        deliver(report(signedTo(3), "", HARD));
        deliver(report(signedTo(4), "", SOFT));

        assertThat(mailbox(protocol).empty()).isEqualTo(2);
        ingest();

        assertThat(inbox().getMessageCount()).isZero();
        assertThat(suppressed()).containsExactly(campaign.address(3));
        assertThat(events()).containsExactlyInAnyOrder("bounced 3 true", "bounced 4 false");
    }

    @ParameterizedTest
    @EnumSource(names = {"IMAPS", "POP3S"})
    void aMailboxIsEmptiedOverTlsWhereTheCertificateIsTheHosts(Protocol protocol) throws Exception {
        deliver(report(signedTo(3), "", HARD));
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        try (TlsFront front = new TlsFront(certificate, plainPort(protocol))) {
            BounceConfig config = config(protocol, front.port(), "secret");

            assertThat(new BounceMailbox(config, intake, certificate.client().getSocketFactory()).empty())
                    .isEqualTo(1);
        }
        ingest();
        assertThat(suppressed()).containsExactly(campaign.address(3));
    }

    @ParameterizedTest
    @EnumSource(names = {"IMAPS", "POP3S"})
    void thePasswordGoesToNobodyWhoseCertificateIsAnothersOrUnknown(Protocol protocol) throws Exception {
        deliver(report(signedTo(3), "", HARD));
        TestCertificate another = TestCertificate.of(folder, "dns:another.example");
        try (TlsFront front = new TlsFront(another, plainPort(protocol))) {
            BounceConfig config = config(protocol, front.port(), "secret");

            assertThatThrownBy(() ->
                            new BounceMailbox(config, intake, another.client().getSocketFactory()).empty())
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> new BounceMailbox(config, intake).empty()).hasMessageNotContaining("secret");
        }
        assertThat(inbox().getMessageCount()).isEqualTo(1);
        assertThat(kept()).isZero();
    }

    @Test
    void aMailThatWasTakenBeforeTheProcessDiedCountsOnce() throws Exception {
        byte[] mail = report(signedTo(3), "", HARD);
        take(mail);
        deliver(mail);

        mailbox(Protocol.IMAP).empty();
        ingest();

        assertThat(events()).containsExactly("bounced 3 true");
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void aMailStaysInTheMailboxUntilItsEventCanBeRecorded() throws Exception {
        deliver(report(signedTo(3), "", HARD));
        log.close();

        assertThat(mailbox(Protocol.IMAP).empty()).isZero();
        assertThat(inbox().getMessageCount()).isEqualTo(1);
        assertThat(kept()).isZero();

        log = openLog("log");
        intake = intake(log);
        assertThat(mailbox(Protocol.IMAP).empty()).isEqualTo(1);
        ingest();
        assertThat(suppressed()).containsExactly(campaign.address(3));
    }

    @Test
    void aWrongPasswordIsSaidAndTakesNothing() {
        BounceConfig wrong = config(Protocol.IMAP, provider.getImap().getPort(), "wrong");

        assertThatThrownBy(() -> new BounceMailbox(wrong, intake).empty()).hasMessageNotContaining("wrong");
        assertThat(kept()).isZero();
    }

    @Test
    void ourSignedHeaderInsideTheOriginalCountsWhereTheReturnPathIsLost() throws Exception {
        String header = "X-MailBlast-Message: " + returnPaths.write(campaign.message(5));

        take(report("bounces@us.example", header, HARD));
        ingest();

        assertThat(suppressed()).containsExactly(campaign.address(5));
    }

    @Test
    void nobodyIsSuppressedOnAnUnsignedWord() throws Exception {
        String good = returnPaths.write(campaign.message(3));
        String forged = good.substring(0, 10) + (good.charAt(10) == 'A' ? 'B' : 'A') + good.substring(11);
        String linkOnly = "Message-ID: <" + tracking.write(campaign.message(4)) + "@us.example>";

        take(report("bounces+" + forged + "@us.example", "", HARD));
        take(report("bounces@us.example", linkOnly, HARD));
        take(report("bounces@us.example", "X-MailBlast-Message: " + tracking.write(campaign.message(5)), HARD));
        ingest();

        assertThat(suppressed()).isEmpty();
        assertThat(events()).isEmpty();
        assertThat(kept()).isEqualTo(3);
    }

    @Test
    void aComplaintSuppressesAndAutoRepliesLettersAndDelaysDoNothing() throws Exception {
        String identifier = returnPaths.write(campaign.message(6));
        String complaint = """
                From: feedback@provider.example
                To: bounces+%s@us.example
                Subject: complaint
                Content-Type: multipart/report; report-type=feedback-report; boundary=part

                --part
                Content-Type: message/feedback-report

                Feedback-Type: abuse
                User-Agent: Provider/1
                Version: 1

                --part--
                """.formatted(identifier);
        take(complaint.getBytes(StandardCharsets.US_ASCII));
        assertThat(suppressed()).as("before anything is ingested").containsExactly(campaign.address(6));

        take(letter(signedTo(7), "Out of office", "I am away; user unknown"));
        take(letter(signedTo(7), "Question", "Do you ship to Malta?"));
        take(new String(report(signedTo(8), "", "connection timed out"), StandardCharsets.US_ASCII)
                .replace("Action: failed", "Action: delayed")
                .getBytes(StandardCharsets.US_ASCII));
        ingest();

        assertThat(events()).containsExactly("complained 6 false");
        assertThat(suppressed()).containsExactly(campaign.address(6));
        assertThat(kept()).isEqualTo(4);
    }

    @Test
    void aBounceOfATestMailOrOfADeletedCampaignDoesNothing() throws Exception {
        MessageId test = new MessageId(campaign.workspaceId(), campaign.id(), 0, MessageId.TEST);
        MessageId gone = new MessageId(campaign.workspaceId(), campaign.id() + 999, 0, 0);

        take(report("bounces+" + returnPaths.write(test) + "@us.example", "", HARD));
        take(report("bounces+" + returnPaths.write(gone) + "@us.example", "", HARD));
        ingest();

        assertThat(events()).isEmpty();
        assertThat(kept()).isEqualTo(2);
    }

    @Test
    void aHardBounceThatFollowsASoftOneSuppresses() throws Exception {
        take(report(signedTo(3), "", SOFT));
        take(report(signedTo(3), "", HARD));
        ingest();

        assertThat(suppressed()).containsExactly(campaign.address(3));
    }

    @Test
    void theListenerTakesBouncesAndNothingElse() throws Exception {
        try (BounceListener listener = BounceListener.start(config(Protocol.IMAP, 0, "secret"), 0, intake)) {
            List<String> answers = smtp(
                    listener.port(),
                    "HELO relay.example",
                    "MAIL FROM:<>",
                    "RCPT TO:<somebody@else.example>",
                    "RCPT TO:<" + signedTo(3) + ">",
                    "DATA",
                    new String(report("nobody@us.example", "", HARD), StandardCharsets.US_ASCII) + "\r\n.",
                    "QUIT");

            assertThat(answers.get(3)).startsWith("550");
            assertThat(answers.get(4)).startsWith("250");
            assertThat(answers.get(6)).startsWith("250");
        }
        ingest();
        assertThat(suppressed()).containsExactly(campaign.address(3));
    }

    @Test
    void theListenerAsksToComeBackWhereTheEventCannotBeRecorded() throws Exception {
        log.close();
        try (BounceListener listener = BounceListener.start(config(Protocol.IMAP, 0, "secret"), 0, intake)) {
            List<String> answers = smtp(
                    listener.port(),
                    "HELO relay.example",
                    "MAIL FROM:<>",
                    "RCPT TO:<" + signedTo(3) + ">",
                    "DATA",
                    new String(report("nobody@us.example", "", HARD), StandardCharsets.US_ASCII) + "\r\n.",
                    "QUIT");

            assertThat(answers.get(5)).startsWith("451");
        }
        assertThat(kept()).isZero();
        log = openLog("log");
    }

    @Test
    void aWorkspaceSeesItsBouncesAndOperatorsAlsoThoseOfNobody() throws Exception {
        take(report(signedTo(3), "", HARD));
        take(report("bounces@us.example", "", HARD));
        long other = db.workspace("Others");
        try (TestServer server = new TestServer(new BounceRoutes(db.database()))) {
            JsonNode member = list(server, new Principal(1, campaign.workspaceId(), false), "");
            JsonNode operator = list(server, new Principal(2, other, true), "");
            JsonNode stranger = list(server, new Principal(3, other, false), "");

            assertThat(member).hasSize(1);
            assertThat(member.get(0).path("acted").asText()).isEqualTo("hard_bounce");
            assertThat(member.get(0).path("recipient_no").asInt()).isEqualTo(3);
            assertThat(operator).hasSize(1);
            assertThat(operator.get(0).path("signed").asBoolean()).isFalse();
            assertThat(stranger).isEmpty();
            assertThat(list(server, new Principal(1, campaign.workspaceId(), false), "?kind=full"))
                    .isEmpty();
        }
    }

    @Test
    void whatWasKeptLongEnoughIsDropped() {
        take(report(signedTo(3), "", HARD));

        assertThat(intake.dropBefore(Instant.now().minusSeconds(3_600))).isZero();
        assertThat(intake.dropBefore(Instant.now().plusSeconds(1))).isEqualTo(1);
        assertThat(kept()).isZero();
    }

    private static JsonNode list(TestServer server, Principal principal, String query) {
        return TestServer.json(server.get("/bounces" + query, server.token(principal)))
                .path("data");
    }

    private static List<String> smtp(int port, String... commands) throws IOException {
        List<String> answers = new java.util.ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            answers.add(String.valueOf(in.readLine()));
            for (String command : commands) {
                socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                answers.add(String.valueOf(in.readLine()));
            }
        }
        return answers;
    }

    private int plainPort(Protocol protocol) {
        return protocol.isImap()
                ? provider.getImap().getPort()
                : provider.getPop3().getPort();
    }

    private String signedTo(int recipientNo) {
        return "bounces+" + returnPaths.write(campaign.message(recipientNo)) + "@us.example";
    }

    private static byte[] letter(String to, String subject, String text) {
        return ("From: Person <person@home.example>\r\nTo: " + to + "\r\nSubject: " + subject + "\r\n\r\n" + text
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] report(String to, String originalHeader, String reply) {
        return """
                From: mailer-daemon@relay.example
                To: %s
                Subject: Undelivered
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary=part

                --part
                Content-Type: message/delivery-status

                Reporting-MTA: dns; relay.example

                Final-Recipient: rfc822; somebody@there.example
                Action: failed
                Status: %s.0.0
                Diagnostic-Code: smtp; %s

                --part
                Content-Type: text/rfc822-headers

                Subject: News
                %s

                --part--
                """.formatted(to, reply.charAt(0) == '4' ? "4" : "5", reply, originalHeader)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void take(byte[] mail) {
        try {
            intake.take(ReturnedMail.read(new ByteArrayInputStream(mail), List.of(), ReturnedMail.Source.MAILBOX));
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be read", e);
        }
    }

    private void deliver(byte[] mail) throws Exception {
        GreenMailUser user = provider.getUserManager().getUser("bounces");
        user.deliver(new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail)));
    }

    private com.icegreen.greenmail.store.MailFolder inbox() throws FolderException {
        return provider.getManagers()
                .getImapHostManager()
                .getInbox(provider.getUserManager().getUser("bounces"));
    }

    private BounceMailbox mailbox(Protocol protocol) {
        int port = protocol == Protocol.IMAP
                ? provider.getImap().getPort()
                : provider.getPop3().getPort();
        return new BounceMailbox(config(protocol, port, "secret"), intake);
    }

    private static BounceConfig config(Protocol protocol, int port, String password) {
        return new BounceConfig(
                "bounces@us.example",
                protocol,
                "127.0.0.1",
                port,
                "bounces",
                password,
                "INBOX",
                Duration.ofMinutes(1),
                0,
                "127.0.0.1",
                Duration.ofDays(90));
    }

    private FileEventLog openLog(String name) throws IOException {
        return FileEventLog.open(folder.resolve(name), logConfig(), registry);
    }

    private static EventLogConfig logConfig() {
        return new EventLogConfig(EventLogConfig.Durability.OS, 64 << 10, 1 << 30, 500, 7);
    }

    private BounceIntake intake(FileEventLog into) {
        Refusals refusals = Refusals.start(db.database(), into, into::end, "home", Duration.ofMillis(100), () -> true);
        opened.add(refusals);
        return new BounceIntake(db.database(), into, refusals, returnPaths, tracking, InstantSource.system(), registry);
    }

    private void ingest() throws Exception {
        try (Ingester ingester = Ingester.start(db.database(), log, logConfig(), InstantSource.system(), registry)) {
            assertThat(ingester.awaitDrained(Duration.ofSeconds(30)))
                    .as("behind by %d bytes", ingester.lagBytes())
                    .isTrue();
        }
    }

    private List<String> events() {
        return texts("select kind || ' ' || recipient_no || ' ' || coalesce(hard, false) from event");
    }

    private List<String> suppressed() {
        return texts("select address from suppression");
    }

    private long kept() {
        return Long.parseLong(texts("select count(*)::text from bounce_mail").getFirst());
    }

    private List<String> texts(String sql) {
        return db.database()
                .read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
