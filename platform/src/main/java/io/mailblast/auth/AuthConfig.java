package io.mailblast.auth;

import java.time.Duration;

/// Keys `auth.*` of the configuration.
///
/// @param accessTokenLife how long an access token is good, 10 s to 24 h
/// @param refreshTokenLife how long a refresh token is good after its last use, at least as long as an access token
/// @param browserSessionLife how long a browser stays signed in after it was last used, 1 min to 90 days
/// @param failuresAllowed failed sign-ins for one account or address before 429, 1 to 1,000
/// @param failureWindow over which failures are counted, 1 s to 24 h
/// @param hashesAtOnce Argon2id hashes computed at the same time, each takes 19 MiB, 1 to 64
public record AuthConfig(
        Duration accessTokenLife,
        Duration refreshTokenLife,
        Duration browserSessionLife,
        int failuresAllowed,
        Duration failureWindow,
        int hashesAtOnce) {

    public static final AuthConfig DEFAULTS = new AuthConfig(
            Duration.ofMinutes(15), Duration.ofDays(30), Duration.ofHours(12), 10, Duration.ofMinutes(5), 2);

    public AuthConfig {
        if (accessTokenLife.toSeconds() < 10 || accessTokenLife.toHours() > 24) {
            throw new IllegalArgumentException("auth.access_token_life: " + accessTokenLife + ", allowed: 10s to 24h");
        }
        if (refreshTokenLife.compareTo(accessTokenLife) < 0) {
            throw new IllegalArgumentException(
                    "auth.refresh_token_life: " + refreshTokenLife + ", allowed: at least auth.access_token_life");
        }
        if (browserSessionLife.toSeconds() < 60 || browserSessionLife.toDays() > 90) {
            throw new IllegalArgumentException(
                    "auth.browser_session_life: " + browserSessionLife + ", allowed: 1m to 90d");
        }
        if (failuresAllowed < 1 || failuresAllowed > 1_000) {
            throw new IllegalArgumentException("auth.failures_allowed: " + failuresAllowed + ", allowed: 1 to 1000");
        }
        if (failureWindow.toSeconds() < 1 || failureWindow.toHours() > 24) {
            throw new IllegalArgumentException("auth.failure_window: " + failureWindow + ", allowed: 1s to 24h");
        }
        if (hashesAtOnce < 1 || hashesAtOnce > 64) {
            throw new IllegalArgumentException("auth.hashes_at_once: " + hashesAtOnce + ", allowed: 1 to 64");
        }
    }
}
