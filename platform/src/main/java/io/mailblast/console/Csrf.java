package io.mailblast.console;

import io.mailblast.http.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/// Tells a form of ours from one of another site. Its token is a hash of the session's cookie, which another site
/// cannot read, under a mask that is new each time. Beside it the browser's own word counts: `Sec-Fetch-Site` or
/// `Origin`, where it sends them.
final class Csrf {

    private static final int SECRET_BYTES = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Csrf() {}

    static String token(String cookie) {
        byte[] secret = secret(cookie);
        byte[] token = new byte[2 * SECRET_BYTES];
        byte[] mask = new byte[SECRET_BYTES];
        RANDOM.nextBytes(mask);
        for (int i = 0; i < SECRET_BYTES; i++) {
            token[i] = mask[i];
            token[SECRET_BYTES + i] = (byte) (mask[i] ^ secret[i]);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    static boolean isGood(String token, String cookie) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (bytes.length != 2 * SECRET_BYTES) {
            return false;
        }
        byte[] unmasked = new byte[SECRET_BYTES];
        for (int i = 0; i < SECRET_BYTES; i++) {
            unmasked[i] = (byte) (bytes[i] ^ bytes[SECRET_BYTES + i]);
        }
        return MessageDigest.isEqual(unmasked, secret(cookie));
    }

    /// Whether the browser says that another site sent this.
    static boolean isForeign(Call call) {
        String site = call.header("Sec-Fetch-Site").orElse("");
        if (!site.isEmpty()) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = call.header("Origin").orElse("");
        String host = call.header("Host").orElse("");
        return !origin.isEmpty() && !origin.replaceFirst("^https?://", "").equals(host);
    }

    private static byte[] secret(String cookie) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(("csrf " + cookie).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(hash, SECRET_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
