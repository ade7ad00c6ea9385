package io.mailblast.validation.checklist;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What makes evidence.
enum Source {
    PLAN("validate"),
    DRILL("drill"),
    PROOF("prove"),
    BENCH("bench"),
    TEST("test");

    private final String command;

    Source(String command) {
        this.command = command;
    }

    /// What has to be typed for evidence of it.
    String command(String name) {
        return "./mailblast " + command + " " + name;
    }

    String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Source> of(String spelling) {
        return Arrays.stream(values())
                .filter(each -> each.spelling().equals(spelling))
                .findFirst();
    }
}
