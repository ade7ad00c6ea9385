package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Phrases.Phrase;
import java.util.List;
import java.util.Optional;

/// The table `bounce/servers.tsv`: what the program that returns a mail, or delivers it, means by words of its
/// own.
final class ServerWords {

    private static final String ANY = "*";
    private static final String YIELDING = "?";

    private final List<Row> rows = Phrases.table("servers.tsv", 3).stream()
            .map(row -> new Row(
                    row[0].equals(ANY) ? List.of() : List.of(Phrase.of(row[0])),
                    Phrase.of(row[1]),
                    Reason.named(row[2].replace(YIELDING, "")),
                    row[2].endsWith(YIELDING)))
            .toList();

    /// @param program the words that show which program speaks; none where the phrase shows it
    /// @param yields to a status that says why
    private record Row(List<Phrase> program, Phrase phrase, Reason reason, boolean yields) {}

    Optional<Reason> find(Refusal refusal) {
        String all = refusal.words() + " " + refusal.around();
        boolean vague = refusal.status().isEmpty() || refusal.status().text().contains(".0");
        return rows.stream()
                .filter(row -> vague || !row.yields())
                .filter(row -> row.phrase().isIn(all) && row.program().stream().allMatch(program -> program.isIn(all)))
                .map(Row::reason)
                .findFirst();
    }
}
