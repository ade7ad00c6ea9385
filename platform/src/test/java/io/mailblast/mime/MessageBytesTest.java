package io.mailblast.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageBytesTest {

    /// Pieces of any number and length, empty ones too, copied from anywhere into whatever room there is.
    @Test
    void piecesAreTheMessageThatIsWrittenOneAfterTheOther() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        MessageBytes.Builder builder = new MessageBytes.Builder();
        for (int i = 0; i < 500; i++) {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int pieces = random.nextInt(40); pieces > 0; pieces--) {
                byte[] piece = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(5_000)];
                random.nextBytes(piece);
                if (random.nextBoolean()) {
                    builder.share(piece);
                } else {
                    builder.own().put(piece);
                }
                expected.writeBytes(piece);
            }
            assertThat(builder.length()).as("seed %s", seed).isEqualTo(expected.size());
            MessageBytes message = builder.dotless();
            builder.clear();

            assertThat(message.length()).as("seed %s", seed).isEqualTo(expected.size());
            assertThat(message.toBytes()).as("seed %s", seed).isEqualTo(expected.toByteArray());
            assertThat(inParts(message, 1 + random.nextInt(4_000)))
                    .as("seed %s", seed)
                    .isEqualTo(expected.toByteArray());
        }
    }

    @Test
    void fieldsBeforeItLeaveTheRestAsItWas() {
        MessageBytes.Builder builder = new MessageBytes.Builder();
        builder.own().put(ascii("To: a@b.example\r\n"));
        builder.share(ascii("\r\nHello "));
        builder.own().put(ascii("Ada\r\n"));

        MessageBytes longer = builder.dotless().after(ascii("X-A: 1\r\n")).after(ascii("X-B: 2\r\n"));

        assertThat(new String(longer.toBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("X-B: 2\r\nX-A: 1\r\nTo: a@b.example\r\n\r\nHello Ada\r\n");
        assertThat(longer.length()).isEqualTo(longer.toBytes().length);
        assertThat(longer.isDotless()).isTrue();
        assertThat(longer.endsLine()).isTrue();
        assertThat(longer.startsWith("X-B: 2\r\nX-A")).isTrue();
        assertThat(longer.startsWith("X-A")).isFalse();
        assertThat(MessageBytes.of(ascii("X-B")).startsWith("X-B: ")).isFalse();
    }

    @Test
    void aLineEndMayLieInTwoPieces() {
        MessageBytes.Builder builder = new MessageBytes.Builder();
        builder.share(ascii("a\r"));
        builder.own().put(ascii("\n"));

        assertThat(builder.dotless().endsLine()).isTrue();
        assertThat(MessageBytes.of(ascii("\n")).endsLine()).isFalse();
        assertThat(MessageBytes.of(ascii("a\n")).endsLine()).isFalse();
        assertThat(MessageBytes.of(ascii(".\r\n")).isDotless()).isFalse();
    }

    private static byte[] inParts(MessageBytes message, int room) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < message.length()) {
            ByteBuffer part = ByteBuffer.allocate(room);
            int copied = message.copy(out.size(), part);
            out.write(part.array(), 0, copied);
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
