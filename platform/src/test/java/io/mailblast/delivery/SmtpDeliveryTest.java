package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpDeliveryTest {

    private static final Mail MAIL = mail("Subject: x\r\n\r\nHello\r\n");

    @Test
    void aMailIsTakenUnchangedAndItsQueueIdKept() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((command, nth) -> null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isEqualTo(new Outcome.Accepted("ABC123"));
            assertThat(relay.mails()).containsExactly("Subject: x\r\n\r\nHello\r\n");
        }
    }

    @Test
    void dotsAtTheStartOfLinesArriveAsTheyWere() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] parts = {".", "..", "\r\n", "\r\n.", "a", "\r\n.\r\n", "x\r\n"};
        try (ScriptedRelay relay = ScriptedRelay.with((command, nth) -> null);
                Delivery delivery = open(relay)) {
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                StringBuilder text = new StringBuilder();
                for (int j = random.nextInt(12); j >= 0; j--) {
                    text.append(parts[random.nextInt(parts.length)]);
                }
                assertThat(delivery.send(mail(text.toString()))).isInstanceOf(Outcome.Accepted.class);
                sent.append(text.toString().endsWith("\r\n") ? text : text + "\r\n");
            }
            assertThat(String.join("", relay.mails())).as("seed %s", seed).isEqualTo(sent.toString());
        }
    }

    @Test
    void aConnectionIsKeptForTheNextMail() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((command, nth) -> null);
                Delivery delivery = open(relay)) {
            for (int i = 0; i < 10; i++) {
                delivery.send(MAIL);
            }
            assertThat(relay.connections()).isOne();
        }
    }

    @Test
    void aRelayWithoutPipeliningIsToldOneCommandAfterTheOther() throws IOException {
        try (ScriptedRelay relay =
                        ScriptedRelay.with((command, nth) -> command.startsWith("EHLO") ? "250 relay.test" : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
        }
    }

    @Test
    void aRelayThatKnowsOnlyHeloIsSpokenToSo() throws IOException {
        try (ScriptedRelay relay =
                        ScriptedRelay.with((command, nth) -> command.startsWith("EHLO") ? "502 what" : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    RCPT | 550 5.1.1 no such user       | Refused
                    RCPT | 450 4.2.1 greylisted         | Deferred
                    MAIL | 553 5.7.1 not you            | Refused
                    MAIL | 451 4.3.0 later              | Deferred
                    DATA | 554 5.5.1 no valid recipient | Refused
                    end  | 554 5.7.1 spam               | Refused
                    end  | 452 4.3.1 full               | Deferred
                    RCPT | 421 4.3.2 going down         | Deferred
                    """)
    void whatTheRelaySaysDecides(String command, String answer, String outcome) throws IOException {
        try (ScriptedRelay relay =
                        ScriptedRelay.with((line, nth) -> line.startsWith(command) && nth == 1 ? answer : null);
                Delivery delivery = open(relay)) {
            Outcome first = delivery.send(MAIL);

            assertThat(first.getClass().getSimpleName()).isEqualTo(outcome);
            assertThat(first.toString()).contains(answer);
            assertThat(relay.mails()).filteredOn(mail -> !mail.isEmpty()).isEmpty();
        }
    }

    @Test
    void aRefusedRecipientDoesNotHurtTheNextOneOnTheSameConnection() throws IOException {
        try (ScriptedRelay relay =
                        ScriptedRelay.with((line, nth) -> line.contains("<bad@") ? "550 5.1.1 unknown" : null);
                Delivery delivery = open(relay)) {
            for (int i = 0; i < 5; i++) {
                assertThat(delivery.send(mailTo("bad@example.org"))).isInstanceOf(Outcome.Refused.class);
                assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            }
            assertThat(relay.connections()).isOne();
            // Where the recipient was refused and the content asked for all the same, what was taken was empty.
            assertThat(relay.mails()).filteredOn(mail -> !mail.isEmpty()).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "hang", "half 250 2.0", "??? what", "250-unfinished\r\nnonsense", "354 again"})
    void noClearAnswerToAWholeMessageIsInDoubt(String answer) throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.equals("end") ? answer : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.InDoubt.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA"})
    void aConnectionLostBeforeTheMessageIsARetry(String command) throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.startsWith(command) ? "close" : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Deferred.class);
        }
    }

    @Test
    void aConnectionLostInTheMiddleOfALargeMessageIsARetry() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.equals("content") ? "close" : null);
                Delivery delivery = open(relay)) {
            // Larger than what the kernels between the two can hold, so that its end cannot have left.
            assertThat(delivery.send(mail("x".repeat(900) + "\r\n" + ("y".repeat(998) + "\r\n").repeat(40_000))))
                    .isInstanceOf(Outcome.Deferred.class);
        }
    }

    @Test
    void aRelayThatClosesTheConnectionEveryFewMailsTakesAllOfThemOnce() throws IOException {
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        try (ScriptedRelay relay =
                        ScriptedRelay.with((line, nth) -> line.startsWith("MAIL") && nth > 3 ? "close" : null);
                Delivery delivery = open(relay)) {
            for (int i = 0; i < 20; i++) {
                outcomes.add(delivery.send(mail("Subject: " + i + "\r\n\r\n")));
            }
            assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Accepted.class));
            assertThat(relay.mails()).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    greeting | 554 go away             | greeting
                    greeting | close                   | closed
                    greeting | hang                    | timed out
                    greeting | HTTP/1.1 400 Bad        | no SMTP
                    EHLO     | 550 no                  | EHLO
                    AUTH     | 535 5.7.8 wrong         | sign-in
                    """)
    void aRelayThatLetsNobodyInIsUnavailableAndNothingIsSent(String command, String answer, String said)
            throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.startsWith(command) ? answer : null);
                Delivery delivery = SmtpDelivery.open(config(relay.port(), SmtpConfig.Security.NONE, "user"))) {
            assertThatThrownBy(delivery::reserve)
                    .isInstanceOf(Delivery.ProviderUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + relay.port())
                    .hasMessageContaining(said);
        }
    }

    @Test
    void aRelayWithoutTlsGetsNothingWhereTlsIsAskedFor() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery = SmtpDelivery.open(config(relay.port(), SmtpConfig.Security.STARTTLS, ""))) {
            assertThatThrownBy(delivery::quota)
                    .isInstanceOf(Delivery.ProviderUnavailableException.class)
                    .hasMessageContaining("STARTTLS");
        }
    }

    @Test
    void aRelayThatTakesFewConnectionsIsSentToOverThose() throws Exception {
        java.util.concurrent.Semaphore places = new java.util.concurrent.Semaphore(2);
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) ->
                        line.equals("greeting") && !places.tryAcquire() ? "421 4.7.0 too many connections" : null);
                Delivery delivery = open(relay)) {
            List<Thread> senders = new java.util.ArrayList<>();
            for (int i = 0; i < 10; i++) {
                senders.add(Thread.ofVirtual().start(() -> {
                    for (int j = 0; j < 5; j++) {
                        outcomes.add(delivery.send(MAIL));
                    }
                }));
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(outcomes)
                    .hasSize(50)
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Accepted.class));
        }
    }

    @Test
    void anAddressBeyondAsciiIsRefusedBeforeAnythingIsWritten() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(mailTo("jürgen@example.org"))).isInstanceOf(Outcome.Refused.class);
            assertThat(delivery.send(mailTo("a@b.example>\r\nRCPT TO:<c@d.example")))
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(relay.mails()).isEmpty();
        }
    }

    private static Delivery open(ScriptedRelay relay) {
        return SmtpDelivery.open(config(relay.port(), SmtpConfig.Security.NONE, ""));
    }

    private static SmtpConfig config(int port, SmtpConfig.Security security, String user) {
        return new SmtpConfig(
                "127.0.0.1",
                port,
                security,
                user,
                user.isEmpty() ? "" : "secret",
                "client.test",
                0,
                0,
                Duration.ofSeconds(30),
                Duration.ofMillis(700));
    }

    private static Mail mailTo(String to) {
        return new Mail("from@example.org", to, MAIL.mime(), "tag", "1");
    }

    private static Mail mail(String mime) {
        return new Mail("from@example.org", "to@example.org", mime.getBytes(StandardCharsets.US_ASCII), "tag", "1");
    }
}
