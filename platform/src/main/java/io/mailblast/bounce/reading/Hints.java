package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Phrases.Phrase;
import java.util.List;
import java.util.Optional;

/// The table `bounce/hints.tsv`: single words that point to a reason, asked in their order where nothing exact
/// was said.
final class Hints {

    private static final String CERTAIN = "!";

    private final List<Row> rows = Phrases.table("hints.tsv", 2).stream()
            .map(row -> new Row(Phrase.of(row[1]), Reason.named(row[0].replace(CERTAIN, "")), row[0].endsWith(CERTAIN)))
            .toList();

    /// @param certain needs no further evidence: the words of a program that knows its own users
    private record Row(Phrase phrase, Reason reason, boolean certain) {}

    /// What a word points to.
    ///
    /// @param certain needs no further evidence
    record Hint(Reason reason, boolean certain) {}

    /// @param text normalised
    Optional<Hint> find(String text) {
        return rows.stream()
                .filter(row -> row.phrase().isIn(text))
                .map(row -> new Hint(row.reason(), row.certain()))
                .findFirst();
    }
}
