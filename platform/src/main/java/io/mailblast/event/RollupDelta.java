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

    private record BlockKey(long campaignId, EventKind kind, int linkNo, int block) {}

    /// The recipients of one block that the batch has, all of them and those with an event that no machine did.
    private static final class Block {
        private final Marks all = new Marks();
        private final Marks human = new Marks();
    }

    /// Recipients, and the hour of each one's first event in the batch.
    private static final class Marks {
        private final byte[] bits = new byte[BLOCK / 8];
        private final List<Candidate> candidates = new ArrayList<>();

        private void add(int bit, Tally hour) {
            if (!isSet(bits, 0, bit)) {
                // PostgreSQL counts the bits of a bit string from the left.
                bits[bit >> 3] |= (byte) (0x80 >> (bit & 7));
                candidates.add(new Candidate(bit, hour));
            }
        }

        /// @param before the bits that were there, four bytes of length before them; null where there were none
        /// @return the hours of those who are new
        private List<Tally> firsts(byte @Nullable [] before) {
            return candidates.stream()
                    .filter(candidate -> before == null || !isSet(before, Integer.BYTES, candidate.bit()))
                    .map(Candidate::hour)
                    .toList();
        }
    }

    private record Candidate(int bit, Tally hour) {}

    private final Map<HourKey, Tally> hours = new HashMap<>();
    private final Map<ClientKey, Tally> clients = new HashMap<>();
    private final Map<BlockKey, Block> blocks = new HashMap<>();

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
        if (hours.isEmpty()) {
            return;
        }
        writeBits(handle);
        RollupRows.add(handle, new TreeMap<>(hours), clients);
    }

    private void add(Arrival arrival, int linkNo) {
        Event event = arrival.event();
        CountKey count = new CountKey(event.workspaceId(), event.campaignId(), event.kind(), linkNo);
        long hour = event.at().getEpochSecond() / SECONDS_OF_HOUR * SECONDS_OF_HOUR;
        Tally tally = hours.computeIfAbsent(new HourKey(count, hour), key -> new Tally());
        tally.total++;
        tally.machine += arrival.machine() ? 1 : 0;
        Block block = blocks.computeIfAbsent(
                new BlockKey(event.campaignId(), event.kind(), linkNo, event.recipientNo() / BLOCK),
                key -> new Block());
        int bit = event.recipientNo() % BLOCK;
        block.all.add(bit, tally);
        if (!arrival.machine()) {
            block.human.add(bit, tally);
        }
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

    /// A block and where its bits stand among all that are sent, from 1; the humans' at 0 where they are the
    /// same.
    private record Sent(BlockKey key, int at, int humanAt) {}

    private void writeBits(Handle handle) {
        ByteArrayOutputStream bits = new ByteArrayOutputStream(blocks.size() * BLOCK / 8);
        List<Sent> sent = new ArrayList<>(blocks.size());
        blocks.forEach((key, block) -> {
            int at = bits.size() + 1;
            bits.writeBytes(block.all.bits);
            int humanAt = 0;
            if (!Arrays.equals(block.all.bits, block.human.bits)) {
                humanAt = bits.size() + 1;
                bits.writeBytes(block.human.bits);
            }
            sent.add(new Sent(key, at, humanAt));
        });
        Sql.query(
                handle,
                BITS,
                this::settle,
                bits.toByteArray(),
                Sql.longs(handle, sent, each -> each.key().campaignId()),
                Sql.texts(handle, sent, each -> each.key().kind().spelling()),
                Sql.ints(handle, sent, each -> each.key().linkNo()),
                Sql.ints(handle, sent, each -> each.key().block()),
                Sql.ints(handle, sent, Sent::at),
                Sql.ints(handle, sent, Sent::humanAt));
    }

    private void settle(ResultSet row) throws SQLException {
        Block block =
                blocks.get(new BlockKey(row.getLong(1), EventKind.of(row.getString(2)), row.getInt(3), row.getInt(4)));
        if (block == null) {
            throw new IllegalStateException("a block came back that nobody wrote");
        }
        byte[] before = row.getBytes(5);
        byte[] humansBefore = row.getBytes(6);
        block.all.firsts(before).forEach(hour -> hour.firsts++);
        block.human.firsts(humansBefore == null ? before : humansBefore).forEach(hour -> hour.humanFirsts++);
    }
}
