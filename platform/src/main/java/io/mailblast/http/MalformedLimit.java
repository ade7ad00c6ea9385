package io.mailblast.http;

import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How many malformed requests may come from one address prefix (IPv4 /24, IPv6 /48: what one owner of addresses
/// usually has): so many a second, and ten seconds' worth at once.
///
/// Each prefix has a token bucket, kept as the one time at which it will be full again (the "generic cell rate
/// algorithm", ITU-T I.371). The buckets lie in two rows of a fixed table, found by hashes with a random seed,
/// and a prefix is over its limit only where both of its are (as in a count-min sketch, Cormode and
/// Muthukrishnan, 2005): a million prefixes cost no more memory than one, and who shares a bucket with a flood
/// by chance has another.
final class MalformedLimit {

    private static final int ROWS = 2;
    private static final int WIDTH = 1 << 15;
    private static final long BURST_NS = 10_000_000_000L;

    private final long intervalNs;
    private final LongSupplier nanoTime;
    private final long origin;
    private final AtomicLongArray fullAt = new AtomicLongArray(ROWS * WIDTH);
    private final long seed = ThreadLocalRandom.current().nextLong();

    /// @param perSecond for each prefix, 1 to 1,000,000
    /// @param nanoTime as [System#nanoTime]
    MalformedLimit(int perSecond, LongSupplier nanoTime) {
        this.intervalNs = 1_000_000_000L / perSecond;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    /// Counts one more malformed request.
    ///
    /// @param client an address literal; whatever is none shares a bucket
    /// @return whether it is within the limit
    boolean admits(String client) {
        long now = nanoTime.getAsLong() - origin;
        long prefix = prefix(client);
        boolean admitted = false;
        for (int row = 0; row < ROWS; row++) {
            admitted |= take(row * WIDTH + (int) (mixed(prefix, row) & (WIDTH - 1)), now);
        }
        return admitted;
    }

    private boolean take(int bucket, long now) {
        while (true) {
            long before = fullAt.get(bucket);
            long from = Math.max(before, now);
            if (from + intervalNs - now > BURST_NS) {
                return false;
            }
            if (fullAt.compareAndSet(bucket, before, from + intervalNs)) {
                return true;
            }
        }
    }

    /// The finaliser of MurmurHash3, which lets each bit of the prefix reach each bit of the result.
    private long mixed(long prefix, int row) {
        long hash = prefix + seed + row * 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /// The address's length, so that no IPv4 prefix is an IPv6 one, and its first bytes.
    private static long prefix(String client) {
        byte[] address = bytes(client);
        if (address == null) {
            return 0;
        }
        long prefix = address.length;
        int length = address.length == 4 ? 3 : 6;
        for (int i = 0; i < length; i++) {
            prefix = prefix << 8 | (address[i] & 0xff);
        }
        return prefix;
    }

    private static byte @Nullable [] bytes(String client) {
        int scope = client.indexOf('%');
        try {
            return InetAddress.ofLiteral(scope < 0 ? client : client.substring(0, scope))
                    .getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
