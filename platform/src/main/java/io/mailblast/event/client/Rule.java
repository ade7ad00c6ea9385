package io.mailblast.event.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One rule: what to look for and how it is called.
///
/// @param needed see [Needed]
/// @param name may name groups as `$1` to `$9`; empty for group 1
record Rule(String[] needed, Pattern pattern, String name) {

    static Rule of(String regex, String flags, String name) {
        Pattern pattern = Pattern.compile(regex, flags.equals("i") ? Pattern.CASE_INSENSITIVE : 0);
        return new Rule(Needed.by(regex).toArray(new String[0]), pattern, name);
    }

    /// @param lower the same text in lower case
    /// @return null where this rule does not hold
    @Nullable
    String family(String userAgent, String lower) {
        if (!isLikely(lower)) {
            return null;
        }
        Matcher matcher = pattern.matcher(userAgent);
        if (!matcher.find()) {
            return null;
        }
        return name.isEmpty() ? group(matcher, 1) : named(matcher);
    }

    private boolean isLikely(String lower) {
        for (String text : needed) {
            if (lower.contains(text)) {
                return true;
            }
        }
        return needed.length == 0;
    }

    private String named(Matcher matcher) {
        String made = name;
        for (int i = 1; i <= 9 && made.indexOf('$') >= 0; i++) {
            made = made.replace("$" + i, group(matcher, i));
        }
        return made.strip();
    }

    private static String group(Matcher matcher, int number) {
        String text = number > matcher.groupCount() ? null : matcher.group(number);
        return text == null ? "" : text.strip();
    }
}
