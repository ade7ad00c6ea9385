package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether a signature is good is for others to say: `MailConformanceTest` asks dkimpy. Here: who signs, how it looks,
/// and which keys are refused.
class DkimSigningTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path keys;

    @Test
    void aMailOfADomainWithAKeyIsSignedForItAndOtherwiseUnchanged() throws Exception {
        key("example.org", "mail2026", 2_048);
        Mail mail = mail("Anna <news@example.org>");

        Mail signed = open("example.org=mail2026").sign(mail);

        String text = new String(signed.mime(), StandardCharsets.US_ASCII);
        assertThat(text).endsWith(new String(mail.mime(), StandardCharsets.US_ASCII));
        String signature = text.substring(0, text.length() - mail.mime().length);
        assertThat(signature)
                .startsWith("DKIM-Signature:")
                .contains("v=1;", "a=rsa-sha256;", "c=relaxed/relaxed;", "d=example.org;", "s=mail2026;")
                .contains("t=1800000000;", "List-Unsubscribe:List-Unsubscribe-Post:MIME-Version:Content-Type");
        assertThat(signature.split("\r\n"))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(78));
        assertThat(signed.to()).isEqualTo(mail.to());
        assertThat(signed.tag()).isEqualTo(mail.tag());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            news@example.org          | example.org
            <news@EXAMPLE.org>        | example.org
            A <x@mail.example.org>    | example.org
            x@shop.example.org        | shop.example.org
            x@a.shop.example.org      | shop.example.org
            "a@b.example" <x@example.org> | example.org
            """)
    void theNearestDomainOfTheAuthorSigns(String from, String domain) throws Exception {
        key("example.org", "a", 1_024);
        key("shop.example.org", "b", 1_024);

        Mail signed = open("example.org=a", "shop.example.org=b").sign(mail(from));

        assertThat(new String(signed.mime(), StandardCharsets.US_ASCII)).contains("d=" + domain + ";");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x@example.com", "x@notexample.org", "x@org", "nobody", ""})
    void aMailOfAnotherDomainGoesUnsigned(String from) throws Exception {
        key("example.org", "a", 1_024);
        Mail mail = mail(from);

        assertThat(open("example.org=a").sign(mail)).isSameAs(mail);
    }

    @Test
    void aMailIsSignedOnce() throws Exception {
        key("example.org", "a", 1_024);
        DkimSigning signing = open("example.org=a");
        Mail signed = signing.sign(mail("x@example.org"));

        assertThat(signing.sign(signed)).isSameAs(signed);
    }

    @Test
    void noKeyIsNeededWhereNothingIsSigned() {
        Mail mail = mail("x@example.org");
        assertThat(open().sign(mail)).isSameAs(mail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hello                                                                | is no PEM file
            -----BEGIN RSA PRIVATE KEY-----~AAAA~-----END RSA PRIVATE KEY-----   | openssl pkcs8 -topk8
            -----BEGIN PRIVATE KEY-----~AAAA~-----END PRIVATE KEY-----           | holds no private key of RSA
            -----BEGIN PRIVATE KEY-----~A~-----END PRIVATE KEY-----              | holds no
            """)
    void aFileThatIsNoKeyStopsTheStartAndSaysWhy(String content, String reason) throws IOException {
        write("example.org", "a", content.replace('~', '\n'));

        assertRefused(reason);
    }

    @Test
    void aKeyThatIsNotThereStopsTheStart() {
        assertRefused("is not there");
    }

    @Test
    void aKeyThatOthersCanReadStopsTheStart() throws Exception {
        Path file = key("example.org", "a", 1_024);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertRefused("chmod 600");
    }

    @Test
    void aKeyThatNobodyBelievesStopsTheStart() throws Exception {
        key("example.org", "a", 512);

        assertRefused("512 bits");
    }

    @Test
    void aKeyOfAnotherKindStopsTheStart() throws Exception {
        write("example.org", "a", pem("Ed25519", 255));

        assertRefused("holds no private key of RSA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "=a", "example.org=", "example=a", "../x.y=a", "example.org=a/b"})
    void whatNamesNoDomainAndSelectorIsRefused(String written) {
        assertThatThrownBy(() -> new DkimConfig(List.of(written)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dkim.domains: " + written);
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> open("example.org=a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dkim.domains: example.org=a")
                .hasMessageContaining(keys.resolve("dkim-example.org-a.pem").toString())
                .hasMessageContaining(reason);
    }

    private DkimSigning open(String... domains) {
        return DkimSigning.open(new DkimConfig(List.of(domains)), keys, CLOCK);
    }

    private Path key(String domain, String selector, int bits) throws Exception {
        return write(domain, selector, pem("RSA", bits));
    }

    private Path write(String domain, String selector, String content) throws IOException {
        Path file = keys.resolve("dkim-" + domain + "-" + selector + ".pem");
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String pem(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static Mail mail(String from) {
        String mime = "MIME-Version: 1.0\r\nFrom: " + from + "\r\nSubject: Hello\r\n there\r\n"
                + "List-Unsubscribe: <https://example.org/u>\r\n\r\nHello\r\n.\r\n";
        return new Mail("bounce@example.com", "to@example.com", mime.getBytes(StandardCharsets.US_ASCII), "tag", "1");
    }
}
