package io.mailblast.key;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Writes a [MessageId] as the text that stands in links, and reads it back only if this installation wrote it.
///
/// The text is base64url without padding of: key number (1 byte), flags (1 byte), workspace, campaign and
/// recipient as variable-length integers (7 bits a byte, least significant first), and the first 16 bytes of
/// the HMAC-SHA256 of all that and a word that says what the identifier is for. 16 bytes are 128 bits; the
/// longest identifier has 55 characters.
///
/// Reading needs no database, and a forgery costs one HMAC.
public final class MessageIdCodec {

    static final int MAC_BYTES = 16;
    /// The longest text that may be an identifier, in characters.
    public static final int MAX_TEXT = 64;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final Keyring keys;
    private final byte purpose;

    private MessageIdCodec(Keyring keys, byte purpose) {
        this.keys = keys;
        this.purpose = purpose;
    }

    /// Identifiers of opens and clicks.
    public static MessageIdCodec tracking(Keyring keys) {
        return new MessageIdCodec(keys, (byte) 't');
    }

    /// Tokens of unsubscribe links: a tracking identifier is none, so that who sees a click cannot unsubscribe.
    public static MessageIdCodec unsubscribe(Keyring keys) {
        return new MessageIdCodec(keys, (byte) 'u');
    }

    /// Return paths: who has a link cannot make a bounce of its message.
    public static MessageIdCodec returnPath(Keyring keys) {
        return new MessageIdCodec(keys, (byte) 'b');
    }

    /// At most 64 characters of `[A-Za-z0-9_-]`.
    public String write(MessageId id) {
        byte[] bytes = new byte[2 + 10 + 10 + 5 + 1];
        bytes[0] = (byte) keys.current();
        bytes[1] = (byte) id.flags();
        int end = varint(bytes, 2, id.workspaceId());
        end = varint(bytes, end, id.campaignId());
        end = varint(bytes, end, id.recipientNo());
        byte[] mac = mac(keys.current(), bytes, end);
        if (mac == null) {
            throw new IllegalStateException("the current key is missing");
        }
        byte[] whole = Arrays.copyOf(bytes, end + MAC_BYTES);
        System.arraycopy(mac, 0, whole, end, MAC_BYTES);
        return ENCODER.encodeToString(whole);
    }

    /// What the text says, or null if this installation did not write it.
    public @Nullable MessageId read(String text) {
        if (!isWellFormed(text)) {
            return null;
        }
        byte[] whole;
        try {
            whole = DECODER.decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        int end = whole.length - MAC_BYTES;
        if (end < 5) {
            return null;
        }
        byte[] room = Arrays.copyOf(whole, end + 1);
        byte[] mac = mac(whole[0] & 0xff, room, end);
        if (mac == null
                || !MessageDigest.isEqual(
                        Arrays.copyOf(mac, MAC_BYTES), Arrays.copyOfRange(whole, end, whole.length))) {
            return null;
        }
        // One text for one identifier: base64 leaves bits unused at its end, which a copy could vary.
        if (!ENCODER.encodeToString(whole).equals(text)) {
            return null;
        }
        return parse(whole, end);
    }

    /// Whether a text could be an identifier at all: `[A-Za-z0-9_-]{1,64}`.
    public static boolean isWellFormed(String text) {
        int length = text.length();
        if (length == 0 || length > MAX_TEXT) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            boolean good =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!good) {
                return false;
            }
        }
        return true;
    }

    /// `room` must have one byte free after `end`: there the purpose is signed along.
    private byte @Nullable [] mac(int key, byte[] room, int end) {
        room[end] = purpose;
        return keys.sign(key, room, 0, end + 1);
    }

    private static @Nullable MessageId parse(byte[] bytes, int end) {
        long[] values = new long[3];
        int position = 2;
        for (int i = 0; i < 3; i++) {
            long value = 0;
            int shift = 0;
            byte next;
            do {
                if (position >= end || shift > 56) {
                    return null;
                }
                next = bytes[position++];
                value |= (long) (next & 0x7f) << shift;
                shift += 7;
            } while (next < 0);
            values[i] = value;
        }
        if (position != end || values[0] < 1 || values[1] < 1 || values[2] > Integer.MAX_VALUE || bytes[1] < 0) {
            return null;
        }
        return new MessageId(values[0], values[1], (int) values[2], bytes[1]);
    }

    private static int varint(byte[] bytes, int position, long value) {
        int at = position;
        long rest = value;
        while (rest > 0x7f) {
            bytes[at++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return at;
    }
}
