package io.mailblast.sending;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What each lane has in hand. What it is rendering stands in a small file that is mapped into memory, and so
/// outlives the process however it dies: the only witness of which message a worker died of.
///
/// A slot is two words: the recipient, and the range, which is 0 while nothing is there. A slot is written by
/// one thread, the range last, so that whoever reads a dead worker's file finds no half of an entry.
final class InHand implements AutoCloseable {

    /// In place of a recipient: the range as a whole was being read.
    static final int ALL = -1;

    private static final Logger LOG = LoggerFactory.getLogger(InHand.class);
    private static final int SLOT_BYTES = 16;
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The longest that a call of a provider, or the wait for its turn there, may take: longer than any
    /// time-out.
    private static final long LONGEST_WAIT_NS = 300_000_000_000L;

    private final ByteBuffer slots;
    private final List<Hand> hands = new ArrayList<>();
    private final Runnable remove;

    private InHand(ByteBuffer slots, Runnable remove) {
        this.slots = slots;
        this.remove = remove;
    }

    /// @param lanes that there will be
    static InHand open(Supervision supervision, int lanes) {
        int bytes = (lanes + 1) * SLOT_BYTES;
        if (supervision.ownFile().isPresent()) {
            Path file = supervision.ownFile().get();
            try {
                Files.createDirectories(supervision.folder());
                // Really written: a page without room on the disk behind it would end the process at its first use.
                Files.write(file, new byte[bytes]);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    return new InHand(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes), () -> delete(file));
                }
            } catch (IOException e) {
                LOG.warn(
                        "in_hand=unwritable consequence=\"a poisonous message is not found\" problem=\"{}\"",
                        e.toString());
            }
        }
        return new InHand(ByteBuffer.allocateDirect(bytes + SLOT_BYTES).alignedSlice(8), () -> {});
    }

    /// One entry of a dead worker's file.
    record Entry(long rangeId, int recipientNo) {}

    /// What a process had in hand when it died.
    static List<Entry> read(Path file) {
        List<Entry> entries = new ArrayList<>();
        try {
            ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            while (read.remaining() >= SLOT_BYTES) {
                long range = read.getLong();
                long recipient = read.getLong();
                if (range > 0 && recipient >= ALL && recipient <= Integer.MAX_VALUE) {
                    entries.add(new Entry(range, (int) recipient));
                }
            }
        } catch (IOException e) {
            LOG.info("in_hand=unknown file={} problem=\"{}\"", file.getFileName(), e.toString());
        }
        return entries;
    }

    /// A hand for one thread.
    Hand hand() {
        Hand hand = new Hand(hands.size() * SLOT_BYTES);
        hands.add(hand);
        return hand;
    }

    /// Whether somebody rightly waits for a provider: for its answer, or for a turn there.
    boolean waitsForProvider() {
        long now = System.nanoTime();
        return hands.stream().anyMatch(hand -> hand.waits && now - hand.sinceNs < LONGEST_WAIT_NS);
    }

    /// For how long the oldest mail that is in the making has been so. A lane that died of it counts on.
    long makingMs() {
        long now = System.nanoTime();
        return hands.stream()
                .filter(hand -> hand.makes)
                .mapToLong(hand -> (now - hand.sinceNs) / 1_000_000)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        remove.run();
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.info("in_hand=left file={} problem=\"{}\"", file.getFileName(), e.toString());
        }
    }

    /// What one thread has in hand. Used by that thread alone.
    final class Hand {

        private final int offset;
        private volatile boolean makes;
        private volatile boolean waits;
        private volatile long sinceNs;

        private Hand(int offset) {
            this.offset = offset;
        }

        /// From now on its mail is made. If that ends in an error, which ends the thread, it stays in hand.
        void rendering(Work work) {
            put(work.range().id(), work.recipientNo());
            sinceNs = System.nanoTime();
            makes = true;
        }

        /// It is with the provider, or waits for its turn there.
        void awaiting() {
            put(0, 0);
            makes = false;
            sinceNs = System.nanoTime();
            waits = true;
        }

        void free() {
            put(0, 0);
            waits = false;
        }

        /// Reads a range, and has all of it in hand meanwhile.
        <T> T reading(LeasedRange range, Function<LeasedRange, T> read) {
            put(range.id(), ALL);
            T result = read.apply(range);
            put(0, 0);
            return result;
        }

        private void put(long range, long recipient) {
            if (range != 0) {
                WORD.setRelease(slots, offset + 8, recipient);
            }
            WORD.setRelease(slots, offset, range);
        }
    }
}
