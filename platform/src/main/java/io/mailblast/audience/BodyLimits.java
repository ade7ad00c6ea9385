package io.mailblast.audience;

import io.mailblast.http.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/// The body of an upload, which may be long but neither endless nor endlessly slow: each byte within the server's read
/// time would let one client hold a connection for weeks.
final class BodyLimits extends FilterInputStream {

    private static final long GRACE_NS = 30_000_000_000L;
    private static final long MIN_BYTES_PER_SECOND = 1 << 10;

    private final long maxBytes;
    private final LongSupplier nanoTime;
    private final long begunNs;
    private long bytes;

    BodyLimits(InputStream in, long maxBytes, LongSupplier nanoTime) {
        super(in);
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.begunNs = nanoTime.getAsLong();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /// @throws io.mailblast.http.ProblemException 413 or 408
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        bytes += Math.max(0, read);
        if (bytes > maxBytes) {
            throw Problem.tooLarge(maxBytes).asException();
        }
        long elapsedNs = nanoTime.getAsLong() - begunNs;
        if (elapsedNs > GRACE_NS && bytes < elapsedNs / 1_000_000_000 * MIN_BYTES_PER_SECOND) {
            throw Problem.of(408, "too-slow", "The request took too long", "The file comes in too slowly.")
                    .asException();
        }
        return read;
    }
}
