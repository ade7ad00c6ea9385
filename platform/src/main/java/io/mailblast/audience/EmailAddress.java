package io.mailblast.audience;

import com.sanctionco.jmail.EmailValidationResult;
import com.sanctionco.jmail.EmailValidator;
import com.sanctionco.jmail.JMail;
import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/// An address that mail can be sent to, judged by JMail (RFC 5321, RFC 5322) and by what a sender of newsletters needs:
/// no quoted local part, no address literal, no comment, no space, nothing that could end a header's line.
///
/// @param email as it was written, with an international domain in its ASCII form (RFC 5890): where mail goes
/// @param address what is compared and unique: all of it in lower case. RFC 5321 §2.4 lets a host tell `Ann@` from
/// `ann@`;
///     none that is known does, and two mails to one person are worse
public record EmailAddress(String email, String address) {

    /// RFC 5321 §4.5.3.1.1.
    private static final int MAX_LOCAL = 64;

    /// A path has 256 characters with its angle brackets, RFC 5321 §4.5.3.1.3.
    private static final int MAX_LENGTH = 254;

    /// Characters that the current standard for domains keeps and the JDK's older one turns into others, which may
    /// be somebody else's domain (RFC 5894 §7.2).
    private static final String CHANGED_MEANING = "ßς\u200C\u200D";

    /// Characters that stand in a local part only quoted (RFC 5321 §4.1.2), whatever a parser makes of them.
    private static final String NEEDS_QUOTES = "\"\\()<>[],;:@";

    private static final EmailValidator RULES = JMail.validator()
            .disallowIpDomain()
            .disallowQuotedIdentifiers()
            .disallowExplicitSourceRouting()
            .disallowObsoleteWhitespace()
            .requireAscii()
            .withRule(email -> email.comments().isEmpty(), "has a comment");

    /// Whether a text is such an address.
    public sealed interface Judgement {

        record Accepted(EmailAddress value) implements Judgement {}

        /// @param reason for a person, a phrase that follows the field's name; never echoes the text
        record Refused(String reason) implements Judgement {}
    }

    /// Judges a text exactly as it is.
    public static Judgement judge(String text) {
        int at = text.lastIndexOf('@');
        if (text.isEmpty()) {
            return refused("is missing");
        } else if (at < 0) {
            return refused("is no e-mail address: it has no @");
        } else if (hasSpaceOrControl(text)) {
            return refused("is no e-mail address: it holds a space or a control character");
        }
        String local = text.substring(0, at);
        if (!isAscii(local)) {
            return refused("has other letters than ASCII before the @, which few servers take");
        } else if (local.length() > MAX_LOCAL) {
            return refused("has more than 64 characters before the @");
        }
        if (hasAny(local, NEEDS_QUOTES)) {
            return refused("is no e-mail address: it has other characters before the @ than an address may have");
        }
        String domain = text.substring(at + 1);
        if (domain.length() > MAX_LENGTH) {
            return refused("is longer than 254 characters");
        }
        return isAscii(domain) ? judgeAscii(local, domain) : judgeInternational(local, domain);
    }

    /// Judges what a person typed or pasted: without the space around it.
    public static Judgement judgeTyped(String text) {
        return judge(withoutSpaceAround(text));
    }

    /// The address that a person typed, if it is one.
    public static Optional<EmailAddress> parse(String text) {
        return judgeTyped(text) instanceof Judgement.Accepted(EmailAddress value)
                ? Optional.of(value)
                : Optional.empty();
    }

    /// The domain, in lower case.
    public String domain() {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    private static Judgement judgeInternational(String local, String domain) {
        if (hasAny(domain, CHANGED_MEANING)) {
            return refused("has a domain that must be given in its ASCII form (xn--…)");
        }
        try {
            return judgeAscii(
                    local, IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return refused("is no e-mail address: its domain has characters that no domain can have");
        }
    }

    private static Judgement judgeAscii(String local, String domain) {
        String email = local + "@" + domain;
        if (email.length() > MAX_LENGTH) {
            return refused("is longer than 254 characters");
        }
        EmailValidationResult result = RULES.validate(email);
        if (result.isFailure()) {
            return refused("is no e-mail address: "
                    + result.getFailureReason()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', ' '));
        }
        boolean whole = result.getEmail()
                .filter(parsed ->
                        parsed.localPart().equals(local) && parsed.domain().equals(domain))
                .isPresent();
        if (!whole) {
            return refused("is no e-mail address: there is something around it");
        }
        return new Judgement.Accepted(new EmailAddress(email, email.toLowerCase(Locale.ROOT)));
    }

    private static Judgement refused(String reason) {
        return new Judgement.Refused(reason);
    }

    // Loops rather than streams: an import judges every row.

    private static boolean hasSpaceOrControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || (c >= 0x7F && c < 0xA1) || c == 0x2028 || c == 0x2029) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAny(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// Without white space, no-break spaces and byte order marks around it, which spreadsheets leave there.
    private static String withoutSpaceAround(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isAround(text.charAt(begin))) {
            begin++;
        }
        while (end > begin && isAround(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isAround(char c) {
        return Character.isWhitespace(c) || c == '\u00A0' || c == '\u200B' || c == '\uFEFF';
    }
}
