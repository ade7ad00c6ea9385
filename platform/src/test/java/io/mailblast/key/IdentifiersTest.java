package io.mailblast.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mailblast.testing.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentifiersTest {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final Path FOLDER = Folders.temporary("mailblast-keys-");
    private static final MessageIdCodec TRACKING = MessageIdCodec.tracking(keys());
    private static final MessageIdCodec UNSUBSCRIBE = MessageIdCodec.unsubscribe(keys());
    private static final LinkSigner LINKS = new LinkSigner(keys());

    private static Keyring keys() {
        try {
            return Keyring.open(FOLDER, "track");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageId any(Random random) {
        return new MessageId(
                1 + (random.nextLong() >>> (1 + random.nextInt(62))),
                1 + (random.nextLong() >>> (2 + random.nextInt(61))),
                random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31),
                random.nextInt(128));
    }

    @Test
    void whatIsWrittenIsRead() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            MessageId id = any(random);
            String text = TRACKING.write(id);

            assertThat(text).as("seed " + seed).hasSizeLessThanOrEqualTo(64).matches("[A-Za-z0-9_-]+");
            assertThat(MessageIdCodec.isWellFormed(text)).isTrue();
            assertThat(TRACKING.read(text)).as("seed " + seed).isEqualTo(id);
        }
    }

    @Test
    void theLongestIdentifierFits() {
        MessageId longest = new MessageId(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 127);

        assertThat(TRACKING.write(longest)).hasSizeLessThanOrEqualTo(64);
        assertThat(TRACKING.read(TRACKING.write(longest))).isEqualTo(longest);
    }

    @Test
    void everySingleChangedCharacterIsRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            String text = TRACKING.write(any(random));
            for (int i = 0; i < text.length(); i++) {
                for (int c = 0; c < ALPHABET.length(); c++) {
                    if (text.charAt(i) != ALPHABET.charAt(c)) {
                        String changed = text.substring(0, i) + ALPHABET.charAt(c) + text.substring(i + 1);
                        assertThat(TRACKING.read(changed))
                                .as("seed " + seed + ": " + changed)
                                .isNull();
                    }
                }
            }
            assertThat(TRACKING.read(text.substring(1))).isNull();
            assertThat(TRACKING.read(text.substring(0, text.length() - 1))).isNull();
            assertThat(TRACKING.read(text + "A")).isNull();
            assertThat(TRACKING.read(text + "=")).isNull();
        }
    }

    @Test
    void anIdentifierIsGoodForItsPurposeOnly() {
        MessageId id = new MessageId(1, 2, 3, 0);

        assertThat(UNSUBSCRIBE.read(TRACKING.write(id))).isNull();
        assertThat(TRACKING.read(UNSUBSCRIBE.write(id))).isNull();
        assertThat(UNSUBSCRIBE.read(UNSUBSCRIBE.write(id))).isEqualTo(id);
    }

    @Test
    void identifiersOfAnOldKeyAreReadAfterARotation() throws IOException {
        Path own = Folders.temporary("mailblast-keys-");
        MessageId id = new MessageId(1, 2, 3, 0);
        MessageIdCodec before = MessageIdCodec.tracking(Keyring.open(own, "track"));
        String old = before.write(id);
        Keyring.rotate(own, "track");
        MessageIdCodec after = MessageIdCodec.tracking(Keyring.open(own, "track"));

        assertThat(after.read(old)).isEqualTo(id);
        assertThat(after.write(id)).isNotEqualTo(old);
        assertThat(after.read(after.write(id))).isEqualTo(id);
        assertThat(TRACKING.read(old)).as("by another installation").isNull();
    }

    @Test
    void aSignatureBindsWorkspaceAndTarget() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String url = "https://example.com/" + Long.toString(random.nextLong(), 36) + "?ä=%20";
            long workspace = random.nextLong(1, 1_000);
            String signature = LINKS.sign(workspace, url, LinkSigner.NO_PLACE);

            assertThat(LINKS.verifies(workspace, url, LinkSigner.NO_PLACE, signature))
                    .as("seed " + seed)
                    .isTrue();
            assertThat(LINKS.verifies(workspace + 1, url, LinkSigner.NO_PLACE, signature))
                    .isFalse();
            assertThat(LINKS.verifies(workspace, url + "x", LinkSigner.NO_PLACE, signature))
                    .isFalse();
            int at = random.nextInt(signature.length());
            char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            if (other != signature.charAt(at)) {
                String changed = signature.substring(0, at) + other + signature.substring(at + 1);
                assertThat(LINKS.verifies(workspace, url, LinkSigner.NO_PLACE, changed))
                        .as("seed " + seed + ": " + changed)
                        .isFalse();
            }
        }
    }

    @Test
    void aSignatureBindsThePlaceThatTheLinkNames() {
        String url = "https://example.com/";
        String third = LINKS.sign(1, url, 3);

        assertThat(LINKS.verifies(1, url, 3, third)).isTrue();
        assertThat(LINKS.verifies(1, url, 4, third)).isFalse();
        assertThat(LINKS.verifies(1, url, LinkSigner.NO_PLACE, third)).isFalse();
        assertThat(LINKS.verifies(1, url, 3, LINKS.sign(1, url, LinkSigner.NO_PLACE)))
                .isFalse();
    }

    @Test
    void everySingleChangedCharacterOfASignatureIsRefused() {
        String signature = LINKS.sign(1, "https://example.com/", LinkSigner.NO_PLACE);
        for (int i = 0; i < signature.length(); i++) {
            for (int c = 0; c < ALPHABET.length(); c++) {
                if (signature.charAt(i) != ALPHABET.charAt(c)) {
                    String changed = signature.substring(0, i) + ALPHABET.charAt(c) + signature.substring(i + 1);
                    assertThat(LINKS.verifies(1, "https://example.com/", LinkSigner.NO_PLACE, changed))
                            .as(changed)
                            .isFalse();
                }
            }
        }
    }

    @FuzzTest
    void readingAnIdentifierNeverThrowsAndIsNeverFooled(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);

        assertThat(TRACKING.read(text)).isNull();
    }

    @FuzzTest
    void verifyingASignatureNeverThrowsAndIsNeverFooled(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int half = text.length() / 2;

        assertThat(LINKS.verifies(1, text.substring(0, half), LinkSigner.NO_PLACE, text.substring(half)))
                .isFalse();
    }
}
