package io.mailblast.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An event as bytes, as it stands in the log: version, kind, flags (1 byte each); workspace, campaign,
/// recipient as variable-length integers (7 bits a byte, least significant first); microseconds since 1970 as 8
/// bytes; URL, user agent and detail as length and UTF-8; and, where flags say so, the provider's message, recipient
/// and time, and the link's place as such an integer. An open with a usual user agent has about 130 bytes.
public final class EventCodec {

    private static final byte VERSION = 1;
    private static final int HARD = 1;
    private static final int PROVIDER = 2;
    private static final int PLACE = 4;

    /// Three bytes for each character of the longest of everything.
    static final int MAX_BYTES = 3 * (Event.MAX_URL + 512 + 1_000 + 200 + 100) + 64;

    /// Texts that were decoded last, by their hash. Several threads may look and write: each finds some text or none.
    private static final @Nullable String[] SHARED = new String[1 << 12];

    private EventCodec() {}

    /// These bytes are no event.
    static final class MalformedEventException extends Exception {
        MalformedEventException(String message) {
            super(message, null, false, false);
        }
    }

    /// What is the same for all events of a block of recipients ([RollupDelta#BLOCK]) and so keeps them in one place
    /// where there are several: campaign and block, 12 bytes.
    public static byte[] key(Event event) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(event.campaignId())
                .putInt(event.recipientNo() / RollupDelta.BLOCK)
                .array();
    }

    /// @param bytes as [#encode] writes them
    /// @return empty where they are no event
    public static Optional<byte[]> key(byte[] bytes) {
        try {
            return Optional.of(key(decode(bytes)));
        } catch (MalformedEventException e) {
            return Optional.empty();
        }
    }

    public static byte[] encode(Event event) {
        byte[] url = event.url().getBytes(StandardCharsets.UTF_8);
        byte[] userAgent = event.userAgent().getBytes(StandardCharsets.UTF_8);
        byte[] detail = event.detail().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(64
                + url.length
                + userAgent.length
                + detail.length
                + (event.provider().isPresent() ? 1_024 : 0));
        out.put(VERSION);
        out.put(event.kind().code());
        out.put(flags(event));
        varint(out, event.workspaceId());
        varint(out, event.campaignId());
        varint(out, event.recipientNo());
        out.putLong(micros(event.at()));
        text(out, url);
        text(out, userAgent);
        text(out, detail);
        event.provider().ifPresent(fact -> {
            text(out, fact.messageId().getBytes(StandardCharsets.UTF_8));
            text(out, fact.recipient().getBytes(StandardCharsets.UTF_8));
            out.putLong(micros(fact.sentAt()));
        });
        if (event.place() != Event.NO_PLACE) {
            varint(out, event.place());
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte flags(Event event) {
        int hard = event.hard() ? HARD : 0;
        int provider = event.provider().isPresent() ? PROVIDER : 0;
        int place = event.place() == Event.NO_PLACE ? 0 : PLACE;
        return (byte) (hard | provider | place);
    }

    /// @throws MalformedEventException for anything that [#encode] of this or an earlier version did not write
    static Event decode(byte[] bytes) throws MalformedEventException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 3) {
            throw new MalformedEventException("too short");
        }
        byte version = in.get();
        if (version != VERSION) {
            throw new MalformedEventException("version " + version + ", known: " + VERSION);
        }
        int code = in.get();
        EventKind kind = EventKind.ofCode(code);
        if (kind == null) {
            throw new MalformedEventException("kind " + code);
        }
        int flags = in.get();
        long workspace = varint(in);
        long campaign = varint(in);
        long recipient = varint(in);
        if (workspace < 1 || campaign < 1 || recipient < 0 || recipient > Integer.MAX_VALUE) {
            throw new MalformedEventException("no message: " + workspace + ", " + campaign + ", " + recipient);
        }
        Instant at = instant(in);
        String url = text(in, Event.MAX_URL);
        String userAgent = text(in, MAX_BYTES);
        String detail = text(in, MAX_BYTES);
        Optional<ProviderFact> provider = (flags & PROVIDER) == 0 ? Optional.empty() : Optional.of(fact(in));
        long place = (flags & PLACE) == 0 ? Event.NO_PLACE : varint(in);
        if (place > Integer.MAX_VALUE) {
            throw new MalformedEventException("a link at place " + place);
        }
        if (in.hasRemaining()) {
            throw new MalformedEventException(in.remaining() + " bytes too many");
        }
        return new Event(
                kind,
                workspace,
                campaign,
                (int) recipient,
                at,
                url,
                (int) place,
                userAgent,
                (flags & HARD) != 0,
                detail,
                provider);
    }

    private static ProviderFact fact(ByteBuffer in) throws MalformedEventException {
        String messageId = text(in, MAX_BYTES);
        String recipient = text(in, MAX_BYTES);
        Instant sentAt = instant(in);
        if (messageId.isEmpty() || recipient.isEmpty()) {
            throw new MalformedEventException("a provider's fact without a message");
        }
        return new ProviderFact(messageId, recipient, sentAt);
    }

    private static void text(ByteBuffer out, byte[] utf8) {
        varint(out, utf8.length);
        out.put(utf8);
    }

    private static String text(ByteBuffer in, int maxCharacters) throws MalformedEventException {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new MalformedEventException("text of " + length + " bytes, left: " + in.remaining());
        }
        String text = text(in.array(), in.arrayOffset() + in.position(), (int) length);
        in.position(in.position() + (int) length);
        if (text.length() > maxCharacters) {
            throw new MalformedEventException("text of " + text.length() + " characters");
        }
        return text;
    }

    private static String text(byte[] bytes, int from, int length) throws MalformedEventException {
        if (length == 0) {
            return "";
        }
        if (isAscii(bytes, from, length)) {
            return shared(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedEventException("text that is not UTF-8");
        }
    }

    private static boolean isAscii(byte[] bytes, int from, int length) {
        int all = 0;
        for (int i = from; i < from + length; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    /// One copy of a text in place of another with the same characters: a batch has the same user agents and links over
    /// and over, and lives long enough for them to be copied by collections.
    private static String shared(String text) {
        int slot = text.hashCode() & (SHARED.length - 1);
        String seen = SHARED[slot];
        if (seen != null && seen.equals(text)) {
            return seen;
        }
        SHARED[slot] = text;
        return text;
    }

    private static Instant instant(ByteBuffer in) throws MalformedEventException {
        if (in.remaining() < Long.BYTES) {
            throw new MalformedEventException("cut off");
        }
        long micros = in.getLong();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    static long micros(Instant at) {
        return at.getEpochSecond() * 1_000_000L + at.getNano() / 1_000;
    }

    private static void varint(ByteBuffer out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long varint(ByteBuffer in) throws MalformedEventException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (!in.hasRemaining()) {
                throw new MalformedEventException("cut off");
            }
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedEventException("a number of more than 63 bits");
    }
}
