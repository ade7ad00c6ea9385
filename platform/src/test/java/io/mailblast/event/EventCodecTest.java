package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mailblast.key.MessageId;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventCodecTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:20:30.123456789Z");

    @Test
    void whatWasWrittenIsRead() throws Exception {
        long seed = System.nanoTime();
        System.out.println("EventCodecTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            Event event = any(random);

            assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
        }
    }

    @Test
    void timesAreKeptToTheMicrosecondAndWithinWhatTheDatabaseTakes() {
        MessageId message = new MessageId(1, 2, 3, 0);

        assertThat(Event.opened(message, AT, "").at()).isEqualTo(Instant.parse("2026-03-01T10:20:30.123456Z"));
        assertThat(Event.opened(message, Instant.MIN, "").at()).isEqualTo(Instant.EPOCH);
        assertThat(Event.opened(message, Instant.MAX, "").at()).isBefore(Instant.parse("+10000-01-01T00:00:00Z"));
    }

    @Test
    void textThatTheDatabaseWouldRefuseIsMadePlain() {
        MessageId message = new MessageId(1, 2, 3, 0);

        String userAgent = Event.opened(message, AT, "a\u0000b\r\nc\uD800d" + "x".repeat(600))
                .userAgent();

        assertThat(userAgent).startsWith("a b  c\uFFFDd").hasSize(512);
    }

    @Test
    void anOverlongLinkIsNoEvent() {
        assertThatThrownBy(() -> Event.clicked(new MessageId(1, 2, 3, 0), AT, "x".repeat(8_193), ""))
                .hasMessageContaining("8193");
    }

    @Test
    void whatAnEarlierReleaseWroteIsRead() throws Exception {
        byte[] bytes = HexFormat.of().parseHex("010200030e9f0100064bf3d1d9f9c000054167656e7400");

        Event event = EventCodec.decode(bytes);

        assertThat(event)
                .isEqualTo(Event.opened(
                        new MessageId(3, 14, 159, 0), Instant.parse("2026-03-01T10:20:30.123456Z"), "Agent"));
        assertThat(EventCodec.encode(event)).isEqualTo(bytes);
    }

    @Test
    void aLaterVersionIsSaidToBeOne() {
        byte[] bytes = EventCodec.encode(Event.opened(new MessageId(1, 2, 3, 0), AT, ""));
        bytes[0] = 9;

        assertThatThrownBy(() -> EventCodec.decode(bytes)).hasMessageContaining("version 9");
    }

    @FuzzTest
    void anyBytesAreAnEventOrMalformed(byte[] bytes) {
        assertThatCode(() -> {
                    try {
                        Event event = EventCodec.decode(bytes);
                        assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
                    } catch (EventCodec.MalformedEventException e) {
                        assertThat(e.getMessage()).isNotEmpty();
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void bytesWithAFlippedBitAreAnEventOrMalformed() {
        long seed = System.nanoTime();
        System.out.println("EventCodecTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = EventCodec.encode(any(random));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            anyBytesAreAnEventOrMalformed(bytes);
        }
    }

    static Event any(Random random) {
        List<EventKind> kinds = List.of(EventKind.values());
        boolean told = random.nextBoolean();
        return new Event(
                kinds.get(random.nextInt(kinds.size())),
                1 + random.nextLong(Long.MAX_VALUE),
                1 + random.nextLong(1L << random.nextInt(1, 62)),
                random.nextInt(Integer.MAX_VALUE),
                Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000) * 1_000L),
                text(random, 200),
                random.nextInt(4) == 0 ? random.nextInt(20_000) : Event.NO_PLACE,
                text(random, 100),
                random.nextBoolean(),
                text(random, 100),
                told
                        ? Optional.of(new ProviderFact("m" + text(random, 60), "r" + text(random, 30), AT))
                        : Optional.empty());
    }

    private static String text(Random random, int max) {
        return random.ints(random.nextInt(max), 0x20, 0x2fff)
                .filter(c -> !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
