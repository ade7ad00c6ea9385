package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.MailParts.Part;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds what may be identifiers of ours in a mail: in the headers of the original that it returns, wherever a server
/// put them, and in the address that it came to. Nothing here is believed: who holds the key says which are real.
final class Identifiers {

    private static final int MAX = 20;

    /// As `Message-ID: <identifier@domain>` and `X-MailBlast-Message: identifier`, which servers fold, quote and
    /// indent.
    private static final Pattern HEADER = Pattern.compile(
            "(?im)^[>\\s]{0,8}(?:message-id:\\s*<?([A-Za-z0-9_-]{20,64})@|x-mailblast-message:\\s*([A-Za-z0-9_-]{20,64})\\s*$)");

    /// As `bounce+identifier@domain`.
    private static final Pattern RETURN_PATH = Pattern.compile("\\+([A-Za-z0-9_-]{20,64})@");

    private static final Pattern RETURNED_TO =
            Pattern.compile("(?im)^[>\\s]{0,8}to:[^\\n]{0,200}?(" + Addresses.ADDRESS + ")");

    private Identifiers() {}

    static Set<String> in(MailParts parts) {
        Set<String> found = new LinkedHashSet<>();
        for (String name : new String[] {"x-original-to", "delivered-to", "to", "envelope-to", "x-envelope-to"}) {
            collect(RETURN_PATH.matcher(parts.header(name)), found);
        }
        for (Part part : parts.parts()) {
            collect(HEADER.matcher(part.text()), found);
        }
        for (Part part : parts.parts()) {
            collect(RETURN_PATH.matcher(part.text()), found);
        }
        return found;
    }

    private static void collect(Matcher matcher, Set<String> found) {
        while (found.size() < MAX && matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    found.add(matcher.group(group));
                }
            }
        }
    }

    /// To whom the original went, by its own header.
    static String returnedTo(MailParts parts, Narrative narrative) {
        for (Part part : parts.parts()) {
            if (part.depth() > 0 || part.type().equals("text/rfc822-headers")) {
                Matcher to = RETURNED_TO.matcher(part.text());
                if (to.find()) {
                    return to.group(1);
                }
            }
        }
        Matcher to = RETURNED_TO.matcher(narrative.returned());
        return to.find() ? to.group(1) : "";
    }
}
