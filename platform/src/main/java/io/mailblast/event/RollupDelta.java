package io.mailblast.event;

import io.mailblast.db.BinaryCopy;
import io.mailblast.event.Arrivals.Arrival;
import io.mailblast.event.RollupRows.ClientKey;
import io.mailblast.event.RollupRows.CountKey;
import io.mailblast.event.RollupRows.HourKey;
import io.mailblast.event.RollupRows.Tally;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What the events of a batch come to: gathered in memory, then written; the bits first, because only they know
/// who is new.
///
/// Every event counts once for its kind (link -1); a click on one of the campaign's links counts for that link
/// too.
final class RollupDelta {

    /// Recipients in one row of bits.
    static final int BLOCK = 8_192;

    static final int ANY_LINK = -1;

    private static final long SECONDS_OF_HOUR = 3_600;

    /// Room of a connection's own for the bits of a batch, because a bit string can be copied but hardly sent as a
    /// parameter. Two bit strings fit in a page, so nothing is compressed.
    private static final String MAKE_ROOM = """
            create temp table if not exists event_bits_added (
                campaign_id bigint,
                kind text,
                link_no int,
                block int,
                bits bit(8192) storage plain,
                human_bits bit(8192) storage plain
            ) on commit delete rows
            """;

    private static final String COPY_BITS = """
            copy event_bits_added (campaign_id, kind, link_no, block, bits, human_bits)
            from stdin (format binary)""";

    private static final int BITS_COLUMNS = 6;

    /// `old` (PostgreSQL 18) is the row before: what it lacks of the new bits is who did it for the first time.
    /// Bits of humans are kept only where they differ. The rows come as they were copied, in the order of the key.
    private static final String BITS = """
            insert into event_bits as kept (campaign_id, kind, link_no, block, bits, human_bits)
            select campaign_id, kind, link_no, block, bits, human_bits from event_bits_added
            on conflict (campaign_id, kind, link_no, block) do update
            set bits = kept.bits | excluded.bits,
                human_bits = case when kept.human_bits is not null or excluded.human_bits is not null then
                    coalesce(kept.human_bits, kept.bits) | coalesce(excluded.human_bits, excluded.bits) end
            returning new.campaign_id, new.kind, new.link_no, new.block, bit_send(old.bits), bit_send(old.human_bits)
            """;

    /// What the batch has of one kind and link of one campaign.
    private static final class Line {
        private final Map<Long, Tally> hours = new HashMap<>();
        private final Map<Integer, Block> blocks = new HashMap<>();
        private long lastHour = Long.MIN_VALUE;
        private Tally last = new Tally();

        private void add(Event event, boolean machine) {
            Tally tally = tally(event.at().getEpochSecond() / SECONDS_OF_HOUR * SECONDS_OF_HOUR);
            tally.total++;
            tally.machine += machine ? 1 : 0;
            Block block = blocks.computeIfAbsent(event.recipientNo() / BLOCK, number -> new Block());
            int bit = event.recipientNo() % BLOCK;
            block.all.add(bit, tally);
            if (!machine) {
                block.human.add(bit, tally);
            }
        }

        /// Most are of the hour of the one before.
        private Tally tally(long hour) {
            if (hour != lastHour) {
                last = hours.computeIfAbsent(hour, begin -> new Tally());
                lastHour = hour;
            }
            return last;
        }
    }

    /// The recipients of one block that the batch has, all of them and those with an event that no machine did.
    private static final class Block {
        private final Marks all = new Marks();
        private final Marks human = new Marks();
    }

    /// Recipients, and the hour of each one's first event in the batch.
    private static final class Marks {
        private final byte[] bits = new byte[BLOCK / 8];
        private short[] recipients = new short[8];
        private Tally[] hours = new Tally[8];
        private int size;

        private void add(int bit, Tally hour) {
            if (isSet(bits, 0, bit)) {
                return;
            }
            // PostgreSQL counts the bits of a bit string from the left.
            bits[bit >> 3] |= (byte) (0x80 >> (bit & 7));
            if (size == recipients.length) {
                recipients = Arrays.copyOf(recipients, 2 * size);
                hours = Arrays.copyOf(hours, 2 * size);
            }
            recipients[size] = (short) bit;
            hours[size++] = hour;
        }

        /// Tells the hours of those who are new.
        ///
        /// @param before the bits that were there, four bytes of length before them; null where there were none
        private void firsts(byte @Nullable [] before, Consumer<Tally> first) {
            for (int i = 0; i < size; i++) {
                if (before == null || !isSet(before, Integer.BYTES, recipients[i])) {
                    first.accept(hours[i]);
                }
            }
        }
    }

    private final Map<CountKey, Line> lines = new HashMap<>();
    private final Map<ClientKey, Tally> clients = new HashMap<>();

    private RollupDelta() {}

    /// Needs no database.
    ///
    /// @param arrivals by position: of a recipient's events in a batch the first in the log is first
    static RollupDelta of(List<Arrival> arrivals) {
        RollupDelta delta = new RollupDelta();
        for (Arrival arrival : arrivals) {
            delta.add(arrival, ANY_LINK);
            if (arrival.linkNo() >= 0) {
                delta.add(arrival, arrival.linkNo());
            }
            if (arrival.event().hasClient()) {
                delta.addClient(arrival);
            }
        }
        return delta;
    }

    /// Writes the bits, which say who is new, and adds the rest to what is to be written.
    void addTo(RollupRows rows, Handle handle) {
        if (lines.isEmpty()) {
            return;
        }
        writeBits(handle);
        lines.forEach((key, line) -> line.hours.forEach(
                (hour, tally) -> rows.hour(new HourKey(key, hour)).add(tally)));
        clients.forEach((key, tally) -> rows.client(key).add(tally));
    }

    private void add(Arrival arrival, int linkNo) {
        Event event = arrival.event();
        lines.computeIfAbsent(
                        new CountKey(event.workspaceId(), event.campaignId(), event.kind(), linkNo), key -> new Line())
                .add(event, arrival.machine());
    }

    private void addClient(Arrival arrival) {
        Event event = arrival.event();
        Tally tally = clients.computeIfAbsent(
                new ClientKey(event.workspaceId(), event.campaignId(), event.kind(), arrival.clientId()),
                key -> new Tally());
        tally.total++;
        tally.machine += arrival.machine() ? 1 : 0;
    }

    private static boolean isSet(byte[] bits, int offset, int bit) {
        return (bits[offset + (bit >> 3)] & (0x80 >> (bit & 7))) != 0;
    }

    /// The key of a row of bits.
    private record Place(long campaignId, EventKind kind, int linkNo, int block) implements Comparable<Place> {

        private static final Comparator<Place> ORDER = Comparator.comparingLong(Place::campaignId)
                .thenComparing(Place::kind)
                .thenComparingInt(Place::linkNo)
                .thenComparingInt(Place::block);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private void writeBits(Handle handle) {
        TreeMap<Place, Block> blocks = new TreeMap<>();
        lines.forEach((key, line) -> line.blocks.forEach(
                (number, block) -> blocks.put(new Place(key.campaignId(), key.kind(), key.linkNo(), number), block)));
        int _ = Sql.update(handle, MAKE_ROOM);
        BinaryCopy.run(handle.getConnection(), COPY_BITS, BITS_COLUMNS, rows -> {
            for (Map.Entry<Place, Block> each : blocks.entrySet()) {
                put(rows, each.getKey(), each.getValue());
            }
        });
        Sql.query(handle, BITS, row -> settle(row, blocks));
    }

    private static void put(BinaryCopy rows, Place place, Block block) throws SQLException {
        rows.row()
                .put(place.campaignId())
                .put(place.kind().spelling())
                .put(place.linkNo())
                .put(place.block())
                .putBits(block.all.bits);
        if (Arrays.equals(block.all.bits, block.human.bits)) {
            rows.putNull();
        } else {
            rows.putBits(block.human.bits);
        }
    }

    private static void settle(ResultSet row, Map<Place, Block> blocks) throws SQLException {
        Block block =
                blocks.get(new Place(row.getLong(1), EventKind.of(row.getString(2)), row.getInt(3), row.getInt(4)));
        if (block == null) {
            throw new IllegalStateException("a block came back that nobody wrote");
        }
        byte[] before = row.getBytes(5);
        byte[] humansBefore = row.getBytes(6);
        block.all.firsts(before, hour -> hour.firsts++);
        block.human.firsts(humansBefore == null ? before : humansBefore, hour -> hour.humanFirsts++);
    }
}
