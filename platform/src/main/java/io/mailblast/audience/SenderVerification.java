package io.mailblast.audience;

/// Tells whether mail may be sent from an address or domain: the provider's word, or that of a mail with a link.
@FunctionalInterface
public interface SenderVerification {

    /// What is known of an identity.
    sealed interface Standing {

        /// It may send.
        ///
        /// @param by as the database spells it, see [By]
        record Verified(By by) implements Standing {}

        /// It may not send yet.
        ///
        /// @param next what the person has to do, as a sentence
        record Unverified(String next) implements Standing {}

        /// Nobody could be asked, so nothing changes.
        ///
        /// @param reason as a sentence
        record Unknown(String reason) implements Standing {}
    }

    /// Who said that an identity may send.
    enum By {
        PROVIDER,
        MAIL,
        SIMULATOR
    }

    /// Asks; may take as long as a request to the provider does.
    ///
    /// @param identity a normalised address or a domain in lower case
    Standing check(String identity);

    /// For the simulator, whose senders are verified from the start.
    static SenderVerification ofSimulator() {
        return identity -> new Standing.Verified(By.SIMULATOR);
    }
}
