package io.mailblast.audience;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What an import does with its rows, by whether the workspace has a contact of that address.
enum ImportMode {
    /// Unknown addresses become contacts; of known ones changes what the file says. Both join the lists.
    UPDATE,
    /// Unknown addresses become contacts; known ones stay as they are. Both join the lists.
    SKIP,
    /// Known ones join the lists and stay as they are; unknown ones are refused.
    LIST_ONLY;

    /// As API and database spell it.
    String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ImportMode> of(String spelling) {
        return Arrays.stream(values())
                .filter(mode -> mode.spelling().equals(spelling))
                .findFirst();
    }

    static String[] spellings() {
        return Arrays.stream(values()).map(ImportMode::spelling).toArray(String[]::new);
    }
}
