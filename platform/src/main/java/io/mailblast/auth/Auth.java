package io.mailblast.auth;

import io.mailblast.db.Database;
import io.mailblast.http.Feature;
import io.mailblast.key.Keyring;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// Everything of this package that a server needs, put together.
public final class Auth implements AutoCloseable {

    private final Passwords passwords;
    private final Accounts accounts;
    private final TokenAuthenticator authenticator;
    private final Doors doors;
    private final List<Feature> features;

    private Auth(
            Passwords passwords,
            Accounts accounts,
            TokenAuthenticator authenticator,
            Doors doors,
            List<Feature> features) {
        this.passwords = passwords;
        this.accounts = accounts;
        this.authenticator = authenticator;
        this.doors = doors;
        this.features = features;
    }

    /// The ways by which a person with a browser comes in.
    public record Doors(SignIn signIn, BrowserSessions sessions, FirstAccount firstAccount) {}

    /// @param keys the folder of the installation's keys; `access`, `refresh` and `browser` are made where they are
    ///     missing
    /// @throws IOException when a key cannot be read or made
    public static Auth open(
            Database database, Path keys, AuthConfig config, InstantSource clock, MeterRegistry registry)
            throws IOException {
        Passwords passwords = new Passwords(config.hashesAtOnce());
        Accounts accounts = new Accounts(database, passwords, clock);
        AccessTokens access = new AccessTokens(Keyring.open(keys, "access"), config.accessTokenLife(), clock);
        Sessions sessions = new Sessions(
                database,
                accounts,
                access,
                new RefreshTokenCodec(Keyring.open(keys, "refresh")),
                config.refreshTokenLife(),
                clock);
        SessionCheck check = new SessionCheck(database, registry);
        ApiKeys apiKeys = new ApiKeys(database, clock, registry);
        TokenAuthenticator authenticator = new TokenAuthenticator(access, check, apiKeys);
        SignInLimits limits = new SignInLimits(config.failuresAllowed(), config.failureWindow(), clock);
        SignIn signIn = new SignIn(accounts, limits);
        Keyring browser = Keyring.open(keys, "browser");
        BrowserSessions browsers =
                new BrowserSessions(database, new RefreshTokenCodec(browser), config.browserSessionLife(), clock);
        return new Auth(
                passwords,
                accounts,
                authenticator,
                new Doors(signIn, browsers, new FirstAccount(accounts, browser)),
                List.of(
                        new AuthRoutes(accounts, sessions, check, signIn, authenticator),
                        new ApiKeyRoutes(apiKeys, clock),
                        new UserRoutes(accounts, check, browsers, apiKeys),
                        new WorkspaceRoutes(new Workspaces(database))));
    }

    public Accounts accounts() {
        return accounts;
    }

    public TokenAuthenticator authenticator() {
        return authenticator;
    }

    public Doors doors() {
        return doors;
    }

    /// The routes `/auth/…`, `/api-keys…`, `/users…` and `/workspaces…`.
    public List<Feature> features() {
        return features;
    }

    @Override
    public void close() {
        passwords.close();
    }
}
