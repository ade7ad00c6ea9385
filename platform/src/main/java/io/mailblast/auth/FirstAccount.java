package io.mailblast.auth;

import io.mailblast.key.Keyring;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// The first account of an installation, made in a browser. Its token is an HMAC under a key of the installation: every
/// node knows it and nothing is stored. It is good while there is no account at all, so once.
public final class FirstAccount {

    private static final int TOKEN_BYTES = 20;

    private final Accounts accounts;
    private final byte[] token;

    FirstAccount(Accounts accounts, Keyring keys) {
        this.accounts = accounts;
        this.token = Base64.getUrlEncoder()
                .withoutPadding()
                .encode(Arrays.copyOf(keys.sign("the first account".getBytes(StandardCharsets.US_ASCII)), TOKEN_BYTES));
    }

    /// Whether there is no account yet.
    public boolean isAwaited() {
        return !accounts.any();
    }

    /// For whoever started the installation, and nobody else.
    public String token() {
        return new String(token, StandardCharsets.US_ASCII);
    }

    public boolean isGood(String given) {
        return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8)) && isAwaited();
    }

    /// Makes the account, an operator.
    ///
    /// @return nothing where the token is wrong or there is an account by now
    public Optional<Accounts.Creation> create(String given, String email, String password) {
        return isGood(given) ? accounts.createFirst(email, password) : Optional.empty();
    }
}
