package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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

    /// listmonk #2313: a relay that ends each connection after so many mails, with a word or without.
    @ParameterizedTest
    @ValueSource(strings = {"close", "421 4.7.0 too many mails on this connection", "half 421 4.4.2 bye\r\n"})
    void aRelayThatClosesTheConnectionEveryFewMailsTakesAllOfThemOnce(String ending) throws IOException {
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        try (ScriptedRelay relay =
                        ScriptedRelay.with((line, nth) -> line.startsWith("MAIL") && nth > 3 ? ending : null);
                Delivery delivery = open(relay)) {
            for (int i = 0; i < 20; i++) {
                outcomes.add(delivery.send(mail("Subject: " + i + "\r\n\r\n")));
            }
            assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Accepted.class));
            assertThat(relay.mails()).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @Test
    void aConnectionIsEndedAfterAsManyMailsAsAreConfigured() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery =
                        new SmtpSettings(relay.port()).mailsPerConnection(3).open()) {
            for (int i = 0; i < 10; i++) {
                assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            }
            assertThat(relay.connections()).isEqualTo(4);
            assertThat(relay.mails()).hasSize(10);
        }
    }

    @Test
    void noMoreConnectionsAreOpenThanAreConfigured() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> {
                    if (line.equals("greeting")) {
                        most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    }
                    return null;
                });
                Delivery delivery =
                        new SmtpSettings(relay.port()).connections(3).open()) {
            List<Outcome> outcomes = sendFromMany(delivery, 12, 5);

            assertThat(outcomes)
                    .hasSize(60)
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Accepted.class));
            assertThat(most).hasValueLessThanOrEqualTo(3);
        }
    }

    @Test
    void aDomainInTroubleIsLeftAloneAndDelaysNoOther() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> {
                    if (line.contains("@busy.example")) {
                        asked.incrementAndGet();
                        return "450 4.7.28 unusual rate of mail from you";
                    }
                    return null;
                });
                Delivery delivery = open(relay)) {
            Outcome first = delivery.send(mailTo("a@busy.example"));
            Outcome second = delivery.send(mailTo("b@BUSY.example"));

            assertThat(scope(first)).isEqualTo(Outcome.Scope.DOMAIN);
            assertThat(scope(second)).isEqualTo(Outcome.Scope.DOMAIN);
            assertThat(second.toString()).contains("450 4.7.28");
            assertThat(asked).as("the second was not even tried").hasValue(1);
            assertThat(delivery.busy("c@busy.example")).isPresent();
            assertThat(delivery.busy("to@example.org")).isEmpty();
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
        }
    }

    @Test
    void aDomainGetsNoMoreMailsASecondThanAreConfigured() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery = new SmtpSettings(relay.port())
                        .domainLimits("example.org=0/0.001")
                        .open()) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            assertThat(scope(delivery.send(MAIL))).isEqualTo(Outcome.Scope.DOMAIN);
            assertThat(delivery.send(mailTo("to@example.com"))).isInstanceOf(Outcome.Accepted.class);
            assertThat(relay.mails()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"MAIL, true", "RCPT, true", "DATA, true", "MAIL, false", "RCPT, false", "DATA, false"})
    void silenceBeforeTheMessageIsARetry(String command, boolean pipelining) throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.startsWith("EHLO") && !pipelining
                        ? "250 relay.test"
                        : line.startsWith(command) ? "hang" : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Deferred.class);
            assertThat(relay.mails()).filteredOn(mail -> !mail.isEmpty()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"half 25", "??? what", "250-and\r\nnonsense", "299"})
    void garbageBeforeTheMessageSendsNothing(String answer) throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.startsWith("DATA") ? answer : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Deferred.class);
            assertThat(relay.mails()).isEmpty();
        }
    }

    /// JMail takes all of these; a server need not.
    @ParameterizedTest
    @ValueSource(
            strings = {"\"much.more unusual\"@example.org", "a+b@example.org", "x@[IPv6:2001:db8::1]", "o'x@example.org"
            })
    void anAddressThatTheServerRefusesIsRefusedAlone(String address) throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.startsWith("RCPT") && !line.contains("<to@")
                        ? "501 5.1.3 Bad recipient address syntax"
                        : null);
                Delivery delivery = open(relay)) {
            assertThat(delivery.send(mailTo(address)))
                    .isEqualTo(new Outcome.Refused("501 5.1.3 Bad recipient address syntax"));
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            assertThat(relay.connections()).isOne();
        }
    }

    @Test
    void aRelayThatTakesFewConnectionsIsSentToOverThose() throws Exception {
        Semaphore places = new Semaphore(2);
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) ->
                        line.equals("greeting") && !places.tryAcquire() ? "421 4.7.0 too many connections" : null);
                Delivery delivery = open(relay)) {
            List<Outcome> outcomes = sendFromMany(delivery, 10, 5);

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

    private static List<Outcome> sendFromMany(Delivery delivery, int threads, int each) throws InterruptedException {
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            senders.add(Thread.ofVirtual().start(() -> {
                for (int j = 0; j < each; j++) {
                    outcomes.add(delivery.send(MAIL));
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        return outcomes;
    }

    private static Outcome.Scope scope(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Deferred.class);
        return ((Outcome.Deferred) outcome).scope();
    }

    private static Delivery open(ScriptedRelay relay) {
        return new SmtpSettings(relay.port()).open();
    }

    private static Mail mailTo(String to) {
        return new Mail("from@example.org", to, MAIL.mime(), "tag", "1");
    }

    private static Mail mail(String mime) {
        return new Mail("from@example.org", "to@example.org", mime.getBytes(StandardCharsets.US_ASCII), "tag", "1");
    }
}
