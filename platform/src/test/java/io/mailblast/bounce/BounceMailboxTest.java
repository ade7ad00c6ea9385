package io.mailblast.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.mailblast.bounce.BounceConfig.Protocol;
import io.mailblast.testing.TestCertificate;
import io.mailblast.testing.TlsFront;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against a real IMAP and POP3 server.
@SuppressWarnings("NullAway.Init")
class BounceMailboxTest extends BounceScene {

    private GreenMail provider;

    @BeforeEach
    void start() {
        provider = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_POP3)
        });
        provider.start();
        provider.setUser("bounces@us.example", "bounces", "secret");
    }

    @AfterEach
    void stop() {
        provider.stop();
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

    private int plainPort(Protocol protocol) {
        return protocol.isImap()
                ? provider.getImap().getPort()
                : provider.getPop3().getPort();
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
        return new BounceMailbox(config(protocol, plainPort(protocol), "secret"), intake);
    }
}
