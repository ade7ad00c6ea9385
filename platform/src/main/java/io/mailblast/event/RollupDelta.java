package io.mailblast.event;

import io.mailblast.event.Arrivals.Arrival;
import io.mailblast.event.RollupRows.ClientKey;
import io.mailblast.event.RollupRows.CountKey;
import io.mailblast.event.RollupRows.HourKey;
import io.mailblast.event.RollupRows.Tally;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What a batch adds to the rollups: gathered in memory, then written; the bits first, because only they know
/// who is new.
///
/// Every event counts once for its kind (link -1); a click on one of the campaign's links counts for that link
/// too.
final class RollupDelta {

    /// Recipients in one row of bits.
    static final int BLOCK = 8_192;

    static final int ANY_LINK = -1;

    private static final long SECONDS_OF_HOUR = 3_600;

    /// `old` (PostgreSQL 18) is the row before: what it lacks of the new bits is who did it for the first time.
    /// All bits come as one string of bytes, 1 KB after the other, because strings of an array are costly; a
    /// bit string cannot be made of bytes, but 'x' and hexadecimal digits are one. Bits of humans are kept only
    /// where they differ.
    private static final String BITS = """
            with given as materialized (select ?::bytea as bits)
            insert into event_bits as kept (campaign_id, kind, link_no, block, bits, human_bits)
            select campaign_id, kind, link_no, block, ('x' || encode(substr(g.bits, at, 1024), 'hex'))::bit(8192),
                case when human_at > 0 then ('x' || encode(substr(g.bits, human_at, 1024), 'hex'))::bit(8192) end
            from given g, unnest(?, ?, ?, ?, ?, ?) as added (campaign_id, kind, link_no, block, at, human_at)
            order by campaign_id, kind, link_no, block
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

    void write(Handle handle) {
        if (lines.isEmpty()) {
            return;
        }
        writeBits(handle);
        TreeMap<HourKey, Tally> hours = new TreeMap<>();
        lines.forEach((key, line) -> line.hours.forEach((hour, tally) -> hours.put(new HourKey(key, hour), tally)));
        RollupRows.add(handle, hours, clients);
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
    private record Place(long campaignId, EventKind kind, int linkNo, int block) {}

    /// A block and where its bits stand among all that are sent, from 1; the humans' at 0 where they are the
    /// same.
    private record Sent(Place place, int at, int humanAt) {}

    private void writeBits(Handle handle) {
        Map<Place, Block> blocks = new HashMap<>();
        lines.forEach((key, line) -> line.blocks.forEach(
                (number, block) -> blocks.put(new Place(key.campaignId(), key.kind(), key.linkNo(), number), block)));
        ByteArrayOutputStream bits = new ByteArrayOutputStream(2 * blocks.size() * BLOCK / 8);
        List<Sent> sent = new ArrayList<>(blocks.size());
        blocks.forEach((place, block) -> {
            int at = bits.size() + 1;
            bits.writeBytes(block.all.bits);
            int humanAt = 0;
            if (!Arrays.equals(block.all.bits, block.human.bits)) {
                humanAt = bits.size() + 1;
                bits.writeBytes(block.human.bits);
            }
            sent.add(new Sent(place, at, humanAt));
        });
        Sql.query(
                handle,
                BITS,
                row -> settle(row, blocks),
                bits.toByteArray(),
                Sql.longs(handle, sent, each -> each.place.campaignId()),
                Sql.texts(handle, sent, each -> each.place.kind().spelling()),
                Sql.ints(handle, sent, each -> each.place.linkNo()),
                Sql.ints(handle, sent, each -> each.place.block()),
                Sql.ints(handle, sent, Sent::at),
                Sql.ints(handle, sent, Sent::humanAt));
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
