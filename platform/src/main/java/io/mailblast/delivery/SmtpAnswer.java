package io.mailblast.delivery;

import io.mailblast.delivery.Outcome.Scope;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a relay's answer that is no success comes to: 4yz is later and 5yz is never (RFC 5321 §4.2.1), and the
/// enhanced status (RFC 3463), the stage of the transaction and the words say for whom. `docs/delivery.md`
/// shows the rules.
///
/// What may be about one message or recipient (any answer after the sender was taken, unless it speaks of a
/// policy) never stops all the others: else one message that trips a filter would.
final class SmtpAnswer {

    /// As far as the transaction had come.
    enum Stage {
        SENDER,
        RECIPIENT,
        CONTENT
    }

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration ENDED = Duration.ofSeconds(5);
    private static final Duration UNTIL_MENDED = Duration.ofMinutes(1);
    private static final Duration QUOTA = Duration.ofMinutes(10);
    private static final Duration GREYLISTED = Duration.ofMinutes(1);
    private static final Duration LONGEST_HINT = Duration.ofHours(1);

    /// RFC 4954 §6: authentication required, credentials invalid, encryption required.
    private static final String AUTHENTICATION = "530|534|535|538";

    private static final Pattern TOO_MUCH =
            Pattern.compile("rate.?limit|sending rate|too (?:many|much|fast)|throttl|unexpected volume|slow down");
    private static final Pattern GREYLIST = Pattern.compile("gr[ae]y.?list");
    private static final Pattern ADDRESS = Pattern.compile("<[^<>@\\s]+@[^<>\\s]+>");
    private static final Pattern LATER = Pattern.compile("4\\d\\d 4\\.7\\.1 (?:please )?try again later\\.?");
    private static final Pattern HINT = Pattern.compile("(\\d{1,5})\\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?)\\b");

    private SmtpAnswer() {}

    static Outcome of(SmtpReply reply, Stage stage) {
        String reason = Outcome.shortened(reply.toString());
        String text = reason.toLowerCase(Locale.ROOT);
        if (reply.isFinal()) {
            return Integer.toString(reply.code()).matches(AUTHENTICATION)
                    ? new Outcome.Deferred(reason, UNTIL_MENDED, Scope.ACCOUNT)
                    : new Outcome.Refused(reason);
        }
        if (GREYLIST.matcher(text).find()) {
            return new Outcome.Deferred(reason, hint(text, GREYLISTED), Scope.MESSAGE);
        }
        // SES by SMTP: "454 Throttling failure: Daily message quota exceeded", "… Maximum sending rate exceeded".
        if (text.contains("throttling failure")) {
            return text.contains("daily")
                    ? new Outcome.Deferred(reason, QUOTA, Scope.QUOTA)
                    : new Outcome.Deferred(reason, SOON, Scope.RATE);
        }
        boolean tooMuch = TOO_MUCH.matcher(text).find();
        boolean policy = tooMuch || (reply.enhancedStatus().startsWith("4.7.") && !isOfOneRecipient(text));
        return stage == Stage.SENDER ? early(reply, reason, policy) : late(reply, reason, text, policy);
    }

    /// Postfix names whom a policy is about, and rspamd's greylist says no more than that.
    private static boolean isOfOneRecipient(String text) {
        return ADDRESS.matcher(text).find() || LATER.matcher(text).matches();
    }

    /// Nothing of the message has been told yet but its sender.
    private static Outcome early(SmtpReply reply, String reason, boolean policy) {
        if (policy && reply.code() != 454) {
            return new Outcome.Deferred(reason, SOON, Scope.RATE);
        }
        boolean system = reply.code() == 421
                || reply.code() == 454
                || reply.enhancedStatus().startsWith("4.3.");
        return system
                ? new Outcome.Deferred(reason, ENDED, Scope.PROVIDER)
                : new Outcome.Deferred(reason, SOON, Scope.MESSAGE);
    }

    private static Outcome late(SmtpReply reply, String reason, String text, boolean policy) {
        if (policy) {
            return new Outcome.Deferred(reason, hint(text, SOON), Scope.DOMAIN);
        }
        return reply.enhancedStatus().equals("4.3.2") && reply.code() == 421
                ? new Outcome.Deferred(reason, ENDED, Scope.PROVIDER)
                : new Outcome.Deferred(reason, SOON, Scope.MESSAGE);
    }

    /// "… try again in 300 seconds".
    private static Duration hint(String text, Duration least) {
        Matcher hint = HINT.matcher(text);
        if (!hint.find()) {
            return least;
        }
        long amount = Long.parseLong(hint.group(1));
        Duration said = hint.group(2).startsWith("s") ? Duration.ofSeconds(amount) : Duration.ofMinutes(amount);
        if (said.compareTo(LONGEST_HINT) > 0) {
            return LONGEST_HINT;
        }
        return said.compareTo(least) > 0 ? said : least;
    }
}
