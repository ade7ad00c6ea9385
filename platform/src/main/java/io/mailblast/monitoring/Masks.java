package io.mailblast.monitoring;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes out of a log line what must not stand there: whole addresses, passwords, tokens, keys.
///
/// It is the last net, not the first: code should not log such things at all. Every pattern is linear in its input.
final class Masks {

    /// The domain is kept, since that is what an operator looks for.
    private static final Pattern ADDRESS =
            Pattern.compile("([\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}+)@([\\p{L}\\p{N}][\\p{L}\\p{N}.-]{0,252}+)");

    /// `Authorization: Bearer x`, `Basic x`.
    private static final Pattern SCHEME =
            Pattern.compile("\\b(bearer|basic)\\s++[A-Za-z0-9._~+/=-]{4,}+", Pattern.CASE_INSENSITIVE);

    /// `password=x`, `"refresh_token": "x"`, `Authorization: x`, `?token=x`; quoted values to their end.
    private static final Pattern NAMED = Pattern.compile(
            "([A-Za-z_-]{0,30}(?:password|passwd|secret|token|authorization|api[_-]?key|access[_-]?key|cookie))"
                    + "(\"?\\s{0,3}[=:]\\s{0,3})(\"(?:[^\"\\\\]|\\\\.){0,4096}+\"?|'[^']{0,4096}+'?|[^\\s,;&\"'}\\]]++)",
            Pattern.CASE_INSENSITIVE);

    /// A JWT (RFC 7519 §3.1): three parts, the first of which begins with `{"`.
    private static final Pattern JWT =
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]{5,}+(?:\\.[A-Za-z0-9_-]*+)?");

    private static final Pattern API_KEY = Pattern.compile("\\bmb_[A-Za-z0-9_-]{8,}+");

    /// `postgresql://user:password@host`.
    private static final Pattern CREDENTIALS = Pattern.compile("(://[^\\s/:@]{0,100}+):[^\\s/@]{1,200}+@");

    private Masks() {}

    static String masked(String text) {
        if (text.length() < 5) {
            return text;
        }
        String result = text;
        if (text.indexOf("://") >= 0) {
            result = CREDENTIALS.matcher(result).replaceAll("$1:***@");
        }
        result = SCHEME.matcher(result).replaceAll("$1 ***");
        result = JWT.matcher(result).replaceAll("***");
        result = API_KEY.matcher(result).replaceAll("mb_***");
        result = NAMED.matcher(result).replaceAll("$1$2***");
        return result.indexOf('@') < 0 ? result : addresses(result);
    }

    private static String addresses(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        StringBuilder masked = new StringBuilder();
        while (matcher.find()) {
            String local = matcher.group(1);
            if (local.endsWith("***")) {
                matcher.appendReplacement(masked, Matcher.quoteReplacement(matcher.group()));
                continue;
            }
            // What stands before the address as part of `to=somebody@…` is a name, not the address.
            int name = local.lastIndexOf('=') + 1;
            String kept = local.substring(0, name)
                    + (name == local.length() ? "" : local.substring(name, local.offsetByCodePoints(name, 1)));
            matcher.appendReplacement(masked, Matcher.quoteReplacement(kept + "***@" + matcher.group(2)));
        }
        return matcher.appendTail(masked).toString();
    }
}
