package io.mailblast.auth;

import io.mailblast.key.Keyring;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes refresh tokens and reads those that this installation wrote: base64url of key number (1 byte), family (16),
/// generation (4) and the first 20 bytes of their HMAC-SHA256. The database holds the newest generation and nothing
/// that would make a token.
final class RefreshTokenCodec {

    private static final int SIGNED_BYTES = 21;
    private static final int MAC_BYTES = 20;
    private static final int TEXT_LENGTH = 55;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final Keyring keys;

    RefreshTokenCodec(Keyring keys) {
        this.keys = keys;
    }

    /// @param family the sign-in
    /// @param generation how often it was rotated
    record Token(UUID family, int generation) {}

    String write(Token token) {
        byte[] text = signed(keys.current(), token);
        byte[] mac = keys.sign(text);
        return ENCODER.encodeToString(ByteBuffer.allocate(SIGNED_BYTES + MAC_BYTES)
                .put(text)
                .put(mac, 0, MAC_BYTES)
                .array());
    }

    /// What a token says, or null if this installation did not write it.
    @Nullable
    Token read(String text) {
        if (text.length() != TEXT_LENGTH) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        byte[] mac = keys.sign(bytes[0] & 0xff, bytes, 0, SIGNED_BYTES);
        if (mac == null
                || !MessageDigest.isEqual(
                        Arrays.copyOf(mac, MAC_BYTES), Arrays.copyOfRange(bytes, SIGNED_BYTES, bytes.length))
                || !ENCODER.encodeToString(bytes).equals(text)) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, SIGNED_BYTES - 1);
        return new Token(new UUID(buffer.getLong(), buffer.getLong()), buffer.getInt());
    }

    /// An identifier of one rotation that nobody else can foresee.
    String idOf(Token token) {
        byte[] name = ByteBuffer.allocate(1 + SIGNED_BYTES)
                .put((byte) 'i')
                .put(signed(keys.current(), token))
                .array();
        return ENCODER.encodeToString(Arrays.copyOf(keys.sign(name), 15));
    }

    private static byte[] signed(int key, Token token) {
        return ByteBuffer.allocate(SIGNED_BYTES)
                .put((byte) key)
                .putLong(token.family().getMostSignificantBits())
                .putLong(token.family().getLeastSignificantBits())
                .putInt(token.generation())
                .array();
    }
}
