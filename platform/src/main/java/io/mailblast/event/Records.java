package io.mailblast.event;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// How a record stands in a segment: length (4 bytes), CRC-32C (4 bytes), payload. The checksum covers the record's
/// position, its length and its payload, so that a record that lies where it does not belong is none. Length -1 is the
/// mark that ends a full segment; zeros are room that was never written.
final class Records {

    static final int HEADER_BYTES = 8;
    static final int MAX_PAYLOAD_BYTES = EventCodec.MAX_BYTES;

    /// What [#check] answers beside the length of a good record's payload.
    static final int NOTHING = 0;

    static final int END = -1;

    /// It goes on beyond the limit, or what stands for its length says so.
    static final int CUT = -2;

    static final int BAD = -3;

    private static final int END_MARK = -1;

    private Records() {}

    static int size(byte[] payload) {
        return HEADER_BYTES + payload.length;
    }

    static void put(ByteBuffer out, long position, byte[] payload) {
        int start = out.position();
        out.putInt(payload.length).putInt(0).put(payload);
        out.putInt(start + 4, checksum(out, start, payload.length, position));
    }

    static void putEnd(ByteBuffer out, long position) {
        out.putInt(END_MARK).putInt(endChecksum(position));
    }

    /// Judges what begins at `at`, of which nothing after `limit` is known.
    ///
    /// @param position where that is in the log
    /// @return the length of a good record's payload, or one of the constants
    static int check(ByteBuffer in, int at, int limit, long position) {
        if (limit - at < HEADER_BYTES) {
            return CUT;
        }
        int length = in.getInt(at);
        int checksum = in.getInt(at + 4);
        if (length == 0) {
            return checksum == 0 ? NOTHING : BAD;
        }
        if (length == END_MARK) {
            return checksum == endChecksum(position) ? END : BAD;
        }
        if (length < 0 || length > MAX_PAYLOAD_BYTES) {
            return BAD;
        }
        if (length > limit - at - HEADER_BYTES) {
            return CUT;
        }
        return checksum == checksum(in, at, length, position) ? length : BAD;
    }

    /// Where the next good record or end mark begins, or -1.
    ///
    /// @param base the position in the log of the buffer's first byte
    static int findGood(ByteBuffer in, int from, int limit, long base) {
        int at = from;
        while (limit - at >= HEADER_BYTES) {
            if (in.getLong(at) == 0) {
                // No record begins at any of the next four bytes: its length would be zero.
                at += 5;
                continue;
            }
            int found = check(in, at, limit, base + at);
            if (found > 0 || found == END) {
                return at;
            }
            at++;
        }
        return -1;
    }

    private static int checksum(ByteBuffer in, int start, int length, long position) {
        CRC32C crc = new CRC32C();
        update(crc, position);
        updateInt(crc, length);
        crc.update(in.slice(start + HEADER_BYTES, length));
        return (int) crc.getValue();
    }

    private static int endChecksum(long position) {
        CRC32C crc = new CRC32C();
        update(crc, position);
        updateInt(crc, END_MARK);
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, long value) {
        updateInt(crc, (int) (value >>> 32));
        updateInt(crc, (int) value);
    }

    private static void updateInt(CRC32C crc, int value) {
        crc.update(value >>> 24);
        crc.update(value >>> 16);
        crc.update(value >>> 8);
        crc.update(value);
    }
}
