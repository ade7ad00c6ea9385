package io.mailblast.http;

import org.jspecify.annotations.Nullable;

/// Tells who a bearer token (RFC 6750) belongs to.
@FunctionalInterface
public interface Authenticator {

    /// @return null for a token that is wrong, expired, tampered with or somebody else's: callers learn no more
    @Nullable
    Principal authenticate(String token);
}
