package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Refusal.Phase;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The part of a session that Sendmail and its kin put into their letters: `>>> RCPT TO:<…>` is what they sent,
/// `<<< 550 …` what they heard. Only what was refused stands there.
final class Transcript {

    private static final String HEARD = "<<< ";
    private static final Pattern SENT = Pattern.compile(">>> (?i:(helo|ehlo|mail from|rcpt to|data))\\b");

    private Transcript() {}

    /// What was heard, or nothing.
    static String heard(String letter) {
        return letter.lines()
                .filter(line -> line.startsWith(HEARD))
                .map(line -> line.substring(HEARD.length()).strip())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    /// A letter without it: of several recipients nobody says whose it is.
    static String without(String letter) {
        return letter.lines()
                .filter(line -> !line.startsWith(HEARD) && !line.startsWith(">>> "))
                .collect(Collectors.joining("\n"));
    }

    /// The first command that was refused: those after it fail because of it.
    static Phase phase(String text) {
        Matcher sent = SENT.matcher(text);
        if (!sent.find()) {
            return Phase.UNKNOWN;
        }
        return switch (Character.toLowerCase(sent.group(1).charAt(0))) {
            case 'm' -> Phase.MAIL;
            case 'r' -> Phase.RCPT;
            case 'd' -> Phase.DATA;
            default -> Phase.CONN;
        };
    }
}
