package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Refusal.Phase;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Brings together what a mail says of one recipient, and has it judged.
final class RecipientReader {

    static final String EXIM = "exim";

    /// Google's heading of what it knows of a delay.
    private static final String STILL_TRYING = "technical details of temporary failure";

    /// What Exim says by itself when it gives up on what it took for temporary all the time.
    private static final Set<Reason> GIVEN_UP = EnumSet.of(Reason.EXPIRED, Reason.MAILBOX_FULL);

    private static final int MAX_WORDS = 4_000;
    private static final Pattern REPLY = Pattern.compile("(?<![\\d.\\-])([245]\\d\\d)(?=[\\s:,;)\\-]|$)");
    private static final Pattern LEADING_REPLY = Pattern.compile("^[^\\d]{0,40}?([245]\\d\\d)(?=[\\s:,;)\\-]|$)");

    /// The words of a temporary failure.
    private static final Pattern TEMPORARY = Pattern.compile("\\b(?:temporar|persistent)");

    private final Judgement judgement = new Judgement();

    /// What a mail says of one recipient, in the places in which it may say it.
    ///
    /// @param program that wrote it, [#EXIM] or empty
    record Told(
            String address,
            EnhancedStatus status,
            String diagnostic,
            String comment,
            String around,
            String action,
            String type,
            String remote,
            String program) {

        static Told inWords(String address, String words, String around, String program) {
            return new Told(address, EnhancedStatus.NONE, words, "", around, "", "", "", program);
        }
    }

    BouncedRecipient read(Told told) {
        String words = cut(told.diagnostic());
        String normal = Phrases.normal(words);
        String around = Phrases.normal(told.comment() + " " + cut(told.around()));
        EnhancedStatus said = EnhancedStatus.find(words);
        int reply = reply(words, said);
        if (!said.isTelling() && !told.status().isTelling()) {
            EnhancedStatus further = EnhancedStatus.find(cut(told.around()));
            said = further.weight() > said.weight() ? further : said;
        }
        EnhancedStatus field = isFilled(told) ? EnhancedStatus.NONE : told.status();
        EnhancedStatus status = EnhancedStatus.better(field, said, reply);
        Phase phase = judgement.phase(Phrases.normal(words));
        String receiver = (told.remote() + " " + told.address() + " " + normal).toLowerCase(Locale.ROOT);
        Refusal refusal = new Refusal(
                status,
                reply,
                normal,
                around,
                phase == Phase.UNKNOWN ? judgement.phase(around) : phase,
                receiver,
                told.action(),
                told.type());
        Reason reason = judgement.of(refusal);
        String shown = status.isEmpty() ? madeUp(told, refusal, reason) : status.text();
        Kind kind = told.action().startsWith("delayed") ? Kind.DELAYED : reason.kind(shown);
        return new BouncedRecipient(
                told.address(),
                shown,
                reason,
                kind,
                words.replaceAll("\\s+", " ").strip());
    }

    /// OpenSMTPD writes `5.0.0` or `4.0.0` whatever happened (`bounce.c`), and the cause into its letter.
    private static boolean isFilled(Told told) {
        return told.status().text().endsWith(".0.0")
                && told.around().contains("This is the MAILER-DAEMON, please DO NOT REPLY");
    }

    /// The status of a failure that has none: temporary (4) where words, code, or the way of the
    /// program say so, else permanent (5).
    private static String madeUp(Told told, Refusal refusal, Reason reason) {
        boolean temporary = refusal.reply() / 100 == 4
                || TEMPORARY.matcher(refusal.words()).find()
                || refusal.around().contains(STILL_TRYING)
                || (told.program().equals(EXIM) && GIVEN_UP.contains(reason));
        return reason.status(temporary ? 4 : 5);
    }

    /// The reply that a status in the same words belongs to, or the first.
    private static int reply(String words, EnhancedStatus said) {
        Matcher any = REPLY.matcher(words);
        while (!said.isEmpty() && any.find()) {
            if (any.group(1).charAt(0) == said.statusClass()) {
                return Integer.parseInt(any.group(1));
            }
        }
        return reply(words);
    }

    private static int reply(String words) {
        Matcher leading = LEADING_REPLY.matcher(words);
        if (leading.find()) {
            return Integer.parseInt(leading.group(1));
        }
        Matcher any = REPLY.matcher(words);
        return any.find() ? Integer.parseInt(any.group(1)) : 0;
    }

    /// Whether there is a status or a reply code in it.
    static boolean hasReply(String words) {
        String start = cut(words);
        return !EnhancedStatus.find(start).isEmpty() || reply(start) != 0;
    }

    private static String cut(String text) {
        return text.length() <= MAX_WORDS ? text : text.substring(0, MAX_WORDS);
    }
}
