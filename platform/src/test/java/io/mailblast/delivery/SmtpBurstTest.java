package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several mails on one connection, the commands of each with the end of the one before.
class SmtpBurstTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachMailIsTakenOnceAndInOrder(boolean pipelining) throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with(
                        (line, nth) -> line.startsWith("EHLO") && !pipelining ? "250 relay.test" : null);
                Delivery delivery = open(relay)) {
            List<Mail> mails = mails(8);

            assertThat(sendAll(delivery, mails)).hasSize(8).allMatch(Outcome.Accepted.class::isInstance);

            assertThat(relay.mails()).isEqualTo(texts(mails));
            assertThat(relay.connections()).isOne();
        }
    }

    /// Whatever is refused, at whichever step, concerns its own mail alone (Mautic #7226).
    @Test
    void eachMailHasTheAnswerThatWasItsOwn() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (ScriptedRelay relay = ScriptedRelay.with(
                        (line, nth) -> line.startsWith("RCPT") && line.contains("bad") ? "550 5.1.1 nobody" : null);
                Delivery delivery = open(relay)) {
            for (int round = 0; round < 30; round++) {
                List<Mail> mails = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    mails.add(
                            switch (random.nextInt(4)) {
                                case 0 -> mail("bad@example.org", i);
                                case 1 -> mail("jürgen@example.org", i);
                                default -> mail("to@example.org", i);
                            });
                }

                List<Outcome> outcomes = sendAll(delivery, mails);

                assertThat(outcomes).as("seed %s", seed).hasSize(8);
                for (int i = 0; i < 8; i++) {
                    boolean good = mails.get(i).to().equals("to@example.org");
                    assertThat(outcomes.get(i))
                            .as("seed %s, round %s, mail %s", seed, round, i)
                            .isInstanceOf(good ? Outcome.Accepted.class : Outcome.Refused.class);
                }
            }
        }
    }

    /// listmonk #2313, in the middle of a burst.
    @ParameterizedTest
    @ValueSource(strings = {"close", "421 4.7.0 too many mails on this connection", "half 421 4.4.2 bye\r\n"})
    void aRelayThatClosesTheConnectionBetweenTwoMailsTakesAllOfThemOnce(String ending) throws IOException {
        try (ScriptedRelay relay =
                        ScriptedRelay.with((line, nth) -> line.startsWith("MAIL") && nth > 5 ? ending : null);
                Delivery delivery = open(relay)) {
            List<Mail> mails = mails(8);

            assertThat(sendAll(delivery, mails)).hasSize(8).allMatch(Outcome.Accepted.class::isInstance);

            assertThat(relay.mails()).isEqualTo(texts(mails));
            assertThat(relay.connections()).isEqualTo(2);
        }
    }

    @Test
    void aLostAnswerPutsItsOwnMailInDoubtAndLeavesTheOthersUntouched() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> line.equals("end") && nth == 3 ? "close" : null);
                Delivery delivery = open(relay)) {
            List<Mail> mails = mails(8);
            List<Outcome> outcomes = new ArrayList<>();
            while (outcomes.size() < 3) {
                outcomes.addAll(send(delivery, mails.subList(outcomes.size(), mails.size())));
            }

            assertThat(outcomes).hasSize(3);
            assertThat(outcomes.subList(0, 2)).allMatch(Outcome.Accepted.class::isInstance);
            assertThat(outcomes.get(2)).isInstanceOf(Outcome.InDoubt.class);
            assertThat(relay.mails()).hasSize(2);
        }
    }

    @Test
    void aMailWhoseContentIsRefusedDoesNotStopTheNext() throws IOException {
        try (ScriptedRelay relay =
                        ScriptedRelay.with((line, nth) -> line.equals("end") && nth == 2 ? "554 5.7.1 spam" : null);
                Delivery delivery = open(relay)) {
            List<Outcome> outcomes = sendAll(delivery, mails(4));

            assertThat(outcomes).hasSize(4);
            assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
            assertThat(relay.mails()).hasSize(3);
        }
    }

    @Test
    void aSlowRelayIsGivenNoMoreThanItTakesInAMoment() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> {
                    if (line.equals("end")) {
                        pause();
                    }
                    return null;
                });
                Delivery delivery = open(relay)) {
            List<Outcome> outcomes = send(delivery, mails(8));

            assertThat(outcomes).hasSizeBetween(1, 4).allMatch(Outcome.Accepted.class::isInstance);
            assertThat(relay.mails()).hasSameSizeAs(outcomes);
        }
    }

    @Test
    void aConnectionThatIsUsedUpEndsTheBurst() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery =
                        new SmtpSettings(relay.port()).mailsPerConnection(3).open()) {
            assertThat(send(delivery, mails(8))).hasSizeBetween(1, 3);
            assertThat(sendAll(delivery, mails(8))).hasSize(8);
            assertThat(relay.connections()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void whereDomainsHaveLimitsNoBurstGoesRoundThem() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery =
                        new SmtpSettings(relay.port()).domainLimits("*=1/0").open()) {
            assertThat(delivery.burst()).isOne();
            assertThat(send(delivery, mails(3))).hasSize(1);
            assertThat(relay.mails()).hasSize(1);
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// All of them, in as many bursts as time makes of them: on a busy machine one burst may not be enough.
    private static List<Outcome> sendAll(Delivery delivery, List<Mail> mails) {
        List<Outcome> outcomes = new ArrayList<>();
        while (outcomes.size() < mails.size()) {
            outcomes.addAll(send(delivery, mails.subList(outcomes.size(), mails.size())));
        }
        return outcomes;
    }

    private static List<Outcome> send(Delivery delivery, List<Mail> mails) {
        try (Delivery.Way way = delivery.reserve()) {
            return way.send(mails);
        }
    }

    private static Delivery open(ScriptedRelay relay) {
        return new SmtpSettings(relay.port()).open();
    }

    private static List<Mail> mails(int count) {
        List<Mail> mails = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mails.add(mail("to@example.org", i));
        }
        return mails;
    }

    private static List<String> texts(List<Mail> mails) {
        return mails.stream()
                .map(mail -> new String(mail.mime(), StandardCharsets.US_ASCII))
                .toList();
    }

    private static Mail mail(String to, int number) {
        byte[] mime = ("Subject: " + number + "\r\n\r\nHello\r\n").getBytes(StandardCharsets.US_ASCII);
        return new Mail("from@example.org", to, mime, "tag", "1");
    }
}
