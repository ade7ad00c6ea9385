package io.mailblast.validation.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;

/// What was seen of the requests of one kind that were meant to begin in one second. Guarded by
/// its [Recording].
public final class Second {

    private static final int DIGITS = 3;

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private Optional<IntCountsHistogram> open = Optional.of(new IntCountsHistogram(DIGITS));
    private byte[] folded = new byte[0];

    Second() {}

    void record(long latencyUs, Outcome outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
        if (outcome != Outcome.NEVER_SENT) {
            unfolded().recordValue(Math.max(0, latencyUs));
        }
    }

    /// Keeps the histogram as a few bytes, without loss.
    void fold() {
        open.ifPresent(histogram -> {
            ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
            int length = histogram.encodeIntoCompressedByteBuffer(buffer);
            folded = Arrays.copyOf(buffer.array(), length);
            open = Optional.empty();
        });
    }

    void addTo(Histogram all) {
        open.or(() -> Optional.of(decoded())).ifPresent(all::add);
    }

    /// The histogram in HdrHistogram's compressed form, in microseconds.
    byte[] bytes() {
        fold();
        return folded.clone();
    }

    public long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    public long all() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    private IntCountsHistogram unfolded() {
        if (open.isEmpty()) {
            open = Optional.of(decoded());
        }
        return open.orElseThrow();
    }

    private IntCountsHistogram decoded() {
        try {
            return IntCountsHistogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(folded), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a histogram of our own cannot be read", e);
        }
    }
}
