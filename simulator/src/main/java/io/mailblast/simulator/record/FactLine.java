package io.mailblast.simulator.record;

import io.mailblast.simulator.record.FingerprintSet.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// The line that stands for one fact: `NUMBER FACT`, and for an unsubscription the recipient's fingerprint.
record FactLine(long number, Fact fact, Optional<Fingerprint> recipient) {

    byte[] write() {
        StringBuilder line = new StringBuilder(64).append(number).append(' ').append(fact.spelling());
        recipient.ifPresent(fingerprint -> line.append(' ')
                .append(HexFormat.of().toHexDigits(fingerprint.high()))
                .append(HexFormat.of().toHexDigits(fingerprint.low())));
        return line.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// Empty if this is not a line of ours.
    static Optional<FactLine> read(byte[] line) {
        String[] words = new String(line, StandardCharsets.US_ASCII).split(" ", -1);
        if (words.length < 2 || words.length > 3) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(words[0]);
            Optional<Fact> fact = Fact.of(words[1]);
            if (number < 0 || fact.isEmpty()) {
                return Optional.empty();
            }
            if (words.length == 2) {
                return Optional.of(new FactLine(number, fact.get(), Optional.empty()));
            }
            if (words[2].length() != 32) {
                return Optional.empty();
            }
            Fingerprint recipient = new Fingerprint(
                    HexFormat.fromHexDigitsToLong(words[2], 0, 16), HexFormat.fromHexDigitsToLong(words[2], 16, 32));
            return Optional.of(new FactLine(number, fact.get(), Optional.of(recipient)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
