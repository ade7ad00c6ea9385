package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.delivery.Mail;
import io.mailblast.key.Keyring;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.Presses;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReturnPathTest {

    private static final Keyring KEYS = Presses.keys();
    private static final MessageIdCodec RETURN_PATHS = MessageIdCodec.returnPath(KEYS);
    private static final Mail MAIL = new Mail(
            "us@example.org",
            "you@example.com",
            "Subject: News\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII),
            "tag",
            "1");

    @Test
    void aMailReturnsToAnAddressThatSaysWhichItWas() {
        MessageId id = new MessageId(1, 22, 333, 0);

        Mail returning = ReturnPath.of(RETURN_PATHS, "bounces@news.example.org").on(MAIL, id);

        String local = returning.from().replaceFirst("@news\\.example\\.org$", "");
        assertThat(local).startsWith("bounces+");
        assertThat(RETURN_PATHS.read(local.substring("bounces+".length()))).isEqualTo(id);
        assertThat(new String(returning.mime(), StandardCharsets.US_ASCII))
                .isEqualTo("X-MailBlast-Message: " + local.substring("bounces+".length())
                        + "\r\nSubject: News\r\n\r\nHello\r\n");
        assertThat(returning.to()).isEqualTo(MAIL.to());
        assertThat(returning.tag()).isEqualTo(MAIL.tag());
    }

    @Test
    void withoutAnAddressAMailReturnsToItsSender() {
        assertThat(ReturnPath.of(RETURN_PATHS, "").on(MAIL, new MessageId(1, 2, 3, 0)))
                .isSameAs(MAIL);
    }

    @Test
    void theLongestLocalPartIsOneThatServersTake() {
        MessageId large = new MessageId(1L << 34, 1L << 34, Integer.MAX_VALUE, 0);

        String from = ReturnPath.of(RETURN_PATHS, "a-name-of-19-letter@example.org")
                .on(MAIL, large)
                .from();

        assertThat(from.substring(0, from.indexOf('@'))).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void whoHasALinkCannotMakeAReturnPath() {
        MessageId id = new MessageId(1, 2, 3, 0);

        assertThat(RETURN_PATHS.read(MessageIdCodec.tracking(KEYS).write(id))).isNull();
        assertThat(RETURN_PATHS.read(MessageIdCodec.unsubscribe(KEYS).write(id)))
                .isNull();
    }
}
