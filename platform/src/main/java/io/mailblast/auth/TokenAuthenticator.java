package io.mailblast.auth;

import io.mailblast.http.Authenticator;
import io.mailblast.http.Principal;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Tells who sends a bearer token: an access token of a session, or an API key.
public final class TokenAuthenticator implements Authenticator {

    private final AccessTokens access;
    private final SessionCheck sessions;
    private final ApiKeys keys;

    TokenAuthenticator(AccessTokens access, SessionCheck sessions, ApiKeys keys) {
        this.access = access;
        this.sessions = sessions;
        this.keys = keys;
    }

    /// @throws io.mailblast.db.DatabaseUnavailableException when that cannot be told now
    @Override
    public @Nullable Principal authenticate(String token) {
        if (token.startsWith(ApiKeys.PREFIX)) {
            return keys.authenticate(token);
        }
        AccessTokens.Claims claims = access.read(token);
        return claims == null ? null : sessions.check(claims);
    }

    /// The session of an access token; none for an API key.
    Optional<UUID> session(String token) {
        AccessTokens.Claims claims = access.read(token);
        return claims == null ? Optional.empty() : Optional.of(claims.family());
    }
}
