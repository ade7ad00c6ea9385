package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mails as servers and parsers that others wrote see them: Postfix, its `smtp-sink`, aiosmtpd; Python's
/// `email` package under its strict policy, dkimpy. Runs with `MAILBLAST_CONFORMANCE=1`.
class MailConformanceTest {

    private static final String SELECTOR = "conformance";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String record = "";

    @BeforeEach
    void makeAKey() throws Exception {
        assumeTrue("1".equals(System.getenv("MAILBLAST_CONFORMANCE")), "MAILBLAST_CONFORMANCE=1 asks for this test");
        ConformanceTools.require();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        KeyPair pair = generator.generateKeyPair();
        Path file = folder.resolve("dkim-example.org-" + SELECTOR + ".pem");
        Files.writeString(
                file,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        record = "v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    }

    @Test
    void smtpSinkReceivesWhatWasSent() throws Exception {
        Path received = folder.resolve("received");
        try (ConformanceTools.Receiver sink = ConformanceTools.smtpSink(received)) {
            sendAllAndCheck(sink.port(), received);
        }
    }

    @Test
    void postfixReceivesAndDeliversWhatWasSent() throws Exception {
        Path home = folder.resolve("postfix");
        try (ConformanceTools.Receiver postfix = ConformanceTools.postfix(home)) {
            sendAllAndCheck(postfix.port(), home.resolve("mail/inbox/new"));
        }
    }

    /// And it ends each connection after five mails, which is nothing special.
    @Test
    void aiosmtpdReceivesWhatWasSent() throws Exception {
        Path received = folder.resolve("received");
        try (ConformanceTools.Receiver server = ConformanceTools.aiosmtpd(received, 5)) {
            sendAllAndCheck(server.port(), received);
        }
    }

    private void sendAllAndCheck(int port, Path received) throws Exception {
        SmtpConfig config = new SmtpConfig(
                "127.0.0.1",
                port,
                SmtpConfig.Security.NONE,
                "",
                "",
                "client.test",
                0,
                0,
                0,
                List.of(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(20));
        Path expected = folder.resolve("expected.jsonl");
        try (Delivery delivery =
                SmtpDelivery.open(config, new DkimConfig(List.of("example.org=" + SELECTOR)), folder)) {
            List<ConformanceMails.Sent> mails =
                    ConformanceMails.all(delivery, folder, record, SELECTOR + "._domainkey.example.org");
            Files.writeString(
                    expected,
                    mails.stream().map(mail -> mail.expected().toString()).collect(Collectors.joining("\n")));
            assertThat(mails)
                    .allSatisfy(mail -> assertThat(delivery.send(mail.mail())).isInstanceOf(Outcome.Accepted.class));
            ConformanceTools.awaitFiles(received, mails.size());
            assertThat(ConformanceTools.check(expected, received)).isEqualTo(mails.size() + " mails, 0 problems");
        }
    }
}
