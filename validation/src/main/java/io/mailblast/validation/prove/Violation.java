package io.mailblast.validation.prove;

import java.util.Locale;

/// What must not be, and was seen.
///
/// @param what in words, with figures and some of the addresses
record Violation(int round, long campaign, Kind kind, String what) {

    /// Which invariant is broken.
    enum Kind {
        /// Somebody has two accepted mails of one campaign.
        SENT_TWICE,
        /// Somebody has a mail that was begun after his refusal was answered.
        SENT_AFTER_UNSUBSCRIBE,
        /// Somebody who should have one has no mail, and nothing says why.
        MISSING,
        /// MailBlast says *sent*, and the provider has no mail.
        CLAIMED,
        /// The provider has a mail, and MailBlast neither says *sent* nor *in doubt*.
        UNTOLD,
        /// The provider has a mail to somebody whom the campaign does not have.
        STRANGER,
        /// States do not add up, or somebody is in none that is an end.
        SUMS,
        /// More is in doubt than can have been under way.
        TOO_MUCH_IN_DOUBT,
        /// The campaign did not come to its end.
        STUCK,
        /// A request was answered as recorded, and is not counted.
        LOST,
        /// More is counted than was asked for.
        COUNTED_TWICE,
        /// Rows, hours, counts and bitmaps do not say the same.
        DISAGREE;

        String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return kind.spelling() + ", round " + round + ", campaign " + campaign + ": " + what;
    }
}
