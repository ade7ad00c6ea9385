package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Phrases.Phrase;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The table `bounce/reasons.tsv`: for each reason the words by which servers tell it.
final class ReasonWords {

    private static final String NOT = "-";

    private final Map<Reason, List<Phrase>> words = new EnumMap<>(Reason.class);
    private final Map<Reason, List<Phrase>> exceptions = new EnumMap<>(Reason.class);

    ReasonWords() {
        for (String[] row : Phrases.table("reasons.tsv", 2)) {
            boolean exception = row[0].startsWith(NOT);
            (exception ? exceptions : words)
                    .computeIfAbsent(
                            Reason.named(exception ? row[0].substring(NOT.length()) : row[0]), _ -> new ArrayList<>())
                    .add(Phrase.of(row[1]));
        }
    }

    /// @param text normalised
    boolean tell(Reason reason, String text) {
        return isAnyIn(words, reason, text) && !isAnyIn(exceptions, reason, text);
    }

    private static boolean isAnyIn(Map<Reason, List<Phrase>> table, Reason reason, String text) {
        return table.getOrDefault(reason, List.of()).stream().anyMatch(phrase -> phrase.isIn(text));
    }
}
