package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// How a relay is trusted, and signed in to.
class SmtpSignInTest {

    private static final Mail MAIL = new Mail(
            "from@example.org",
            "to@example.org",
            "Subject: x\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII),
            "tag",
            "1");

    @ParameterizedTest
    @EnumSource(
            value = SmtpConfig.Security.class,
            names = {"STARTTLS", "TLS"})
    void aRelayWithACertificateOfItsNameGetsTheMail(SmtpConfig.Security security, @TempDir Path folder)
            throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        try (ScriptedRelay relay = ScriptedRelay.withTls(certificate.server(), security);
                Delivery delivery = SmtpDelivery.open(
                        new SmtpSettings(relay.port()).security(security).config(),
                        SmtpSettings.UNSIGNED,
                        certificate.client().getSocketFactory())) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            assertThat(relay.mails()).hasSize(2);
            assertThat(relay.connections()).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({"STARTTLS, dns:relay.example", "STARTTLS, ip:127.0.0.2", "TLS, dns:relay.example", "TLS, ip:127.0.0.2"})
    void aRelayWithACertificateOfAnotherNameGetsNothing(SmtpConfig.Security security, String name, @TempDir Path folder)
            throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, name);
        try (ScriptedRelay relay = ScriptedRelay.withTls(certificate.server(), security);
                Delivery delivery = SmtpDelivery.open(
                        new SmtpSettings(relay.port()).security(security).config(),
                        SmtpSettings.UNSIGNED,
                        certificate.client().getSocketFactory())) {
            Outcome outcome = delivery.send(MAIL);

            assertThat(scope(outcome)).isEqualTo(Outcome.Scope.PROVIDER);
            assertThat(outcome.toString()).contains("TLS that can be trusted");
            assertThat(relay.mails()).isEmpty();
        }
    }

    @Test
    void aRelayWithACertificateThatNobodyVouchesForGetsNothing(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        try (ScriptedRelay relay = ScriptedRelay.withTls(certificate.server(), SmtpConfig.Security.TLS);
                Delivery delivery = new SmtpSettings(relay.port())
                        .security(SmtpConfig.Security.TLS)
                        .open()) {
            assertThat(scope(delivery.send(MAIL))).isEqualTo(Outcome.Scope.PROVIDER);
            assertThat(relay.mails()).isEmpty();
        }
    }

    /// RFC 4616: no name to act as, the user, the password, with a zero byte before each of the two.
    @ParameterizedTest
    @EnumSource(SmtpConfig.Security.class)
    void aRelayThatOffersPlainIsToldExactlyTheCredentialsAndTakesTheMail(
            SmtpConfig.Security security, @TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.of(folder, "ip:127.0.0.1");
        boolean startTls = security == SmtpConfig.Security.STARTTLS;
        String right = "AUTH PLAIN AHVzZXIAc2VjcmV0";
        List<String> said = new CopyOnWriteArrayList<>();
        ScriptedRelay.Behaviour asking = (line, nth) -> {
            boolean first = said.stream().noneMatch(earlier -> earlier.startsWith("EHLO"));
            said.add(line);
            return switch (line.split(" ")[0]) {
                case "EHLO" -> "250-relay.test\r\n250 " + (startTls && first ? "STARTTLS" : "AUTH PLAIN LOGIN");
                case "AUTH" -> line.equals(right) ? "235 2.7.0 welcome" : "535 5.7.8 wrong";
                default -> ScriptedRelay.usual(line);
            };
        };
        try (ScriptedRelay relay = new ScriptedRelay(
                        asking,
                        security == SmtpConfig.Security.NONE ? null : certificate.server(),
                        security == SmtpConfig.Security.TLS);
                Delivery delivery = SmtpDelivery.open(
                        new SmtpSettings(relay.port())
                                .security(security)
                                .user("user")
                                .config(),
                        SmtpSettings.UNSIGNED,
                        certificate.client().getSocketFactory())) {
            assertThat(delivery.send(MAIL)).isEqualTo(new Outcome.Accepted("ABC123"));

            String hello = "EHLO client.test";
            assertThat(said)
                    .filteredOn(line -> line.matches("(EHLO|AUTH|MAIL).*"))
                    .as("said once, and nothing of it before TLS")
                    .map(line -> line.startsWith("MAIL") ? "MAIL" : line)
                    .isEqualTo(startTls ? List.of(hello, hello, right, "MAIL") : List.of(hello, right, "MAIL"));
            assertThat(relay.mails()).containsExactly("Subject: x\r\n\r\nHello\r\n");
        }
    }

    @Test
    void aRelayThatOffersOnlyLoginIsSignedInToBySteps() throws IOException {
        List<String> said = new CopyOnWriteArrayList<>();
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> {
                    said.add(line);
                    return switch (line) {
                        case "AUTH LOGIN" -> "334 VXNlcm5hbWU6";
                        case "dXNlcg==" -> "334 UGFzc3dvcmQ6";
                        case "c2VjcmV0" -> "235 2.7.0 welcome";
                        default -> line.startsWith("EHLO") ? "250-relay.test\r\n250 AUTH LOGIN" : null;
                    };
                });
                Delivery delivery = new SmtpSettings(relay.port()).user("user").open()) {
            assertThat(delivery.send(MAIL)).isInstanceOf(Outcome.Accepted.class);
            assertThat(said).contains("AUTH LOGIN", "dXNlcg==", "c2VjcmV0");
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
                Delivery delivery = new SmtpSettings(relay.port()).user("user").open()) {
            assertThatThrownBy(delivery::reserve)
                    .isInstanceOf(Delivery.ProviderUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + relay.port())
                    .hasMessageContaining(said);
        }
    }

    @Test
    void aRelayWithoutTlsGetsNothingWhereTlsIsAskedFor() throws IOException {
        try (ScriptedRelay relay = ScriptedRelay.with((line, nth) -> null);
                Delivery delivery = new SmtpSettings(relay.port())
                        .security(SmtpConfig.Security.STARTTLS)
                        .open()) {
            assertThatThrownBy(delivery::quota)
                    .isInstanceOf(Delivery.ProviderUnavailableException.class)
                    .hasMessageContaining("STARTTLS");
        }
    }

    private static Outcome.Scope scope(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Deferred.class);
        return ((Outcome.Deferred) outcome).scope();
    }
}
