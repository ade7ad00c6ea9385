package io.mailblast.simulator.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mailblast.simulator.record.FingerprintSet.Fingerprint;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RecordLinesTest {

    private static String text(Random random) {
        return random.ints(random.nextInt(12), 0, 0x3000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void everyMailIsReadBackAsItWasWritten() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Map<String, String> tags = new LinkedHashMap<>();
            for (int tag = random.nextInt(4); tag > 0; tag--) {
                tags.put("t" + tag, text(random));
            }
            String recipient = text(random);
            AcceptedMail mail = new AcceptedMail(
                    i,
                    "id" + i,
                    Instant.ofEpochMilli(random.nextLong(1L << 42)),
                    random.nextBoolean() ? Channel.SES : Channel.SMTP,
                    text(random),
                    recipient,
                    random.nextBoolean() ? List.of(recipient) : List.of(recipient, "x"),
                    text(random),
                    tags,
                    random.nextInt(1 << 20),
                    "0".repeat(64),
                    new Place(random.nextInt(9), random.nextInt(1 << 20), random.nextInt(1 << 20)));

            byte[] line = RecordLine.write(mail);

            assertThat(line).as("seed %d", seed).endsWith('\n').containsOnlyOnce('\n');
            assertThat(RecordLine.read(i, java.util.Arrays.copyOf(line, line.length - 1)))
                    .isEqualTo(mail);
        }
    }

    @Test
    void everyFactIsReadBackAsItWasWritten() {
        for (Fact fact : Fact.values()) {
            for (Optional<Fingerprint> recipient :
                    List.of(Optional.<Fingerprint>empty(), Optional.of(Fingerprint.of("a@example.net")))) {
                FactLine line = new FactLine(Long.MAX_VALUE, fact, recipient);
                byte[] written = line.write();

                assertThat(FactLine.read(java.util.Arrays.copyOf(written, written.length - 1)))
                        .contains(line);
            }
        }
    }

    @Test
    void fingerprintsBehaveAsASet() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        FingerprintSet set = new FingerprintSet();
        Set<Integer> reference = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            int member = random.nextInt(8_000);

            assertThat(set.add(Fingerprint.of("m" + member)))
                    .as("seed %d", seed)
                    .isEqualTo(reference.add(member));
        }
        assertThat(set.size()).isEqualTo(reference.size());
    }

    @FuzzTest
    void anyBytesAreALineOrAreNot(byte[] bytes) {
        FactLine.read(bytes).ifPresent(fact -> assertThat(fact.number()).isNotNegative());
        try {
            AcceptedMail mail = RecordLine.read(0, bytes);
            byte[] again = RecordLine.write(mail);
            assertThat(RecordLine.read(0, java.util.Arrays.copyOf(again, again.length - 1)))
                    .isEqualTo(mail);
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }
}
