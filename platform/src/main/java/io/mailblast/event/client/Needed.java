package io.mailblast.event.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Texts of which whatever a regular expression finds has at least one, in lower case: to look for these first is
/// far cheaper than to try the expression. Sure, not sharp: where it is not plain, nothing is needed.
final class Needed {

    private static final int FEW = 24;

    private final String regex;
    private int at;

    private Needed(String regex) {
        this.regex = regex;
    }

    /// @return none where the expression may find anything
    static Set<String> by(String regex) {
        Needed needed = new Needed(regex);
        Set<String> texts = needed.alternatives();
        return needed.at == regex.length() ? texts : Set.of();
    }

    /// Up to the end or the parenthesis that closes: one of the alternatives is there, so one of their texts is.
    private Set<String> alternatives() {
        Set<String> all = new TreeSet<>();
        boolean sure = true;
        while (true) {
            Set<String> one = sequence();
            sure &= !one.isEmpty();
            all.addAll(one);
            if (at == regex.length() || regex.charAt(at) == ')') {
                return sure && all.size() <= FEW ? all : Set.of();
            }
            at++;
        }
    }

    /// All of its parts are there: the one whose shortest text is the longest tells most.
    private Set<String> sequence() {
        List<Set<String>> parts = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            char c = regex.charAt(at);
            if (c == '(') {
                end(run, parts);
                Set<String> group = group();
                if (!mayBeAbsent()) {
                    parts.add(group);
                }
                passQuantifier();
            } else if (c == '[') {
                end(run, parts);
                passClass();
                passQuantifier();
            } else {
                literal(run, parts);
            }
        }
        end(run, parts);
        Set<String> best = Set.of();
        for (Set<String> part : parts) {
            if (shortest(part) > shortest(best)) {
                best = part;
            }
        }
        return best;
    }

    private void literal(StringBuilder run, List<Set<String>> parts) {
        char c = regex.charAt(at++);
        boolean plain = ".^$".indexOf(c) < 0;
        if (c == '\\') {
            c = regex.charAt(at++);
            plain = !Character.isLetterOrDigit(c);
        }
        if (plain && !mayBeAbsent()) {
            run.append(c);
        } else {
            end(run, parts);
        }
        if (passQuantifier()) {
            end(run, parts);
        }
    }

    private Set<String> group() {
        at++;
        boolean looks = regex.startsWith("?=", at) || regex.startsWith("?!", at) || regex.startsWith("?<", at);
        boolean modifies = !looks && regex.startsWith("?", at) && !regex.startsWith("?:", at);
        at += regex.startsWith("?:", at) ? 2 : 0;
        Set<String> texts = alternatives();
        at++;
        return looks || modifies ? Set.of() : texts;
    }

    private void passClass() {
        at += regex.startsWith("[^", at) ? 2 : 1;
        // A bracket that comes first is one of the characters.
        do {
            at += regex.charAt(at) == '\\' ? 2 : 1;
        } while (regex.charAt(at) != ']');
        at++;
    }

    private boolean mayBeAbsent() {
        return at < regex.length() && "?*{".indexOf(regex.charAt(at)) >= 0;
    }

    private boolean passQuantifier() {
        int begin = at;
        if (at < regex.length() && regex.charAt(at) == '{') {
            at = regex.indexOf('}', at) + 1;
        }
        while (at < regex.length() && "?*+".indexOf(regex.charAt(at)) >= 0) {
            at++;
        }
        return at > begin;
    }

    private static void end(StringBuilder run, List<Set<String>> parts) {
        if (!run.isEmpty()) {
            parts.add(Set.of(run.toString().toLowerCase(Locale.ROOT)));
            run.setLength(0);
        }
    }

    private static int shortest(Set<String> texts) {
        return texts.stream().mapToInt(String::length).min().orElse(0);
    }
}
