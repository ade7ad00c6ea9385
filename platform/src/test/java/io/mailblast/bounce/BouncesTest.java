package io.mailblast.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.bounce.BounceConfig.Protocol;
import io.mailblast.http.Principal;
import io.mailblast.key.MessageId;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.Counter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BouncesTest extends BounceScene {

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
        assertThat(registry.find("mailblast.bounce.mails").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(4);
        assertThat(registry.get("mailblast.bounce.mails")
                        .tag("kind", "complaint")
                        .counter()
                        .count())
                .isEqualTo(1);
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

    private static byte[] letter(String to, String subject, String text) {
        return ("From: Person <person@home.example>\r\nTo: " + to + "\r\nSubject: " + subject + "\r\n\r\n" + text
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
