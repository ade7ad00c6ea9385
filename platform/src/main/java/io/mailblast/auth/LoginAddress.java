package io.mailblast.auth;

import com.sanctionco.jmail.JMail;
import java.util.Locale;

/// The address that an account is known by: compared in lower case, since nobody has two accounts that differ in it.
final class LoginAddress {

    /// RFC 5321 §4.5.3.1.3: a path has 256 octets, two of them angle brackets.
    static final int MAX_LENGTH = 254;

    private LoginAddress() {}

    static boolean isGood(String email) {
        return email.length() <= MAX_LENGTH && JMail.isValid(email);
    }

    static String normalised(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }
}
