package io.mailblast.console;

import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is wrong with a form, as the form says it: a sentence above, and a word at each field.
///
/// @param kind `error`, or `note` where nothing is wrong but something must be known
/// @param summary empty when there is nothing to say
record Trouble(String kind, String summary, Map<String, String> byField) {

    static final Trouble NONE = new Trouble("error", "", Map.of());

    /// What was typed before a session ended is in the form again.
    static final Trouble RESTORED = new Trouble(
            "note",
            "Your session had ended, so nothing of this is saved yet. What you typed is all here: look at it, then save.",
            Map.of());

    /// @param fields those of the form that can say what is wrong with them; the rest is said above
    static Trouble of(Problem problem, List<String> fields) {
        Map<String, String> byField = new LinkedHashMap<>();
        StringBuilder above = new StringBuilder();
        for (FieldError error : problem.errors()) {
            String field = error.field().replaceAll("[\\[.].*$", "");
            if (fields.contains(field)) {
                byField.putIfAbsent(field, sentence(error.message()));
            } else {
                above.append(above.isEmpty() ? "" : " ")
                        .append(error.field().isEmpty() ? "" : error.field() + ": ")
                        .append(sentence(error.message()));
            }
        }
        if (problem.errors().isEmpty()) {
            above.append(problem.detail());
        } else if (above.isEmpty()) {
            above.append(byField.size() == 1 ? "One field needs a look." : byField.size() + " fields need a look.")
                    .append(" Nothing was changed.");
        }
        return new Trouble("error", above.toString(), byField);
    }

    static Trouble at(String field, String message) {
        return new Trouble("error", "One field needs a look. Nothing was changed.", Map.of(field, message));
    }

    String of(String field) {
        return byField.getOrDefault(field, "");
    }

    boolean isAny() {
        return !summary.isEmpty();
    }

    private static String sentence(String message) {
        String begun = Character.toUpperCase(message.charAt(0)) + message.substring(1);
        return begun.endsWith(".") ? begun : begun + ".";
    }
}
