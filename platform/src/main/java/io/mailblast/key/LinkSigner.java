package io.mailblast.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/// Signs the target of a tracked link, so that only links that this installation wrote redirect: an unsigned redirect
/// would be an open one (CWE-601).
///
/// A signature is 16 bytes: key number, then the first 15 bytes of the HMAC-SHA256 over workspace and URL; as text, 22
/// characters of base64url. It binds the URL to the workspace, so that one workspace cannot lend its links to another,
/// and to the link's place in the mail where it names one.
public final class LinkSigner {

    /// Of a link that names no place: its URL says which of a mail's links it is.
    public static final int NO_PLACE = -1;

    private static final int MAC_BYTES = 15;

    private final Keyring keys;

    public LinkSigner(Keyring keys) {
        this.keys = keys;
    }

    /// @param place of the link in its mail, or [#NO_PLACE]
    public String sign(long workspaceId, String url, int place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(signature(keys.current(), workspaceId, url, place));
    }

    /// Whether `signature` was made by [#sign] for the same workspace, URL and place.
    public boolean verifies(long workspaceId, String url, int place, String signature) {
        if (signature.length() != 22) {
            return false;
        }
        byte[] given;
        try {
            given = Base64.getUrlDecoder().decode(signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
        // One text for one signature: base64 leaves bits unused at its end, which a copy could vary.
        return given.length == MAC_BYTES + 1
                && Base64.getUrlEncoder().withoutPadding().encodeToString(given).equals(signature)
                && MessageDigest.isEqual(given, signature(given[0] & 0xff, workspaceId, url, place));
    }

    private byte[] signature(int key, long workspaceId, String url, int place) {
        byte[] target = url.getBytes(StandardCharsets.UTF_8);
        boolean named = place != NO_PLACE;
        ByteBuffer text = ByteBuffer.allocate(9 + (named ? Integer.BYTES : 0) + target.length)
                .put((byte) (named ? 'p' : 'l'))
                .putLong(workspaceId);
        byte[] signed = (named ? text.putInt(place) : text).put(target).array();
        byte[] mac = keys.sign(key, signed, 0, signed.length);
        byte[] result = new byte[MAC_BYTES + 1];
        result[0] = (byte) key;
        if (mac == null) {
            // No such key: a value that nothing verifies against, since a real one is never all zero.
            return new byte[] {0};
        }
        System.arraycopy(Arrays.copyOf(mac, MAC_BYTES), 0, result, 1, MAC_BYTES);
        return result;
    }
}
