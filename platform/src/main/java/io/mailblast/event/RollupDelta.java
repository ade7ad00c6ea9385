package io.mailblast.event;

import io.mailblast.event.Arrivals.Arrival;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// What a batch adds to the rollups: gathered in memory, written in three statements, each in key order so that several
/// ingesters wait for each other instead of deadlocking.
///
/// Every event counts once for its kind (link -1); a click on one of the campaign's links counts for that link too.
final class RollupDelta {

    /// Recipients in one row of bits.
    static final int BLOCK = 8_192;

    static final int ANY_LINK = -1;

    /// `old` (PostgreSQL 18) is the row before: what it lacks of the new bits is who did it for the first time.
    /// A bit string cannot be sent as bytes, but 'x' and hexadecimal digits are one.
    private static final String BITS = """
            insert into event_bits as kept (campaign_id, kind, link_no, block, bits)
            select campaign_id, kind, link_no, block, ('x' || hex)::bit(8192)
            from unnest(?, ?, ?, ?, ?) as added (campaign_id, kind, link_no, block, hex)
            order by campaign_id, kind, link_no, block
            on conflict (campaign_id, kind, link_no, block) do update set bits = kept.bits | excluded.bits
            returning new.campaign_id, new.kind, new.link_no, new.block, bit_send(old.bits)
            """;

    private static final String HOURS = """
            insert into event_hour as kept (workspace_id, hour, campaign_id, kind, link_no, total, firsts)
            select workspace_id, to_timestamp(hour), campaign_id, kind, link_no, total, firsts
            from unnest(?, ?, ?, ?, ?, ?, ?) as added (workspace_id, hour, campaign_id, kind, link_no, total, firsts)
            order by workspace_id, hour, campaign_id, kind, link_no
            on conflict (workspace_id, hour, campaign_id, kind, link_no) do update
            set total = kept.total + excluded.total, firsts = kept.firsts + excluded.firsts
            """;

    private static final String COUNTS = """
            insert into event_count as kept (workspace_id, campaign_id, kind, link_no, total, uniques)
            select workspace_id, campaign_id, kind, link_no, total, uniques
            from unnest(?, ?, ?, ?, ?, ?) as added (workspace_id, campaign_id, kind, link_no, total, uniques)
            order by workspace_id, campaign_id, kind, link_no
            on conflict (workspace_id, campaign_id, kind, link_no) do update
            set total = kept.total + excluded.total, uniques = kept.uniques + excluded.uniques
            """;

    private record CountKey(long workspaceId, long campaignId, EventKind kind, int linkNo) {}

    private record HourKey(CountKey count, long hour) implements Comparable<HourKey> {

        private static final Comparator<HourKey> ORDER = Comparator.comparingLong(
                        (HourKey key) -> key.count().workspaceId())
                .thenComparingLong(HourKey::hour)
                .thenComparingLong(key -> key.count().campaignId())
                .thenComparing(key -> key.count().kind())
                .thenComparingInt(key -> key.count().linkNo());

        @Override
        public int compareTo(HourKey other) {
            return ORDER.compare(this, other);
        }
    }

    private record BlockKey(long campaignId, String kind, int linkNo, int block) {}

    /// Of one hour: all, and those that were the first of their recipient.
    private static final class Tally {
        private long total;
        private long firsts;
    }

    /// The recipients of one block that the batch has, and the hour of each one's first event in it.
    private static final class Block {
        private final byte[] bits = new byte[BLOCK / 8];
        private final List<Candidate> candidates = new ArrayList<>();
    }

    private record Candidate(int bit, Tally hour) {}

    private final TreeMap<HourKey, Tally> hours = new TreeMap<>();
    private final Map<BlockKey, Block> blocks = new HashMap<>();

    private RollupDelta() {}

    /// @param arrivals by position: of a recipient's events in a batch the first in the log is first
    static void apply(Handle handle, List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return;
        }
        RollupDelta delta = new RollupDelta();
        for (Arrival arrival : arrivals) {
            delta.add(arrival.event(), ANY_LINK);
            if (arrival.linkNo() >= 0) {
                delta.add(arrival.event(), arrival.linkNo());
            }
        }
        delta.writeBits(handle);
        delta.writeHours(handle);
        delta.writeCounts(handle);
    }

    static Instant hour(Instant at) {
        return at.truncatedTo(ChronoUnit.HOURS);
    }

    private void add(Event event, int linkNo) {
        CountKey count = new CountKey(event.workspaceId(), event.campaignId(), event.kind(), linkNo);
        Tally tally = hours.computeIfAbsent(new HourKey(count, hour(event.at()).getEpochSecond()), key -> new Tally());
        tally.total++;
        Block block = blocks.computeIfAbsent(
                new BlockKey(event.campaignId(), event.kind().spelling(), linkNo, event.recipientNo() / BLOCK),
                key -> new Block());
        int bit = event.recipientNo() % BLOCK;
        if (!isSet(block.bits, 0, bit)) {
            // PostgreSQL counts the bits of a bit string from the left.
            block.bits[bit >> 3] |= (byte) (0x80 >> (bit & 7));
            block.candidates.add(new Candidate(bit, tally));
        }
    }

    private static boolean isSet(byte[] bits, int offset, int bit) {
        return (bits[offset + (bit >> 3)] & (0x80 >> (bit & 7))) != 0;
    }

    private void writeBits(Handle handle) {
        List<BlockKey> keys = List.copyOf(blocks.keySet());
        java.util.HexFormat hex = java.util.HexFormat.of();
        Sql.query(
                handle,
                BITS,
                row -> {
                    Block block =
                            blocks.get(new BlockKey(row.getLong(1), row.getString(2), row.getInt(3), row.getInt(4)));
                    if (block == null) {
                        throw new IllegalStateException("a block came back that nobody wrote");
                    }
                    byte[] before = row.getBytes(5);
                    for (Candidate candidate : block.candidates) {
                        // Four bytes of length go before the bits.
                        if (before == null || !isSet(before, Integer.BYTES, candidate.bit())) {
                            candidate.hour().firsts++;
                        }
                    }
                },
                Sql.array(
                        handle, "int8", keys.stream().map(BlockKey::campaignId).toArray()),
                Sql.array(handle, "text", keys.stream().map(BlockKey::kind).toArray()),
                Sql.array(handle, "int4", keys.stream().map(BlockKey::linkNo).toArray()),
                Sql.array(handle, "int4", keys.stream().map(BlockKey::block).toArray()),
                Sql.array(
                        handle,
                        "text",
                        keys.stream()
                                .map(key -> hex.formatHex(blocks.getOrDefault(key, new Block()).bits))
                                .toArray()));
    }

    private void writeHours(Handle handle) {
        List<HourKey> keys = List.copyOf(hours.keySet());
        List<Tally> tallies = List.copyOf(hours.values());
        Sql.update(
                handle,
                HOURS,
                Sql.array(
                        handle,
                        "int8",
                        keys.stream().map(key -> key.count().workspaceId()).toArray()),
                Sql.array(handle, "int8", keys.stream().map(HourKey::hour).toArray()),
                Sql.array(
                        handle,
                        "int8",
                        keys.stream().map(key -> key.count().campaignId()).toArray()),
                Sql.array(
                        handle,
                        "text",
                        keys.stream().map(key -> key.count().kind().spelling()).toArray()),
                Sql.array(
                        handle,
                        "int4",
                        keys.stream().map(key -> key.count().linkNo()).toArray()),
                Sql.array(
                        handle,
                        "int8",
                        tallies.stream().map(tally -> tally.total).toArray()),
                Sql.array(
                        handle,
                        "int8",
                        tallies.stream().map(tally -> tally.firsts).toArray()));
    }

    /// A campaign's figures are the sums of its hours.
    private void writeCounts(Handle handle) {
        Map<CountKey, Tally> counts = new HashMap<>();
        hours.forEach((key, tally) -> {
            Tally sum = counts.computeIfAbsent(key.count(), count -> new Tally());
            sum.total += tally.total;
            sum.firsts += tally.firsts;
        });
        List<Map.Entry<CountKey, Tally>> entries = List.copyOf(counts.entrySet());
        Sql.update(
                handle,
                COUNTS,
                Sql.array(
                        handle,
                        "int8",
                        entries.stream().map(e -> e.getKey().workspaceId()).toArray()),
                Sql.array(
                        handle,
                        "int8",
                        entries.stream().map(e -> e.getKey().campaignId()).toArray()),
                Sql.array(
                        handle,
                        "text",
                        entries.stream().map(e -> e.getKey().kind().spelling()).toArray()),
                Sql.array(
                        handle,
                        "int4",
                        entries.stream().map(e -> e.getKey().linkNo()).toArray()),
                Sql.array(
                        handle,
                        "int8",
                        entries.stream().map(e -> e.getValue().total).toArray()),
                Sql.array(
                        handle,
                        "int8",
                        entries.stream().map(e -> e.getValue().firsts).toArray()));
    }
}
