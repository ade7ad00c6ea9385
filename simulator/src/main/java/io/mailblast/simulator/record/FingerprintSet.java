package io.mailblast.simulator.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A set of 128-bit fingerprints in an open-addressing table: 16 bytes for each member and the table's slack,
/// where a set of strings would take a hundred. With 128 bits of SHA-256 two of ten million members collide
/// with a chance below 10^-24. Not safe for threads.
final class FingerprintSet {

    private long[] table = new long[2 * 1024];
    private int size;

    /// A member.
    record Fingerprint(long high, long low) {

        static Fingerprint of(String... parts) {
            MessageDigest sha = sha256();
            for (String part : parts) {
                sha.update(part.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            ByteBuffer digest = ByteBuffer.wrap(sha.digest());
            // A slot of two zeros is an empty one.
            return new Fingerprint(digest.getLong(), digest.getLong() | 1);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// @return true if it was not there yet
    boolean add(Fingerprint member) {
        if (size * 4 > table.length) {
            grow();
        }
        if (!insert(member.high, member.low)) {
            return false;
        }
        size++;
        return true;
    }

    int size() {
        return size;
    }

    private boolean insert(long high, long low) {
        int slots = table.length / 2;
        int slot = (int) (high & (slots - 1));
        while (table[2 * slot + 1] != 0) {
            if (table[2 * slot] == high && table[2 * slot + 1] == low) {
                return false;
            }
            slot = (slot + 1) & (slots - 1);
        }
        table[2 * slot] = high;
        table[2 * slot + 1] = low;
        return true;
    }

    private void grow() {
        long[] old = table;
        table = new long[old.length * 2];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0) {
                insert(old[i], old[i + 1]);
            }
        }
    }
}
