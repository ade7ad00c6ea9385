package io.mailblast.mime;

import java.util.Arrays;

/// Bytes to which more are put, in an array that grows.
public final class GrowingBytes {

    private static final byte[] NOTHING = {};

    private byte[] bytes;
    private int length;

    public GrowingBytes(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public GrowingBytes put(byte b) {
        reserve(1);
        bytes[length++] = b;
        return this;
    }

    public GrowingBytes put(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    public int length() {
        return length;
    }

    public byte[] toBytes() {
        return length == 0 ? NOTHING : Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
    }

    int capacity() {
        return bytes.length;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
