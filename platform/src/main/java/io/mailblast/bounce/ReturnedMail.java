package io.mailblast.bounce;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// A mail as it came: its beginning, which is all that is read, and by what the whole of it is known.
///
/// @param head at most [#MAX_HEAD] bytes
/// @param size of the whole mail in bytes
/// @param digest of the whole mail, so that one that comes twice is known
/// @param envelope addresses that it came to; empty where the mailbox no longer knows
record ReturnedMail(byte[] head, long size, byte[] digest, List<String> envelope, Source source) {

    static final int MAX_HEAD = 2 << 20;

    /// By which way a mail came.
    enum Source {
        MAILBOX,
        LISTENER
    }

    /// Takes a mail that is written to it, in bounded memory.
    static final class Taker extends OutputStream {

        private final MessageDigest digest = sha256();
        private byte[] head = new byte[8 << 10];
        private int held;
        private long size;

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            digest.update(bytes, from, length);
            size += length;
            int kept = Math.min(length, MAX_HEAD - held);
            if (held + kept > head.length) {
                head = java.util.Arrays.copyOf(head, Math.min(MAX_HEAD, Math.max(head.length * 2, held + kept)));
            }
            System.arraycopy(bytes, from, head, held, kept);
            held += kept;
        }

        long size() {
            return size;
        }

        ReturnedMail mail(List<String> envelope, Source source) {
            return new ReturnedMail(
                    java.util.Arrays.copyOf(head, held), size, digest.digest(), List.copyOf(envelope), source);
        }
    }

    /// @throws IOException when it cannot be read
    static ReturnedMail read(InputStream in, List<String> envelope, Source source) throws IOException {
        Taker taker = new Taker();
        in.transferTo(taker);
        return taker.mail(envelope, source);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
