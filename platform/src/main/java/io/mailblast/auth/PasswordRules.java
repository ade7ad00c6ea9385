package io.mailblast.auth;

import java.text.Normalizer;
import java.util.Optional;

/// What a password must be: long, and not the address itself (NIST SP 800-63B §3.1.1.2 asks for length and no
/// composition rules).
final class PasswordRules {

    static final int MIN_LENGTH = 10;
    static final int MAX_LENGTH = 200;

    private PasswordRules() {}

    /// What is wrong with a new password, as the end of a sentence that begins with its name.
    static Optional<String> problem(String password, String email) {
        int length = password.codePointCount(0, password.length());
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            return Optional.of("must have " + MIN_LENGTH + " to " + MAX_LENGTH + " characters");
        }
        if (password.isBlank() || password.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            return Optional.of("must not be blank or hold control characters");
        }
        if (LoginAddress.normalised(password).equals(LoginAddress.normalised(email))) {
            return Optional.of("must not be the address");
        }
        return Optional.empty();
    }

    /// One spelling for what looks the same on every keyboard (RFC 8265 §4.2.2: NFC).
    static String prepared(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC);
    }
}
