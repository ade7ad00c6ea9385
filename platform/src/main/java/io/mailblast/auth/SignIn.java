package io.mailblast.auth;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who an address and a password belong to, for programs and browsers alike: limited, logged, and as slow for a wrong
/// address as for a wrong password.
public final class SignIn {

    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);

    private final Accounts accounts;
    private final SignInLimits limits;

    SignIn(Accounts accounts, SignInLimits limits) {
        this.accounts = accounts;
        this.limits = limits;
    }

    /// What a try came to.
    public sealed interface Result {

        record Welcome(Account account) implements Result {}

        /// The address, the password or both; nobody learns which.
        record Wrong() implements Result {}

        /// Too many were wrong; this one was not looked at.
        record Wait(Duration time) implements Result {}
    }

    /// @param client the address that it comes from
    public Result attempt(String email, String password, String client) {
        Optional<Duration> wait = limits.wait(email, client);
        if (wait.isPresent()) {
            return new Result.Wait(wait.get());
        }
        Optional<Account> account = accounts.signIn(email, password);
        if (account.isEmpty()) {
            limits.failed(email, client);
            LOG.info("sign_in=refused client={}", client);
            return new Result.Wrong();
        }
        limits.succeeded(email);
        return new Result.Welcome(account.get());
    }
}
