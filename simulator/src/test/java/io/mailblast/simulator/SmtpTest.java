package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.simulator.smtp.MailboxPolicy;
import jakarta.mail.Message;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SmtpTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private static void send(Running running, String recipient) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", "127.0.0.1");
        properties.setProperty("mail.smtp.port", Integer.toString(running.smtpPort()));
        MimeMessage mail = new MimeMessage(Session.getInstance(properties));
        mail.setFrom(new InternetAddress("news@example.com", "Neuigkeiten für Sie"));
        mail.setRecipients(Message.RecipientType.TO, recipient);
        mail.setSubject("Grüße", "UTF-8");
        mail.setHeader("X-SES-MESSAGE-TAGS", "campaign=smtp1");
        mail.setContent("<p>Hello</p>\n.\n..", "text/html; charset=utf-8");
        Transport.send(mail);
    }

    @Test
    void aMailOverSmtpIsRecordedAndDelivered() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home))) {
            send(running, "ann@example.net");

            JsonNode record = running.json("/simulator/record").path("records").path(0);
            assertThat(record.path("channel").asText()).isEqualTo("smtp");
            assertThat(record.path("recipient").asText()).isEqualTo("ann@example.net");
            assertThat(record.path("subject").asText()).isEqualTo("Grüße");
            assertThat(record.path("tags").path("campaign").asText()).isEqualTo("smtp1");
            assertThat(running.settled().path("delivered").asInt()).isEqualTo(1);
        }
    }

    @Test
    void bounceIsTakenAndBouncesLaterUnlessRefusalIsChosen() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home))) {
            send(running, "bounce@example.net");

            assertThat(running.settled().path("bounced").asInt()).isEqualTo(1);
        }
    }

    @Test
    void withRefusalChosenTheMailboxIsRefusedAtOnce() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home).policy(MailboxPolicy.REFUSE_AT_RCPT))) {
            assertThatThrownBy(() -> send(running, "bounce+1@example.net"))
                    .isInstanceOf(SendFailedException.class)
                    .hasStackTraceContaining("550 5.1.1");
            assertThatThrownBy(() -> send(running, "defer@example.net")).hasStackTraceContaining("451 4.7.1");
            assertThat(running.counts().path("accepted").asInt()).isZero();
            assertThat(running.counts().path("rejected").asInt()).isEqualTo(2);
        }
    }

    @Test
    void beyondTheRateTheAnswerIsAmazons454() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home).limits(1, 1))) {
            send(running, "one@example.net");

            assertThatThrownBy(() -> send(running, "two@example.net"))
                    .hasStackTraceContaining("454 Throttling failure: Daily message quota exceeded.");
            assertThat(running.counts().path("throttled").asInt()).isEqualTo(1);
        }
    }

    @Test
    void commandsThatMakeNoSenseAreAnsweredAndTheDoorStaysOpen() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.smtpPort())) {
                socket.setSoTimeout(5_000);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                assertThat(answers.readLine()).startsWith("220");
                for (String command : new String[] {"NONSENSE", "DATA", "RCPT TO:<x@y.z>", "MAIL FROM:<<>>>", "HELO"}) {
                    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    assertThat(answers.readLine()).as(command).matches("[45].*");
                }
            }

            send(running, "ann@example.net");

            assertThat(running.counts().path("accepted").asInt()).isEqualTo(1);
        }
    }
}
