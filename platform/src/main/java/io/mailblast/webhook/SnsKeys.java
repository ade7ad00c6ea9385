package io.mailblast.webhook;

import java.security.PublicKey;

/// Where the key comes from that a message's signature is verified by.
sealed interface SnsKeys permits AwsKeys, SimulatorKey {

    /// @throws UntrustedException where there is none that may be believed
    /// @throws UnavailableException where it cannot be had now
    PublicKey keyOf(SnsMessage message) throws UntrustedException, UnavailableException;

    /// No key that may be believed: 403.
    final class UntrustedException extends Exception {
        UntrustedException(String message) {
            super(message, null, false, false);
        }
    }

    /// The key cannot be had now: 503, and SNS tries again.
    final class UnavailableException extends Exception {
        UnavailableException(String message) {
            super(message, null, false, false);
        }
    }
}
