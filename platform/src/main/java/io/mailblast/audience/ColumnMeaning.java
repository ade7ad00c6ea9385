package io.mailblast.audience;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a column of a file of contacts is.
enum ColumnMeaning {
    EMAIL,
    NAME,
    FIRST_NAME,
    LAST_NAME,
    LIST,
    ATTRIBUTE,
    NONE;

    /// As the API spells it.
    String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String[] spellings() {
        return Arrays.stream(values()).map(ColumnMeaning::spelling).toArray(String[]::new);
    }

    private static Optional<ColumnMeaning> of(String spelling) {
        return Arrays.stream(values())
                .filter(each -> each.spelling().equals(spelling))
                .findFirst();
    }

    /// Reads the meanings of a file's columns, in their order, with commas between them; an empty text is none, so that
    /// the names of the columns say it.
    ///
    /// @throws IllegalArgumentException for a word that is no meaning; its message is a phrase for a person
    static List<ColumnMeaning> list(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .map(word -> of(word).orElseThrow(() -> new IllegalArgumentException("must be words of "
                                + String.join(", ", spellings()) + " with commas between them, one for each column")))
                        .toList();
    }

    /// As [#list] reads it.
    static String text(List<ColumnMeaning> meanings) {
        return meanings.stream().map(ColumnMeaning::spelling).collect(Collectors.joining(","));
    }
}
