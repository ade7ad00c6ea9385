package io.mailblast.bounce.reading;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Mail addresses in text, as servers write them: with or without brackets, never judged.
final class Addresses {

    static final String ADDRESS =
            "(?!')[^\\s<>()\\[\\]:;,=\"|@][^\\s<>()\\[\\]:;,\"|@]{0,100}@[A-Za-z0-9.-]{1,200}[A-Za-z0-9]";

    private static final Pattern ANY = Pattern.compile(ADDRESS);

    private Addresses() {}

    /// The first one, or an empty text.
    static String first(String text) {
        Matcher matcher = ANY.matcher(text.length() > 2_000 ? text.substring(0, 2_000) : text);
        return matcher.find() ? matcher.group() : "";
    }
}
