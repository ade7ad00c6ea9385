package io.mailblast.console;

import io.mailblast.http.Call;
import java.time.Duration;
import java.util.Optional;

/// The one cookie of the console: read by no script, sent by no other site, over https only where there is https.
final class Cookies {

    /// Longer than any session: the server says when that is over, and who comes back finds what he typed.
    private static final Duration KEPT = Duration.ofDays(90);

    private final String name;
    private final String attributes;

    Cookies(boolean secure) {
        // A browser takes a cookie of this prefix only over https, for this host and all of it (RFC 6265bis §4.1.3).
        this.name = secure ? "__Host-mailblast" : "mailblast";
        this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    Optional<String> of(Call call) {
        for (String cookie : call.header("Cookie").orElse("").split(";")) {
            String pair = cookie.strip();
            if (pair.startsWith(name + "=")) {
                return Optional.of(pair.substring(name.length() + 1)).filter(value -> !value.isEmpty());
            }
        }
        return Optional.empty();
    }

    String set(String value) {
        return name + "=" + value + attributes + "; Max-Age=" + KEPT.toSeconds();
    }

    String clear() {
        return name + "=" + attributes + "; Max-Age=0";
    }
}
