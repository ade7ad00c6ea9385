package io.mailblast.delivery;

import java.time.Duration;
import java.util.regex.Pattern;

/// What one attempt to deliver one message came to. Every way a provider can answer, or fail to, is one of
/// these; nothing else leaves [Delivery#send].
public sealed interface Outcome {

    /// What would end a line, or a terminal's patience.
    Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

    /// The provider took responsibility (RFC 5321 §6.1).
    ///
    /// @param providerId what the provider calls the message
    record Accepted(String providerId) implements Outcome {}

    /// Not now: try again no earlier than `after`. Nothing of the message was delivered.
    ///
    /// @param after the least time that makes sense, by what the provider said or its documentation says
    /// @param scope whom the reason holds for
    record Deferred(String reason, Duration after, Scope scope) implements Outcome {

        /// About this message alone.
        public Deferred(String reason, Duration after) {
            this(reason, after, Scope.MESSAGE);
        }

        /// Whether it is about the account and not about this message: all others had better wait too.
        public boolean throttled() {
            return scope.concernsAll();
        }
    }

    /// Whom a reason to wait holds for, from the least to all.
    enum Scope {
        /// This message: a greylisted or busy mailbox, a connection that was lost before the message's end.
        MESSAGE,
        /// All mails to the recipient's domain, and none to others.
        DOMAIN,
        /// All mails of this sender: the provider knows no such identity, or it is not verified. A person's to
        /// mend.
        SENDER,
        /// All mails: more a second than the account may send. Slower will do.
        RATE,
        /// All mails: the account has sent as many mails in 24 hours as it may. The window slides, and nobody
        /// tells its end.
        QUOTA,
        /// All mails: the account is paused or suspended, or its credentials are not taken. A person's to mend.
        ACCOUNT,
        /// All mails: the provider cannot be reached, or takes nothing at the moment.
        PROVIDER;

        /// Whether it holds for every mail of the account, so that others need not try.
        public boolean concernsAll() {
            return compareTo(RATE) >= 0;
        }
    }

    /// Never: the provider refused this message.
    record Refused(String reason) implements Outcome {}

    /// The request left, no answer came that says what became of it. It may have been delivered, so it is never
    /// repeated by itself.
    record InDoubt(String reason) implements Outcome {}

    /// A provider's words on one line of at most 500 characters.
    static String shortened(String reason) {
        String line = reason.chars().anyMatch(Character::isISOControl)
                ? CONTROLS.matcher(reason).replaceAll(" ")
                : reason;
        return line.length() <= 500 ? line : line.substring(0, 500) + "…";
    }
}
