package io.mailblast.mime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytes of one message (RFC 5322) with CRLF line ends, in pieces: what all messages of a campaign share is in
/// memory once, however many of them wait. Never changed.
public final class MessageBytes {

    /// What belongs to this message alone, one segment after the other.
    private final byte[] own;
    /// Where in [#own] each segment ends. The segment of a number stands before the shared piece of that number, and
    /// the last one at the end: there is one more of them.
    private final int[] ends;
    private final List<byte[]> shared;

    private final int length;
    private final boolean dotless;

    private MessageBytes(byte[] own, int[] ends, List<byte[]> shared, int length, boolean dotless) {
        this.own = own;
        this.ends = ends;
        this.shared = shared;
        this.length = length;
        this.dotless = dotless;
    }

    /// @param whole not copied, so not to be changed
    public static MessageBytes of(byte[] whole) {
        return new MessageBytes(whole, new int[] {whole.length}, List.of(), whole.length, false);
    }

    public int length() {
        return length;
    }

    /// How much of it is this message's alone.
    public int ownLength() {
        return own.length;
    }

    /// Whether it is known that no line begins with a dot.
    public boolean isDotless() {
        return dotless;
    }

    /// Whether it ends with CRLF.
    public boolean endsLine() {
        if (length < 2) {
            return false;
        }
        byte[] last = new byte[2];
        int _ = copy(length - 2, ByteBuffer.wrap(last));
        return last[0] == '\r' && last[1] == '\n';
    }

    /// Whether it begins with a text of ASCII, which reads no more of it than that.
    public boolean startsWith(String ascii) {
        byte[] wanted = ascii.getBytes(StandardCharsets.US_ASCII);
        byte[] first = new byte[wanted.length];
        return copy(0, ByteBuffer.wrap(first)) == wanted.length && Arrays.equals(first, wanted);
    }

    /// The same with header fields before it.
    ///
    /// @param fields whole lines of ASCII, none of which begins with a dot
    public MessageBytes after(byte[] fields) {
        byte[] longer = Arrays.copyOf(fields, fields.length + own.length);
        System.arraycopy(own, 0, longer, fields.length, own.length);
        int[] moved = Arrays.stream(ends).map(end -> end + fields.length).toArray();
        return new MessageBytes(longer, moved, shared, length + fields.length, dotless);
    }

    public byte[] toBytes() {
        ByteBuffer whole = ByteBuffer.allocate(length);
        int _ = copy(0, whole);
        return whole.array();
    }

    /// Copies as much as there is, or as there is room for.
    ///
    /// @param from the first byte that is copied, 0 to [#length]
    /// @return how many were copied
    public int copy(int from, ByteBuffer into) {
        int room = into.remaining();
        int skip = from;
        int begin = 0;
        for (int i = 0; i < ends.length && into.hasRemaining(); i++) {
            skip = copy(own, begin, ends[i], skip, into);
            begin = ends[i];
            if (i < shared.size()) {
                byte[] piece = shared.get(i);
                skip = copy(piece, 0, piece.length, skip, into);
            }
        }
        return room - into.remaining();
    }

    /// @return how many bytes of what follows are to be skipped
    private static int copy(byte[] piece, int begin, int end, int skip, ByteBuffer into) {
        int skipped = Math.min(skip, end - begin);
        into.put(piece, begin + skipped, Math.min(end - begin - skipped, into.remaining()));
        return skip - skipped;
    }

    /// Puts a message together from what it shares with others and what is its own. Used again after [#clear].
    public static final class Builder {

        private final GrowingBytes own = new GrowingBytes(2_048);
        private final List<byte[]> shared = new ArrayList<>();
        private int[] ends = new int[16];
        private int sharedLength;

        /// Where this message's own bytes go.
        public GrowingBytes own() {
            return own;
        }

        /// @param piece kept, and not to be changed
        public void share(byte[] piece) {
            endSegment();
            shared.add(piece);
            sharedLength += piece.length;
        }

        public int length() {
            return own.length() + sharedLength;
        }

        /// The message of which no line begins with a dot.
        public MessageBytes dotless() {
            int count = shared.size();
            endSegment();
            return new MessageBytes(own.toBytes(), Arrays.copyOf(ends, count + 1), List.copyOf(shared), length(), true);
        }

        public void clear() {
            own.clear();
            shared.clear();
            sharedLength = 0;
        }

        /// How much memory it holds by itself.
        public int capacity() {
            return own.capacity();
        }

        private void endSegment() {
            if (shared.size() == ends.length) {
                ends = Arrays.copyOf(ends, ends.length * 2);
            }
            ends[shared.size()] = own.length();
        }
    }
}
