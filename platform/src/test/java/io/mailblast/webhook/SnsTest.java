package io.mailblast.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mailblast.key.Keyring;
import io.mailblast.key.MessageIdCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnsTest {

    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:events";
    private static final String PEM = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";

    @ParameterizedTest
    @CsvSource({
        "https://sns.eu-west-1.amazonaws.com" + PEM + ", " + TOPIC,
        "https://sns.cn-north-1.amazonaws.com.cn" + PEM + ", arn:aws-cn:sns:cn-north-1:123456789012:events",
        "https://sns.us-gov-west-1.amazonaws.com" + PEM + ", arn:aws-us-gov:sns:us-gov-west-1:123456789012:events",
    })
    void aCertificateOfSnsInTheTopicsRegionMayBeFetched(String url, String topic) {
        assertThat(SnsUrl.certificate(url, topic)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sns.eu-west-1.amazonaws.com" + PEM,
                "https://sns.us-east-1.amazonaws.com" + PEM,
                "https://sns.eu-west-1.amazonaws.com.evil.example" + PEM,
                "https://sns.eu-west-1.amazonaws.com.cn" + PEM,
                "https://evil.example/sns.eu-west-1.amazonaws.com" + PEM,
                "https://sns.eu-west-1.amazonaws.com@evil.example" + PEM,
                "https://user@sns.eu-west-1.amazonaws.com" + PEM,
                "https://sns.eu-west-1.amazonaws.com:444" + PEM,
                "https://sns.eu-west-1.amazonaws.com/../" + PEM,
                "https://sns.eu-west-1.amazonaws.com/?Action=Publish&x=" + PEM,
                "https://sns.eu-west-1.amazonaws.com" + PEM + "?x=y",
                "https://sns.eu-west-1.amazonaws.com" + PEM + "#x",
                "https://xsns.eu-west-1.amazonaws.com" + PEM,
                "https://bucket.s3.eu-west-1.amazonaws.com" + PEM,
                "https:" + PEM,
                "file://" + PEM,
                "not a url",
                "",
            })
    void nothingElseIs(String url) {
        assertThat(SnsUrl.certificate(url, TOPIC)).isEmpty();
        assertThat(SnsUrl.confirmation(url, TOPIC)).isEmpty();
    }

    @Test
    void onlyTheConfirmationOfASubscriptionIsAsked() {
        String host = "https://sns.eu-west-1.amazonaws.com/";

        assertThat(SnsUrl.confirmation(host + "?Action=ConfirmSubscription&TopicArn=x&Token=y", TOPIC))
                .isPresent();
        assertThat(SnsUrl.confirmation(host + "?Action=DeleteTopic", TOPIC)).isEmpty();
        assertThat(SnsUrl.confirmation(host, TOPIC)).isEmpty();
    }

    @FuzzTest
    void anyBytesAreAMessageOrMalformed(byte[] bytes) throws IOException {
        try {
            SnsMessage message = SnsMessage.parse(bytes);
            assertThat(message.topicArn()).isNotEmpty();
            SnsUrl.certificate(message.signingCertUrl(), message.topicArn());
            new SesNotification(codec()).events(message.message(), Instant.EPOCH);
        } catch (SnsMessage.MalformedMessageException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        assertThat(new SesNotification(codec()).events(new String(bytes, StandardCharsets.UTF_8), Instant.EPOCH))
                .isEmpty();
    }

    @FuzzTest
    void anyBytesAreACertificateOrNone(byte[] bytes) {
        try {
            assertThat(Certificates.parse(bytes).getPublicKey().getAlgorithm()).isEqualTo("RSA");
        } catch (CertificateException e) {
            assertThat(e).isNotNull();
        }
    }

    @Test
    void aCertificateWithAFlippedByteIsACertificateOrNone() {
        long seed = System.nanoTime();
        System.out.println("SnsTest seed " + seed);
        Random random = new Random(seed);
        byte[] pem = SigningKey.make("sns.amazonaws.com").pem();
        for (int i = 0; i < 500; i++) {
            byte[] damaged = pem.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            anyBytesAreACertificateOrNone(damaged);
        }
    }

    @Test
    void aMessageWithAFlippedByteIsMalformedOrDoesNotVerify() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SnsTest seed " + seed);
        Random random = new Random(seed);
        SigningKey key = SigningKey.make("sns.amazonaws.com");
        var publicKey = Certificates.parse(key.pem()).getPublicKey();
        byte[] good = key.notification(TOPIC, "https://sns.eu-west-1.amazonaws.com" + PEM, "2", "{\"a\": \"ü\"}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        SnsMessage original = SnsMessage.parse(good);
        assertThat(SnsSignature.verifies(original, publicKey)).isTrue();
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            try {
                SnsMessage message = SnsMessage.parse(damaged);
                if (SnsSignature.verifies(message, publicKey)) {
                    assertThat(message.signed()).isEqualTo(original.signed());
                }
            } catch (SnsMessage.MalformedMessageException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    private static MessageIdCodec codec() throws IOException {
        return MessageIdCodec.tracking(Keyring.open(Files.createTempDirectory("keys"), "tracking"));
    }
}
